// What the core does with a GPU, shown on one that runs in lockstep on the CPU.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/soft_dtw_gpu.h"
#include "dtw_cases.h"
#include "lockstep_gpu.h"
#include "wetas/soft_dtw.h"

namespace wetas {
namespace {

constexpr std::size_t kRows = 4, kCols = 6, kCells = kRows * kCols;

struct OnLockstep {
  std::vector<float> value, expected;
  std::vector<std::size_t> beyond;
  std::uint64_t cells = 0;

  OnLockstep(LockstepGpu& gpu, const CostPairs<float>& pairs, bool gradient = true) : value(pairs.batch, 7), expected(gradient ? pairs.batch * kCells : 0, 7) {
    Control control;
    beyond = softDtwFromCostOnGpu(gpu, pairs, {}, 0.5, value.data(), gradient ? expected.data() : nullptr, control);
    cells = control.cellsDone();
  }
};

TEST(Gpu, ABatchGoesInPartsThatFit) {
  const CostShape shape{100, kRows, kCols};
  const auto cost = randomCosts<float>(shape, 3);
  LockstepGpu large, small(60000);
  const OnLockstep whole(large, pairsOf(shape, cost)), parts(small, pairsOf(shape, cost));
  EXPECT_EQ(large.launches, 1u);
  EXPECT_GE(small.launches, 3u);
  EXPECT_EQ(small.bytes, 60000u);  // all is given back
  EXPECT_EQ(parts.value, whole.value);
  EXPECT_EQ(parts.expected, whole.expected);
  EXPECT_EQ(parts.cells, shape.batch * kCells);
  const LockstepSoftDtw alone(pairsOf(shape, cost), {}, 0.5);
  EXPECT_EQ(whole.value, alone.value);
  EXPECT_EQ(whole.expected, alone.expected);
}

TEST(Gpu, ALargeBatchGoesInPartsThatTakeTurns) {
  const CostShape shape{1030, kRows, kCols};
  const auto cost = randomCosts<float>(shape, 3);
  LockstepGpu gpu;
  const OnLockstep got(gpu, pairsOf(shape, cost), false);
  EXPECT_EQ(gpu.launches, 2u);
  EXPECT_EQ(got.value, LockstepSoftDtw(pairsOf(shape, cost), {}, 0.5, false).value);
}

TEST(Gpu, PaddingOfRaggedBatchesIsZero) {
  const CostShape shape{3, kRows, kCols};
  const auto cost = randomCosts<float>(shape, 4);
  const std::int32_t sizes[] = {4, 6, 2, 3, 4, 1};
  LockstepGpu gpu;
  const OnLockstep got(gpu, {3, kRows, kCols, cost.data(), sizes});
  std::vector<float> value(3), expected(3 * kCells);
  Control control;
  softDtwFromCost<float>({3, kRows, kCols, cost.data(), sizes}, {}, 0.5, value.data(), expected.data(), control);
  EXPECT_EQ(got.cells, control.cellsDone());
  for (std::size_t at = 0; at < expected.size(); ++at) ASSERT_NEAR(got.expected[at], expected[at], 2e-6) << at;
  for (std::size_t at = kCells + 3; at < kCells + kCols; ++at) ASSERT_EQ(got.expected[at], 0);
}

TEST(Gpu, SaysWhichPairsAreLeftToTheCpu) {
  const CostShape shape{100, kRows, kCols};
  auto cost = randomCosts<float>(shape, 5);
  cost[3 * kCells] = std::numeric_limits<float>::quiet_NaN();
  cost[95 * kCells] = std::numeric_limits<float>::infinity();
  LockstepGpu gpu(60000);
  const OnLockstep got(gpu, pairsOf(shape, cost));
  EXPECT_EQ(got.beyond, (std::vector<std::size_t>{3, 95}));
  EXPECT_EQ(got.cells, (shape.batch - 2) * kCells);
  EXPECT_FALSE(std::isnan(got.value[2]) || std::isnan(got.value[96]));
}

TEST(Gpu, OutOfMemoryIsAnErrorAndNothingStaysAllocated) {
  const CostShape shape{8, kRows, kCols};
  const auto cost = randomCosts<float>(shape, 6);
  LockstepGpu gpu(2000);
  EXPECT_THROW(OnLockstep(gpu, pairsOf(shape, cost)), cuda::GpuOutOfMemory);
  EXPECT_EQ(gpu.bytes, 2000u);
}

TEST(Gpu, AStoppedCallLaunchesNoMore) {
  const CostShape shape{2100, 1, 1};
  const auto cost = randomCosts<float>(shape, 7);
  std::vector<float> value(shape.batch);
  LockstepGpu gpu;
  Control control;
  control.stop();
  softDtwFromCostOnGpu(gpu, pairsOf(shape, cost), {}, 0.5, value.data(), nullptr, control);
  EXPECT_EQ(gpu.launches, 0u);
}

}  // namespace
}  // namespace wetas
