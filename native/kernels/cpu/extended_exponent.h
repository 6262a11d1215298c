// The constants of the soft-DTW kernels' arithmetic. Instead of r they carry z = exp(-r / gamma), whose recurrence is linear:
//   z[i,j] = k[i,j] (z[i-1,j-1] + z[i,j-1] + z[i-1,j]),   k = exp(-cost / gamma) = 2^power,   power = cost * scale
// z leaves the range of any float, so it is kept as mantissa * 2^exponent: no logarithm, no division and one short polynomial
// a cell, and whole exponents make the long sums exactly. extended_exponent-inl.h has the operations.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace wetas {

template <class T>
struct ExtendedExponent;

template <>
struct ExtendedExponent<float> {
  using Exponent = std::int32_t;
  // Below the exponent of every reachable cell, and far enough from the end of the range for differences of two exponents.
  static constexpr Exponent kUnreachable = -(1 << 30);
  static constexpr float kRoundingMagic = 12582912.0f;  // 1.5 * 2^23: a sum with it has no fraction
  // Two numbers further apart than this many powers of two count as so far apart: below, nothing is left to add, and denormals are slow.
  static constexpr int kLowestShift = -100;
  // 2^f on [-1/2, 1/2], highest power first; right to 2e-7.
  static constexpr float kExp2[] = {1.32646860647861e-3f,  9.671515677461419e-3f, 5.550733881072983e-2f,
                                    2.4022242020084653e-1f, 6.931469775030761e-1f, 1.0f};
  // The largest |power| of a move: 2^22 for the rounding, and a path's sum stays below 2^29.
  static double largestPower(std::size_t rows, std::size_t cols) noexcept {
    return std::min(4.0e6, 536870912.0 / (static_cast<double>(rows) + static_cast<double>(cols) + 32.0));
  }
};

// Exponents are whole doubles: AVX2 has their maximum, and not that of 64-bit integers.
template <>
struct ExtendedExponent<double> {
  using Exponent = double;
  static constexpr Exponent kUnreachable = -1125899906842624.0;     // -2^50
  static constexpr double kRoundingMagic = 6755399441055744.0;      // 1.5 * 2^52
  static constexpr int kLowestShift = -900;
  // Right to 2e-17: the polynomial through 2^f at 11 Chebyshev nodes, and 1 at 0.
  static constexpr double kExp2[] = {4.4549605981865186e-10, 7.072585949269223e-09, 1.0178062445845774e-07, 1.321544258792169e-06,
                                     1.525273382983612e-05,  0.0001540353044173605, 0.0013333558146416936,  0.009618129107606888,
                                     0.0555041086648216,     0.24022650695910097,   0.6931471805599453,     1.0};
  static double largestPower(std::size_t rows, std::size_t cols) noexcept {
    return 562949953421312.0 / (static_cast<double>(rows) + static_cast<double>(cols) + 32.0);  // 2^49 a path
  }
};

// mantissa * 2^exponent; a mantissa of 0: no path.
template <class T>
struct ScaledNumber {
  T mantissa;
  typename ExtendedExponent<T>::Exponent exponent;
};

// With an open start the row above the first has, everywhere, as much as makes one with the ways in: diagonally and, with a step penalty, up.
template <class T>
T openStartMantissa(bool up, ScaledNumber<T> penaltyFactor) noexcept {
  return up ? 1 / (1 + static_cast<T>(std::ldexp(penaltyFactor.mantissa, static_cast<int>(std::max<double>(-2000, penaltyFactor.exponent))))) : T(1);
}

// What the costs of a pair amount to; 0 is among them.
struct PowerRange {
  double highest, lowest;
  bool valid;  // all are finite; else the rest means nothing
};

}  // namespace wetas
