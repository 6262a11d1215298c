#include "wetas/soft_dtw.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "dtw_cases.h"
#include "wetas/device.h"

namespace wetas {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

template <class T>
struct Soft {
  std::vector<T> forward, value, gradient;

  Soft(const DtwCase& test, const std::vector<T>& cost)
      : forward(test.shape.batch), value(test.shape.batch), gradient(cost.size()) {
    Control control;
    softDtwFromCost<T>(pairsOf(test.shape, cost), test.paths(), test.gamma, forward.data(), nullptr, control);
    softDtwFromCost<T>(pairsOf(test.shape, cost), test.paths(), test.gamma, value.data(), gradient.data(), control);
  }
};

std::vector<double> widened(const std::vector<float>& values) { return {values.begin(), values.end()}; }

// Errors of float32 add up along a path.
void expectNear(const DtwCase& test, const Soft<float>& actual, const Soft<double>& expected) {
  const double length = static_cast<double>(test.shape.rows + test.shape.cols);
  for (std::size_t pair = 0; pair < test.shape.batch; ++pair) {
    const double want = expected.value[pair];
    EXPECT_EQ(actual.forward[pair], actual.value[pair]) << test;
    if (std::isfinite(want)) {
      EXPECT_NEAR(actual.value[pair], want, 2e-7 * (std::abs(want) + length * test.gamma)) << test << " pair " << pair;
    } else {
      EXPECT_EQ(actual.value[pair], static_cast<float>(want)) << test << " pair " << pair;
    }
  }
  double worst = 0;
  for (std::size_t at = 0; at < actual.gradient.size(); ++at) {
    ASSERT_TRUE(std::isfinite(actual.gradient[at])) << test << " at " << at;
    worst = std::max(worst, std::abs(actual.gradient[at] - expected.gradient[at]));
  }
  EXPECT_LT(worst, 5e-6 + 2e-9 * length) << test;
}

// Costs that float32 and float64 hold alike, so that nothing but the arithmetic differs.
void compareWithFloat64(const DtwCase& test, const std::vector<float>& cost) {
  expectNear(test, Soft<float>(test, cost), Soft<double>(test, widened(cost)));
}

TEST(SoftDtw, Float32AgreesWithFloat64OverShapes) {
  unsigned seed = 0;
  for (const DtwCase& test : dtwCases()) compareWithFloat64(test, randomCosts<float>(test.shape, ++seed));
}

TEST(SoftDtw, Float32AgreesWithFloat64WhereThePairOutgrowsTheCache) {
  for (const StepPattern pattern : {StepPattern::kSymmetric1, StepPattern::kStayOrAdvance}) {
    for (const CostShape shape : {CostShape{1, 701, 703}, CostShape{2, 130, 4100}, CostShape{1, 16, 30000}}) {
      compareWithFloat64({shape, pattern, 0.5}, randomCosts<float>(shape, 5));
    }
  }
}

// A path straight down crosses a strip of lanes-many rows in as many steps, over and over the same ones.
TEST(SoftDtw, OneColumnOfFiniteCosts) {
  const CostShape shape{1, 600, 40};
  for (std::size_t column = 0; column < shape.cols; ++column) {
    std::vector<float> cost(shape.cells(), kInfinity);
    for (std::size_t j = 0; j < shape.cols; ++j) cost[(j <= column ? 0 : (shape.rows - 1) * shape.cols) + j] = 0.353f;
    for (std::size_t i = 0; i < shape.rows; ++i) cost[i * shape.cols + column] = 0.353f;
    compareWithFloat64({shape, StepPattern::kSymmetric1, 1}, cost);
  }
}

// The same in float64, whose mantissas have room for more rows: one path, for there is a single way into the column and out of it.
TEST(SoftDtw, OneLongColumnOfFiniteCostsInFloat64) {
  const CostShape shape{1, 6000, 20};
  for (std::size_t column = 0; column + 1 < shape.cols; ++column) {
    std::vector<double> cost(shape.cells(), std::numeric_limits<double>::infinity());
    for (std::size_t j = 0; j < column; ++j) cost[j] = 0.353;
    for (std::size_t i = column == 0 ? 0 : 1; i + 1 < shape.rows; ++i) cost[i * shape.cols + column] = 0.353;
    for (std::size_t j = column + 1; j < shape.cols; ++j) cost[(shape.rows - 1) * shape.cols + j] = 0.353;
    const Soft<double> actual({shape, StepPattern::kSymmetric1, 1}, cost);
    double sum = 0;
    for (const double each : cost) sum += std::isinf(each) ? 0 : each;
    EXPECT_NEAR(actual.value[0], sum, 1e-9 * sum) << column;
    for (std::size_t at = 0; at < cost.size(); ++at) ASSERT_NEAR(actual.gradient[at], std::isinf(cost[at]) ? 0 : 1, 1e-9) << column << " at " << at;
  }
}

// A diagonal path meets only every other step.
TEST(SoftDtw, OneDiagonalOfFiniteCosts) {
  const CostShape shape{1, 600, 601};
  for (const std::size_t offset : {0, 1}) compareWithFloat64({shape, StepPattern::kSymmetric1, 1}, oneDiagonal(shape, offset));
}

TEST(SoftDtw, WetasShape) {
  const CostShape shape{32, 6, 500};
  compareWithFloat64({shape, StepPattern::kStayOrAdvance, 0.1}, randomCosts<float>(shape, 7, 0, 5));
}

TEST(SoftDtw, WideRangesOfCostAndOffset) {
  const CostShape shape{3, 40, 50};
  for (const double scale : {0.01, 1.0, 100.0, 1e4}) {
    for (const double offset : {-50.0, 0.0, 1e4}) {
      for (const StepPattern pattern : {StepPattern::kSymmetric1, StepPattern::kStayOrAdvance}) {
        const DtwCase test{shape, pattern, 1};
        const auto cost = randomCosts<float>(shape, 11, offset, offset + scale);
        expectNear(test, Soft<float>(test, cost), Soft<double>(test, widened(cost)));
      }
    }
  }
}

TEST(SoftDtw, EveryColumnSumsToOneUnderStayOrAdvance) {
  const DtwCase test{{5, 6, 77}, StepPattern::kStayOrAdvance, 0.1};
  const Soft<float> result(test, randomCosts<float>(test.shape, 3));
  for (std::size_t pair = 0; pair < 5; ++pair) {
    for (std::size_t j = 0; j < 77; ++j) {
      double sum = 0;
      for (std::size_t i = 0; i < 6; ++i) sum += result.gradient[(pair * 6 + i) * 77 + j];
      EXPECT_NEAR(sum, 1, 2e-6);
    }
  }
}

TEST(SoftDtw, NoAdmissiblePath) {
  const DtwCase test{{20, 9, 8}, StepPattern::kStayOrAdvance, 1};
  for (const double low : {-3e6, 0.0}) {  // large negative costs must not make an unreachable cell look reachable
    const Soft<float> result(test, randomCosts<float>(test.shape, 1, low, 1));
    for (const float value : result.value) EXPECT_EQ(value, kInfinity);
    for (const float share : result.gradient) EXPECT_EQ(share, 0);
  }
}

TEST(SoftDtw, AnInfiniteFirstCellBlocksEveryPath) {
  for (const std::size_t size : {1, 5, 64, 128, 512}) {
    const DtwCase test{{2, size, size}, StepPattern::kSymmetric1, 1};
    std::vector<float> cost(2 * size * size, 0);
    cost[0] = cost[size * size] = kInfinity;
    const Soft<float> result(test, cost);
    EXPECT_EQ(result.value[1], kInfinity);
    EXPECT_EQ(result.forward[1], kInfinity);
    for (const float share : result.gradient) ASSERT_EQ(share, 0);
  }
}

TEST(SoftDtw, InfiniteCellsWithAPathAround) {
  const DtwCase test{{3, 30, 30}, StepPattern::kSymmetric1, 0.3};
  auto cost = randomCosts<float>(test.shape, 2);
  for (std::size_t pair = 0; pair < 3; ++pair) {
    for (std::size_t i = 0; i < 30; ++i) {
      for (std::size_t j = 0; j < 30; ++j) {
        if (i > j + 3 || j > i + 3) cost[(pair * 30 + i) * 30 + j] = kInfinity;
      }
    }
  }
  compareWithFloat64(test, cost);
}

TEST(SoftDtw, NearTheLargestPowersOfBothSigns) {
  // Half of every path near the largest power of two, half near the smallest: unreachable cells must not rise above reachable ones.
  const DtwCase test{{2, 60, 60}, StepPattern::kStayOrAdvance, 1};
  std::vector<float> cost(2 * 3600);
  for (std::size_t at = 0; at < cost.size(); ++at) cost[at] = at % 60 < 30 ? 2.7e6f : -2.7e6f;
  const Soft<float> result(test, cost);
  EXPECT_NEAR(result.value[1], 0, 1e-3);  // of terms of 2.7e6
  for (std::size_t at = 0; at < cost.size(); ++at) ASSERT_NEAR(result.gradient[at], at % 3600 % 61 == 0, 1e-6);
}

TEST(SoftDtw, HugeNegativeCosts) {
  for (const float each : {-3e5f, -2.8e6f, -1e9f}) {  // the exponents' sums nearly overflow, would overflow, are not even tried
    const DtwCase test{{1, 512, 512}, StepPattern::kSymmetric1, 1};
    compareWithFloat64(test, std::vector<float>(512 * 512, each));
  }
}

// In units of gamma beyond the range of their type: only the log domain has them. In lanes and in strips, a cell's cost at a time and all at once.
template <class T>
void checkCostsBeyondTheRange(double each, double gamma) {
  for (const CostShape shape : {CostShape{20, 3, 4}, CostShape{1, 4, 4}, CostShape{1, 40, 41}}) {
    for (const StepPattern pattern : {StepPattern::kSymmetric1, StepPattern::kStayOrAdvance}) {
      SCOPED_TRACE(testing::Message() << sizeof(T) * 8 << " bits, " << each << ", gamma " << gamma << ", " << shape.batch << " of " << shape.rows << " rows");
      const DtwCase test{shape, pattern, gamma};
      std::vector<T> cost(shape.batch * shape.cells(), static_cast<T>(each / 100));
      const Soft<T> result(test, cost);
      const double cells = static_cast<double>(pattern == StepPattern::kSymmetric1 ? shape.rows + shape.cols - 1 : shape.cols);
      for (const T value : result.value) EXPECT_NEAR(value / (cells * each / 100), 1, 1e-6);
      EXPECT_EQ(result.forward, result.value);
      for (std::size_t pair = 0; pair < shape.batch; ++pair) {
        double sum = 0;
        for (std::size_t k = 0; k < shape.cells(); ++k) sum += result.gradient[pair * shape.cells() + k];
        ASSERT_NEAR(sum, cells, 1e-4);
      }
      cost[shape.cells() - 1] = std::numeric_limits<T>::quiet_NaN();
      const Soft<T> poisoned(test, cost);
      EXPECT_TRUE(std::isnan(poisoned.value[0]) && std::isnan(poisoned.forward[0]) && std::isnan(poisoned.gradient[0]));
      EXPECT_EQ(std::isnan(poisoned.value.back()), shape.batch == 1);
    }
    const DtwCase none{{shape.batch, shape.cols + 1, shape.cols}, StepPattern::kStayOrAdvance, gamma};
    const Soft<T> result(none, std::vector<T>(shape.batch * none.shape.cells(), static_cast<T>(each)));
    for (const T value : result.value) EXPECT_EQ(value, std::numeric_limits<T>::infinity());
    for (const T share : result.gradient) ASSERT_EQ(share, 0);
  }
}

TEST(SoftDtw, CostsBeyondTheRange) {
  checkCostsBeyondTheRange<float>(-1e30, 1e-9);
  checkCostsBeyondTheRange<float>(-1e20, 1e-19);
  checkCostsBeyondTheRange<float>(-3e37, 0.001);
  checkCostsBeyondTheRange<double>(-1e300, 1e-11);
}

TEST(SoftDtw, AnInfiniteValueHasNoGradient) {
  // 4e60 is in the range of float64 alone.
  const std::vector<float> x{1e30f, 1e30f}, y{-1e30f};
  const SeriesPairs<float> pairs{Pairing::kMatched, 1, 2, 1, 1, 1, PointCost::kSquaredEuclidean, x.data(), y.data(), nullptr, nullptr};
  for (const double gamma : {1.0, 1e30, 1e59}) {
    float value = 0, dx[2] = {7, 7}, dy = 7, dCost[2] = {7, 7};
    Control control;
    softDtw<float>(pairs, {}, gamma, {&value, dx, &dy, dCost}, control);
    EXPECT_EQ(value, kInfinity);
    for (const float each : {dx[0], dx[1], dy, dCost[0], dCost[1]}) EXPECT_EQ(each, 0) << gamma;
  }
}

TEST(SoftDtw, CostsPastTheClampStillCount) {
  // Every path must take one of two cells of 1e7 and 1e7 + 1: both are clamped, yet the value is theirs.
  const DtwCase test{{1, 2, 2}, StepPattern::kStayOrAdvance, 1};
  compareWithFloat64({{1, 2, 3}, StepPattern::kStayOrAdvance, 1}, {0, 1e7f, 5, 5, 1e7f + 1, 0});
  compareWithFloat64(test, {1e7f, 0, 0, 1e7f});
}

TEST(SoftDtw, ExtremeGammas) {
  for (const double gamma : {1e-45, 1e-35, 1e-6, 1e8, 1e35, 1e300}) {
    const DtwCase test{{2, 5, 6}, StepPattern::kSymmetric1, gamma};
    const auto cost = randomCosts<float>(test.shape, 9, 0.5, 2);
    const Soft<float> result(test, cost);
    const Soft<double> expected(test, widened(cost));
    for (std::size_t pair = 0; pair < 2; ++pair) {
      if (std::abs(expected.value[pair]) > 3e38) continue;
      EXPECT_NEAR(result.value[pair], expected.value[pair], 1e-5 * std::abs(expected.value[pair])) << gamma;
    }
    for (std::size_t at = 0; at < cost.size(); ++at) EXPECT_NEAR(result.gradient[at], expected.gradient[at], 1e-5) << gamma;
  }
}

TEST(SoftDtw, NaNStaysInItsPair) {
  for (const CostShape shape : {CostShape{20, 6, 40}, CostShape{3, 40, 20}}) {
    for (const float poison : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::quiet_NaN(), -kInfinity}) {
      for (const std::size_t where : {std::size_t{0}, shape.cells() / 2 + 3, shape.cells() - 1}) {
        const DtwCase test{shape, StepPattern::kSymmetric1, 0.5};
        auto cost = randomCosts<float>(shape, 21);
        const Soft<float> clean(test, cost);
        cost[shape.cells() + where] = poison;
        const Soft<float> result(test, cost);
        for (std::size_t pair = 0; pair < shape.batch; ++pair) {
          if (pair == 1) {
            EXPECT_TRUE(std::isnan(result.value[1]) && std::isnan(result.forward[1]));
            for (std::size_t k = 0; k < shape.cells(); ++k) ASSERT_TRUE(std::isnan(result.gradient[shape.cells() + k]));
          } else {
            EXPECT_EQ(result.value[pair], clean.value[pair]);
            ASSERT_EQ(std::memcmp(&result.gradient[pair * shape.cells()], &clean.gradient[pair * shape.cells()], shape.cells() * sizeof(float)), 0);
          }
        }
      }
    }
  }
}

