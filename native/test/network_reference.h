// The network's operations as plain loops in float64: slow, obvious, and nothing of native/ inside.
#pragma once

#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "wetas/dilated_conv.h"

namespace wetas::test {

using Floats = std::vector<float>;
using Doubles = std::vector<double>;

// `count` numbers in [-1, 1).
inline Floats randomFloats(std::mt19937& random, std::size_t count) {
  Floats values(count);
  for (float& value : values) value = std::uniform_real_distribution<float>(-1, 1)(random);
  return values;
}

inline Doubles widened(const Floats& values) { return Doubles(values.begin(), values.end()); }

// The nearest number of 8 significant bits, ties to even.
inline double toBfloat16(double value) {
  int exponent = 0;
  const double mantissa = std::frexp(value, &exponent);  // in [0.5, 1), so 256 of it has the 8 bits in front of the point
  return std::ldexp(std::nearbyint(mantissa * 256), exponent - 8);
}

// The factors as a product of that precision takes them.
template <class Numbers>
Numbers rounded(Precision precision, Numbers values) {
  if (precision == Precision::kBfloat16) {
    for (auto& value : values) value = static_cast<typename Numbers::value_type>(toBfloat16(value));
  }
  return values;
}

// Calls f(row of y, row of x, tap) for every pair of timesteps that a convolution connects.
template <class F>
void forEachTap(const ConvShape& s, const F& f) {
  for (std::size_t b = 0; b < s.batch; ++b) {
    for (std::size_t t = 0; t < s.length; ++t) {
      for (std::size_t k = 0; k < s.kernelSize; ++k) {
        const long long from = static_cast<long long>(t) - static_cast<long long>(s.padLeft) + static_cast<long long>(k * s.dilation);
        if (from < 0 || from >= static_cast<long long>(s.length)) continue;
        f(b * s.length + t, b * s.length + static_cast<std::size_t>(from), k);
      }
    }
  }
}

inline Doubles convolution(const ConvShape& s, const Doubles& x, const Floats& filter, const Floats& bias) {
  Doubles y(s.batch * s.length * s.out);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = bias[i % s.out];
  forEachTap(s, [&](std::size_t to, std::size_t from, std::size_t k) {
    for (std::size_t i = 0; i < s.in; ++i) {
      for (std::size_t o = 0; o < s.out; ++o) y[to * s.out + o] += x[from * s.in + i] * filter[(k * s.in + i) * s.out + o];
    }
  });
  return y;
}

inline Doubles convolutionGradInput(const ConvShape& s, const Doubles& dy, const Floats& filter) {
  Doubles dx(s.batch * s.length * s.in);
  forEachTap(s, [&](std::size_t to, std::size_t from, std::size_t k) {
    for (std::size_t i = 0; i < s.in; ++i) {
      for (std::size_t o = 0; o < s.out; ++o) dx[from * s.in + i] += dy[to * s.out + o] * filter[(k * s.in + i) * s.out + o];
    }
  });
  return dx;
}

inline Doubles convolutionGradFilter(const ConvShape& s, const Doubles& x, const Doubles& dy) {
  Doubles dFilter(s.kernelSize * s.in * s.out);
  forEachTap(s, [&](std::size_t to, std::size_t from, std::size_t k) {
    for (std::size_t i = 0; i < s.in; ++i) {
      for (std::size_t o = 0; o < s.out; ++o) dFilter[(k * s.in + i) * s.out + o] += x[from * s.in + i] * dy[to * s.out + o];
    }
  });
  return dFilter;
}

inline Doubles columnSums(std::size_t cols, const Doubles& x) {
  Doubles sums(cols);
  for (std::size_t i = 0; i < x.size(); ++i) sums[i % cols] += x[i];
  return sums;
}

// Every element within `tolerance` of the largest magnitude expected.
inline void expectClose(const Floats& actual, const Doubles& expected, double tolerance, const char* what) {
  ASSERT_EQ(actual.size(), expected.size()) << what;
  double largest = 1e-30;
  for (const double value : expected) largest = std::max(largest, std::abs(value));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_LE(std::abs(actual[i] - expected[i]), tolerance * largest) << what << " at " << i << ": " << actual[i] << " for " << expected[i];
  }
}

}  // namespace wetas::test
