// What the extended-exponent arithmetic can represent for one pair, and whether it did.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "kernels/cpu/extended_exponent.h"

namespace wetas {

template <class T>
struct PowerLimits {
  T scale;
  double length;
  double most, penalty, largest;  // in powers of two: of one move, of a step penalty (negative), of the cost in a move
  T largestCost;

  PowerLimits(std::size_t rows, std::size_t cols, double gamma, double stepPenalty)
      : scale(static_cast<T>(-1.4426950408889634 / gamma)), length(static_cast<double>(rows) + static_cast<double>(cols)),
        most(ExtendedExponent<T>::largestPower(rows, cols)), penalty(stepPenalty * static_cast<double>(scale)), largest(most + penalty),
        largestCost(static_cast<T>(std::min<double>(std::numeric_limits<T>::max(), largest / -static_cast<double>(scale)))) {}

  // A scale that is a normal number, and so are its products. Columns are counted in T.
  bool usable() const {
    return -scale >= std::numeric_limits<T>::min() && -scale <= std::numeric_limits<T>::max() / T(1e8) && largest >= most / 2 && length < 8e6;
  }

  ScaledNumber<T> penaltyFactor() const {
    const double whole = std::nearbyint(penalty);
    return {static_cast<T>(std::exp2(penalty - whole)), static_cast<typename ExtendedExponent<T>::Exponent>(whole)};
  }

  // Whether a result holds. A clamped cell may have no share in it: paths without one weigh more than all those with one, unless the sum is as
  // small as a clamped cell (times the number of paths, up to 2^1.28 a row and column, and their other cells) could make it.
  bool holds(const ScaledNumber<T>& total, const PowerRange& powers) const {
    if (powers.highest > largest) return false;
    const double clamp = static_cast<double>(largestCost) * static_cast<double>(scale);
    if (powers.lowest > clamp + 1) return true;
    return total.mantissa != 0 && log2(total) > clamp + 64 + length * (1.28 + std::max(0.0, powers.highest));
  }

  T value(const ScaledNumber<T>& total) const {
    return total.mantissa == 0 ? std::numeric_limits<T>::infinity() : static_cast<T>(log2(total) / static_cast<double>(scale));
  }

 private:
  static double log2(const ScaledNumber<T>& z) { return static_cast<double>(z.exponent) + std::log2(static_cast<double>(z.mantissa)); }
};

}  // namespace wetas