TEST(SoftDtw, GammaZeroIsHard) {
  const DtwCase test{{1, 2, 3}, StepPattern::kSymmetric1, 0};
  const Soft<double> result(test, {1, 5, 5, 5, 2, 3});
  EXPECT_EQ(result.value[0], 6);
  EXPECT_EQ(result.gradient, (std::vector<double>{1, 0, 0, 0, 1, 1}));
}

TEST(SoftDtw, SameBitsAtAnyNumberOfThreads) {
  const std::size_t before = threadCount();
  for (const CostShape shape : {CostShape{37, 6, 100}, CostShape{7, 40, 33}}) {
    const DtwCase test{shape, StepPattern::kSymmetric1, 0.2};
    auto cost = randomCosts<float>(shape, 4);
    for (std::size_t pair = 0; pair < shape.batch; pair += 5) cost[pair * shape.cells()] = kInfinity;  // some take the exact path
    setThreadCount(1);
    const Soft<float> expected(test, cost);
    for (const std::size_t threads : {2, 3, 8, 64}) {
      setThreadCount(threads);
      const Soft<float> actual(test, cost);
      EXPECT_EQ(std::memcmp(actual.value.data(), expected.value.data(), shape.batch * sizeof(float)), 0) << threads;
      EXPECT_EQ(std::memcmp(actual.gradient.data(), expected.gradient.data(), cost.size() * sizeof(float)), 0) << threads;
    }
  }
  setThreadCount(before);
}

