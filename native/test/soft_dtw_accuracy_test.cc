// Float32 and float64 against the log domain in long double.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "dtw_cases.h"
#include "wetas/soft_dtw.h"

namespace wetas {
namespace {

constexpr std::size_t kSize = 512;

struct LongDouble {
  std::vector<long double> r = std::vector<long double>((kSize + 1) * (kSize + 1), std::numeric_limits<long double>::infinity());
  std::vector<long double> expected = std::vector<long double>((kSize + 1) * (kSize + 1), 0);
  static std::size_t at(std::size_t i, std::size_t j) { return i * (kSize + 1) + j; }

  LongDouble(long double gamma, const std::vector<float>& cost) {
    r[0] = 0;
    for (std::size_t i = 1; i <= kSize; ++i) {
      for (std::size_t j = 1; j <= kSize; ++j) {
        const long double lowest = std::min({r[at(i - 1, j - 1)], r[at(i, j - 1)], r[at(i - 1, j)]});
        long double sum = 0;
        for (const std::size_t from : {at(i - 1, j - 1), at(i, j - 1), at(i - 1, j)}) sum += std::exp((lowest - r[from]) / gamma);
        r[at(i, j)] = cost[(i - 1) * kSize + j - 1] + lowest - gamma * std::log(sum);
      }
    }
    expected[at(kSize, kSize)] = 1;
    for (std::size_t i = kSize; i > 0; --i) {
      for (std::size_t j = kSize; j > 0; --j) {
        const long double before = r[at(i, j)] - cost[(i - 1) * kSize + j - 1];
        for (const std::size_t from : {at(i - 1, j - 1), at(i, j - 1), at(i - 1, j)}) {
          expected[from] += expected[at(i, j)] * std::exp((before - r[from]) / gamma);
        }
      }
    }
  }
  long double value() const { return r.back(); }
};

template <class T>
void compare(const LongDouble& reference, double gamma, const std::vector<T>& cost, double gradientTolerance, double valueTolerance) {
  SCOPED_TRACE(testing::Message() << "gamma " << gamma << ", " << sizeof(T) * 8 << " bits");
  std::vector<T> gradient(cost.size());
  T value = 0;
  Control control;
  softDtwFromCost<T>({1, kSize, kSize, cost.data(), nullptr}, {}, gamma, &value, gradient.data(), control);
  EXPECT_NEAR(value, static_cast<double>(reference.value()), valueTolerance * std::abs(static_cast<double>(reference.value())));
  double worst = 0;
  for (std::size_t i = 0; i < kSize; ++i) {
    for (std::size_t j = 0; j < kSize; ++j) {
      worst = std::max(worst, static_cast<double>(std::abs(gradient[i * kSize + j] - reference.expected[LongDouble::at(i + 1, j + 1)])));
    }
  }
  EXPECT_LE(worst, gradientTolerance);
}

class SoftDtwAccuracy : public testing::TestWithParam<std::pair<double, double>> {};

TEST_P(SoftDtwAccuracy, At512) {
  const auto [gamma, scale] = GetParam();
  const auto cost = randomCosts<float>({1, kSize, kSize}, 77, 0, scale);
  const LongDouble reference(gamma, cost);
  compare<float>(reference, gamma, cost, 1e-5, 1e-5);
  compare<double>(reference, gamma, std::vector<double>(cost.begin(), cost.end()), 1e-9, 1e-12);
}

INSTANTIATE_TEST_SUITE_P(GammaAndScale, SoftDtwAccuracy,
                         testing::Values(std::pair(1e-3, 0.01), std::pair(1e-3, 100.0), std::pair(0.1, 1.0), std::pair(10.0, 0.01), std::pair(10.0, 100.0)));

}  // namespace
}  // namespace wetas
