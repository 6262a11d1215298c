// The strip kernels beneath the core: what they keep in memory changes no bit, and what they report of the powers is true.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <new>

#include "core/band.h"
#include "core/power_limits.h"
#include "dtw_cases.h"
#include "kernels/cpu/soft_dtw_strip.h"

namespace wetas {
namespace {

struct FreeAligned {
  void operator()(char* bytes) const { ::operator delete(bytes, std::align_val_t{64}); }
};

template <class T>
struct StripRun {
  StripResult<T> result;
  std::size_t cols, bytes;
  std::vector<T> expected;

  StripRun(StripProblem<T> problem, const CostMatrix<T>& matrix, std::size_t moveBytes, std::size_t boundaryBytes)
      : cols(matrix.cols), expected(matrix.rows * matrix.cols, T(-1)) {
    problem.cost = costTiles<T>(matrix);
    problem.moveBytes = moveBytes;
    problem.boundaryBytes = boundaryBytes;
    const StripKernel<T>& kernel = *stripKernel<T>();
    bytes = kernel.space(problem, true);
    const std::unique_ptr<char, FreeAligned> space(static_cast<char*>(::operator new(bytes, std::align_val_t{64})));
    Control control;
    result = kernel.forward(problem, true, space.get(), control);
    if (result.total.mantissa == 0) return;
    kernel.backward(problem, result.total, space.get(), {take, this}, control);
    EXPECT_EQ(control.cellsDone(), matrix.rows * matrix.cols);
  }

  static void take(void* target, std::size_t row, std::size_t rows, std::size_t begin, std::size_t end, const T* from, std::size_t stride) {
    StripRun& own = *static_cast<StripRun*>(target);
    for (std::size_t i = 0; i < rows; ++i) std::copy(from + i * stride + begin, from + i * stride + end, &own.expected[(row + i) * own.cols + begin]);
  }
};

template <class T>
StripProblem<T> problemOf(std::size_t rows, std::size_t cols, const WarpingPaths& paths, const RowIntervals& band, double gamma) {
  const PowerLimits<T> limits(rows, cols, gamma, paths.stepPenalty);
  return {rows,
          cols,
          paths.pattern,
          paths.openStart,
          paths.openEnd,
          band.everything() ? nullptr : band.begin.data(),
          band.everything() ? nullptr : band.end.data(),
          limits.scale,
          limits.largestCost,
          limits.penaltyFactor(),
          {}};
}

template <class T>
void comparePolicies() {
  if (stripKernel<T>() == nullptr) GTEST_SKIP() << "no SIMD, no strips";
  unsigned seed = 0;
  for (const WarpingPaths& paths : everyWarpingPaths()) {
    for (const CostShape shape : {CostShape{1, 90, 200}, CostShape{1, 133, 133}}) {
      const auto cost = randomCosts<T>(shape, ++seed);
      const RowIntervals band(paths.band, shape.rows, shape.cols);
      const CostMatrix<T> matrix{cost.data(), shape.cols, shape.rows, shape.cols};
      const StripProblem<T> problem = problemOf<T>(shape.rows, shape.cols, paths, band, 0.3);
      const StripRun<T> keepsWeights(problem, matrix, std::size_t{1} << 30, 0);
      const StripRun<T> keepsRows(problem, matrix, 0, std::size_t{1} << 30);
      const StripRun<T> keepsGroups(problem, matrix, 0, 0);
      if (band.everything()) {
        EXPECT_LT(keepsRows.bytes, keepsWeights.bytes);
      }
      EXPECT_LT(keepsGroups.bytes, keepsRows.bytes);
      for (const StripRun<T>* const run : {&keepsRows, &keepsGroups}) {
        ASSERT_EQ(run->result.total.mantissa, keepsWeights.result.total.mantissa) << paths;
        ASSERT_EQ(run->result.total.exponent, keepsWeights.result.total.exponent) << paths;
        ASSERT_EQ(run->expected, keepsWeights.expected) << paths;
      }
    }
  }
}

TEST(SoftDtwStrip, WhatIsKeptInMemoryChangesNoBitInFloat32) { comparePolicies<float>(); }
TEST(SoftDtwStrip, WhatIsKeptInMemoryChangesNoBitInFloat64) { comparePolicies<double>(); }

template <class T>
std::size_t spaceOf(std::size_t length, bool gradient) {
  const RowIntervals band({}, length, length);
  return stripKernel<T>()->space(problemOf<T>(length, length, {}, band, 1), gradient);
}

TEST(SoftDtwStrip, TheSpaceOfLongPairsIsBounded) {
  if (stripKernel<float>() == nullptr) GTEST_SKIP() << "no SIMD, no strips";
  EXPECT_LT(spaceOf<float>(50000, true), std::size_t{150} << 20);
  EXPECT_LT(spaceOf<double>(50000, true), std::size_t{300} << 20);
  EXPECT_LT(spaceOf<float>(50000, false), std::size_t{1} << 20);
  EXPECT_LT(spaceOf<double>(50000, false), std::size_t{2} << 20);
}

template <class T>
PowerRange powersOf(const std::vector<T>& cost, std::size_t rows) {
  const std::size_t cols = cost.size() / rows;
  const RowIntervals band({}, rows, cols);
  const CostMatrix<T> matrix{cost.data(), cols, rows, cols};
  return StripRun<T>(problemOf<T>(rows, cols, {}, band, 1), matrix, 0, 0).result.powers;
}

template <class T>
void checkPowers() {
  if (stripKernel<T>() == nullptr) GTEST_SKIP() << "no SIMD, no strips";
  constexpr T kInfinity = std::numeric_limits<T>::infinity(), kNaN = std::numeric_limits<T>::quiet_NaN();
  const CostShape shape{1, 21, 40};
  const auto plain = randomCosts<T>(shape, 1, 0, 1);
  for (std::size_t at = 0; at < plain.size(); ++at) {
    auto cost = plain;
    cost[at] = T(-70);
    EXPECT_NEAR(powersOf(cost, shape.rows).highest, 70 * 1.4426950408889634, 0.6) << at;
    cost[at] = T(90);
    EXPECT_NEAR(powersOf(cost, shape.rows).lowest, -90 * 1.4426950408889634, 0.6) << at;
    EXPECT_TRUE(powersOf(cost, shape.rows).valid);
    cost[at] = kInfinity;
    EXPECT_TRUE(powersOf(cost, shape.rows).valid);
    EXPECT_LE(powersOf(cost, shape.rows).lowest, -1e4) << at;
    for (const T bad : {kNaN, -kNaN, -kInfinity}) {
      cost[at] = bad;
      EXPECT_FALSE(powersOf(cost, shape.rows).valid) << bad << " at " << at;
    }
  }
}

TEST(SoftDtwStrip, ReportsThePowersOfEveryCellInFloat32) { checkPowers<float>(); }
TEST(SoftDtwStrip, ReportsThePowersOfEveryCellInFloat64) { checkPowers<double>(); }

}  // namespace
}  // namespace wetas
