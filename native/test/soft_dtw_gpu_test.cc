// The GPU's kernel, run in lockstep on the CPU, against the CPU's own results, every path, and what is to be handed back to the CPU.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "dtw_cases.h"
#include "lockstep_soft_dtw.h"
#include "path_enumeration.h"
#include "wetas/soft_dtw.h"

namespace wetas {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// In float64 on the CPU.
struct Expected {
  std::vector<double> value, expected;

  Expected(const CostPairs<float>& pairs, const WarpingPaths& paths, double gamma) : value(pairs.batch), expected(pairs.batch * pairs.rows * pairs.cols) {
    const std::vector<double> cost(pairs.cost, pairs.cost + expected.size());
    Control control;
    softDtwFromCost<double>({pairs.batch, pairs.rows, pairs.cols, cost.data(), pairs.sizes}, paths, gamma, value.data(), expected.data(), control);
  }
};

void compare(const CostPairs<float>& pairs, const WarpingPaths& paths, double gamma, std::size_t spaceBytes = std::size_t{1} << 30) {
  SCOPED_TRACE(testing::Message() << "[" << pairs.batch << ", " << pairs.rows << ", " << pairs.cols << "], " << paths << ", gamma " << gamma);
  const Expected want(pairs, paths, gamma);
  const LockstepSoftDtw forward(pairs, paths, gamma, false), got(pairs, paths, gamma, true, spaceBytes);
  const double length = static_cast<double>(pairs.rows + pairs.cols);
  for (std::size_t p = 0; p < pairs.batch; ++p) {
    ASSERT_FALSE(got.beyond[p] || forward.beyond[p]) << p;
    ASSERT_EQ(forward.value[p], got.value[p]) << p;
    if (std::isinf(want.value[p])) {
      ASSERT_EQ(got.value[p], kInfinity) << p;
    } else {
      ASSERT_NEAR(got.value[p], want.value[p], 2e-7 * (std::abs(want.value[p]) + length * gamma)) << p;
    }
    const std::size_t rows = pairs.sizes == nullptr ? pairs.rows : static_cast<std::size_t>(pairs.sizes[2 * p]);
    const std::size_t cols = pairs.sizes == nullptr ? pairs.cols : static_cast<std::size_t>(pairs.sizes[2 * p + 1]);
    for (std::size_t i = 0; i < pairs.rows; ++i) {
      for (std::size_t j = 0; j < pairs.cols; ++j) {
        const std::size_t at = (p * pairs.rows + i) * pairs.cols + j;
        if (i < rows && j < cols) {
          ASSERT_NEAR(got.expected[at], want.expected[at], 5e-6 + 2e-9 * length) << "pair " << p << " cell " << i << ", " << j;
        } else {
          ASSERT_EQ(got.expected[at], 7) << "padding of pair " << p << " at " << i << ", " << j;
        }
      }
    }
  }
}

WarpingPaths pathsOf(StepPattern pattern) {
  WarpingPaths paths;
  paths.pattern = pattern;
  return paths;
}

TEST(SoftDtwGpu, ShapesAroundTheWarp) {
  const std::size_t extents[] = {1, 2, 16, 17, 31, 32, 33, 64, 65, 130};
  const double gammas[] = {0.001, 0.1, 1, 10, 1e6};
  unsigned seed = 0;
  for (const std::size_t rows : extents) {
    for (const std::size_t cols : extents) {
      for (const StepPattern pattern : {StepPattern::kSymmetric1, StepPattern::kStayOrAdvance}) {
        const CostShape shape{2, rows, cols};
        const auto cost = randomCosts<float>(shape, ++seed);
        compare(pairsOf(shape, cost), pathsOf(pattern), gammas[seed % 5]);
      }
    }
  }
}

std::vector<WarpingPaths> everyPathAndWiderBands() {
  std::vector<WarpingPaths> all = everyWarpingPaths();
  for (const StepPattern pattern : {StepPattern::kSymmetric1, StepPattern::kStayOrAdvance}) {
    for (const double radius : {5.0, 20.0, 40.0, 70.0}) all.push_back({pattern, {Band::kSakoeChiba, radius}});
  }
  return all;
}

TEST(SoftDtwGpu, BandsAndRaggedBatches) {
  const CostShape shape{6, 100, 150};
  const std::int32_t sizes[] = {100, 150, 1, 1, 33, 150, 100, 40, 64, 64, 7, 90};
  unsigned seed = 40;
  for (const WarpingPaths& paths : everyPathAndWiderBands()) {
    const auto cost = randomCosts<float>(shape, ++seed);
    compare({shape.batch, shape.rows, shape.cols, cost.data(), sizes}, paths, 0.3);
    compare(pairsOf(shape, cost), paths, 0.3);
  }
}

// Where the intervals of neighbouring rows are far apart, or the same for many rows.
TEST(SoftDtwGpu, NarrowBandsOfWideAndTallPairs) {
  for (const CostShape shape : {CostShape{1, 70, 3000}, CostShape{1, 1000, 30}}) {
    const auto cost = randomCosts<float>(shape, 8);
    for (const double radius : {0.0, 1.0}) compare(pairsOf(shape, cost), {StepPattern::kSymmetric1, {Band::kSakoeChiba, radius}}, 0.3);
  }
}

// Sums over thousands of ends, of which most weigh nothing.
TEST(SoftDtwGpu, OpenEndsOfWidePairs) {
  const CostShape shape{1, 40, 5000};
  for (const double gamma : {0.01, 1.0, 100.0}) {
    for (const double penalty : {0.0, 200.0}) {
      const auto cost = randomCosts<float>(shape, 12);
      compare(pairsOf(shape, cost), {StepPattern::kSymmetric1, {}, true, true, penalty}, gamma);
    }
  }
}

TEST(SoftDtwGpu, EveryPathOfSmallPairs) {
  const CostShape shape{1, 5, 6};
  unsigned seed = 0;
  for (const WarpingPaths& paths : everyPathAndWiderBands()) {
    const auto cost = randomCosts<float>(shape, ++seed);
    const std::vector<double> widened(cost.begin(), cost.end());
    const SoftReference reference(everyPath(shape.rows, shape.cols, paths), shape.cells(), 0.5, widened.data());
    const LockstepSoftDtw got(pairsOf(shape, cost), paths, 0.5);
    if (std::isinf(reference.value)) {
      ASSERT_EQ(got.value[0], kInfinity) << paths;
    } else {
      ASSERT_NEAR(got.value[0], static_cast<double>(reference.value), 1e-6) << paths;
    }
    for (std::size_t at = 0; at < shape.cells(); ++at) {
      ASSERT_NEAR(got.expected[at], static_cast<double>(reference.expected[at]), 1e-6) << paths << " at " << at;
    }
  }
}

TEST(SoftDtwGpu, WhatIsKeptInMemoryChangesNoBit) {
  unsigned seed = 90;
  for (const WarpingPaths& paths : everyPathAndWiderBands()) {
    const CostShape shape{1, 300, 70};
    const auto cost = randomCosts<float>(shape, ++seed);
    const LockstepSoftDtw all(pairsOf(shape, cost), paths, 0.3), groups(pairsOf(shape, cost), paths, 0.3, true, 0);
    ASSERT_LT(groups.spaceNumbers, all.spaceNumbers);
    ASSERT_EQ(groups.value, all.value) << paths;
    ASSERT_EQ(groups.expected, all.expected) << paths;
  }
}

TEST(SoftDtwGpu, TheSpaceOfLongPairsIsSmall) {
  const std::vector<float> none;
  const GpuPairs pairs(CostPairs<float>{1, 10000, 10000, none.data(), nullptr}, 0, 1, {});
  const SoftDtwGpuBatch batch(pairs, 1, true, 0);
  EXPECT_LT(batch.spaceNumbers(), std::size_t{160} * 10000);
}

TEST(SoftDtwGpu, WideRangesOfCostAndOffset) {
  const CostShape shape{2, 40, 50};
  for (const double scale : {0.01, 1.0, 100.0, 1e4}) {
    for (const double offset : {-50.0, 0.0, 1e4}) {
      for (const StepPattern pattern : {StepPattern::kSymmetric1, StepPattern::kStayOrAdvance}) {
        const auto cost = randomCosts<float>(shape, 11, offset, offset + scale);
        compare(pairsOf(shape, cost), pathsOf(pattern), 1);
      }
    }
  }
}

TEST(SoftDtwGpu, At512) {
  const CostShape shape{1, 512, 512};
  for (const auto& [gamma, scale] : {std::pair(1e-3, 100.0), std::pair(0.1, 1.0), std::pair(10.0, 0.01)}) {
    const auto cost = randomCosts<float>(shape, 77, 0, scale);
    compare(pairsOf(shape, cost), {}, gamma);
  }
}

TEST(SoftDtwGpu, InfiniteCellsWithAPathAround) {
  const CostShape shape{1, 70, 80};
  auto cost = randomCosts<float>(shape, 4, 0, 1);
  for (std::size_t i = 0; i < shape.rows; ++i) {
    for (std::size_t j = 0; j < shape.cols; ++j) {
      if (i + 10 < j && i % 3 == 0) cost[i * shape.cols + j] = kInfinity;
    }
  }
  compare(pairsOf(shape, cost), {}, 1);
}

// All the way down or along, where nothing but one move leads and mantissas grow only.
TEST(SoftDtwGpu, OneColumnOrRowOfFiniteCosts) {
  for (const std::size_t column : {0, 2, 5, 9, 20, 33}) {
    const CostShape down{1, 700, 40}, along{1, 40, 700};
    std::vector<float> cost(down.cells(), kInfinity), costAlong(down.cells(), kInfinity);
    const auto allow = [&](std::size_t i, std::size_t j) { cost[i * 40 + j] = costAlong[j * 700 + i] = 0.353f; };
    for (std::size_t j = 0; j < 40; ++j) allow(j <= column ? 0 : 699, j);
    for (std::size_t i = 0; i < 700; ++i) allow(i, column);
    compare(pairsOf(down, cost), {}, 1);
    compare(pairsOf(along, costAlong), {}, 1);
  }
}

// A diagonal path meets only every other step.
TEST(SoftDtwGpu, OneDiagonalOfFiniteCosts) {
  const CostShape shape{1, 700, 701};
  for (const std::size_t offset : {0, 1}) {
    const std::vector<float> cost = oneDiagonal(shape, offset);
    compare(pairsOf(shape, cost), {}, 1);
  }
}

TEST(SoftDtwGpu, NoAdmissiblePath) {
  const WarpingPaths paths = pathsOf(StepPattern::kStayOrAdvance);
  for (const CostShape shape : {CostShape{2, 9, 8}, CostShape{1, 140, 139}}) {
    for (const double low : {-1e6, 0.0}) {  // large negative costs must not make an unreachable cell look reachable
      const LockstepSoftDtw got(pairsOf(shape, randomCosts<float>(shape, 1, low, 1)), paths, 1);
      for (const float value : got.value) EXPECT_EQ(value, kInfinity);
      for (const float share : got.expected) ASSERT_EQ(share, 0);
      EXPECT_FALSE(got.beyond[0]);
    }
  }
}

TEST(SoftDtwGpu, HandsBackWhatIsBeyondFloat32) {
  for (const std::size_t size : {1, 5, 64, 128}) {
    for (const float bad : {kNaN, -kNaN, -kInfinity, kInfinity, -3e7f}) {
      const CostShape shape{3, size, size};
      std::vector<float> cost(3 * size * size, 0.5f);
      cost[2 * size * size - 1] = bad;  // the last cell of pair 1
      const LockstepSoftDtw got(pairsOf(shape, cost), {}, 1);
      EXPECT_EQ(got.beyond, (std::vector<bool>{false, true, false})) << bad << " at " << size;
    }
    for (const float bad : {kNaN, -kNaN}) {
      const CostShape shape{1, size, size};
      std::vector<float> cost(size * size, 0.5f);
      cost[size - 1] = bad;  // no path that matters comes here
      EXPECT_TRUE(LockstepSoftDtw(pairsOf(shape, cost), {}, 0.001).beyond[0]) << size;
    }
  }
  const std::vector<float> cost(64 * 64, 1);
  EXPECT_TRUE(LockstepSoftDtw({1, 64, 64, cost.data(), nullptr}, {}, 1e-40).beyond[0]);
  EXPECT_TRUE(LockstepSoftDtw({1, 64, 64, cost.data(), nullptr}, {}, 1e40).beyond[0]);
  EXPECT_TRUE(LockstepSoftDtw({1, 64, 64, cost.data(), nullptr}, {StepPattern::kSymmetric1, {}, false, false, 1e300}, 1).beyond[0]);
  EXPECT_FALSE(LockstepSoftDtw({1, 64, 64, cost.data(), nullptr}, {}, 1).beyond[0]);
}

// A NaN outside a pair's sizes or its band is never read.
TEST(SoftDtwGpu, NeverReadsPaddingAndWhatTheBandLeavesOut) {
  const CostShape shape{2, 70, 90};
  const std::int32_t sizes[] = {40, 35, 70, 50};
  const WarpingPaths paths{StepPattern::kSymmetric1, {Band::kSakoeChiba, 6}};
  auto cost = randomCosts<float>(shape, 9);
  auto poisoned = cost;
  for (std::size_t p = 0; p < 2; ++p) {
    const auto rows = static_cast<std::size_t>(sizes[2 * p]), cols = static_cast<std::size_t>(sizes[2 * p + 1]);
    const BandMask mask(paths.band, rows, cols);
    for (std::size_t i = 0; i < shape.rows; ++i) {
      for (std::size_t j = 0; j < shape.cols; ++j) {
        if (i >= rows || j >= cols || !mask.allows(i, j)) poisoned[(p * shape.rows + i) * shape.cols + j] = kNaN;
      }
    }
  }
  const LockstepSoftDtw clean({2, 70, 90, cost.data(), sizes}, paths, 0.5), got({2, 70, 90, poisoned.data(), sizes}, paths, 0.5);
  EXPECT_EQ(got.beyond, (std::vector<bool>{false, false}));
  EXPECT_EQ(got.value, clean.value);
  EXPECT_EQ(got.expected, clean.expected);
}

}  // namespace
}  // namespace wetas