TEST(SoftDtw, MoreHostileCosts) {
  const CostShape shape{2, 512, 512};
  const DtwCase test{shape, StepPattern::kSymmetric1, 1};
  compareWithFloat64(test, std::vector<float>(2 * shape.cells(), 0));
  compareWithFloat64(test, randomCosts<float>(shape, 31, -1, 1));
  compareWithFloat64(test, randomCosts<float>(shape, 32, 1e4, 1e4 + 1));
  compareWithFloat64({shape, StepPattern::kSymmetric1, 1e6}, randomCosts<float>(shape, 33, 0, 100));
}

TEST(SoftDtw, Float64BlocksAndPoisonsAlike) {
  for (const std::size_t size : {1, 5, 64, 512}) {
    const DtwCase test{{2, size, size}, StepPattern::kSymmetric1, 1};
    std::vector<double> cost(2 * size * size, 0);
    cost[0] = INFINITY;
    cost[size * size + size * size / 2] = NAN;
    const Soft<double> result(test, cost);
    EXPECT_EQ(result.value[0], INFINITY);
    EXPECT_EQ(result.forward[0], INFINITY);
    EXPECT_TRUE(std::isnan(result.value[1]) && std::isnan(result.forward[1]));
    for (std::size_t at = 0; at < size * size; ++at) ASSERT_EQ(result.gradient[at], 0);
    for (std::size_t at = size * size; at < cost.size(); ++at) ASSERT_TRUE(std::isnan(result.gradient[at]));
  }
}

TEST(SoftDtw, RejectsWhatHasNoMeaning) {
  float value = 0, cost[4] = {};
  Control control;
  const std::int32_t sizes[2] = {3, 1};
  const auto call = [&](std::size_t rows, std::size_t cols, double gamma, const WarpingPaths& paths = {}, const std::int32_t* given = nullptr, std::size_t batch = 1) {
    softDtwFromCost<float>({batch, rows, cols, cost, given}, paths, gamma, &value, nullptr, control);
  };
  EXPECT_NO_THROW(call(2, 2, 1));
  EXPECT_NO_THROW(call(1, 1, 1, {}, nullptr, 0));
  EXPECT_THROW(call(0, 1, 1), std::invalid_argument);
  EXPECT_THROW(call(1, 0, 1), std::invalid_argument);
  EXPECT_THROW(call(2, 2, 1, {}, sizes), std::invalid_argument);
  EXPECT_NO_THROW(call(1, 1, 1e300));
  for (const double gamma : {-1.0, 1e301, static_cast<double>(NAN), static_cast<double>(INFINITY)}) EXPECT_THROW(call(1, 1, gamma), std::invalid_argument);
  WarpingPaths paths;
  for (const double penalty : {-1.0, static_cast<double>(NAN), static_cast<double>(INFINITY)}) {
    paths.stepPenalty = penalty;
    EXPECT_THROW(call(1, 1, 1, paths), std::invalid_argument);
  }
  paths.stepPenalty = 0;
  for (const Band band : {Band{Band::kSakoeChiba, -1}, {Band::kSakoeChiba, NAN}, {Band::kItakura, 0.5}, {Band::kItakura, INFINITY}}) {
    paths.band = band;
    EXPECT_THROW(call(1, 1, 1, paths), std::invalid_argument);
  }
}

}  // namespace
}  // namespace wetas
