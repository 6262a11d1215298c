// What the core does with a GPU, shown on one that runs in lockstep on the CPU.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/gpu_parts.h"
#include "core/soft_dtw_gpu.h"
#include "dtw_cases.h"
#include "kernels/cuda/lockstep_gpu.h"
#include "lockstep_series.h"
#include "lockstep_soft_dtw.h"
#include "wetas/soft_dtw.h"

namespace wetas {
namespace {

constexpr std::size_t kRows = 4, kCols = 6, kCells = kRows * kCols;

struct OnLockstep {
  std::vector<float> value, expected;
  std::vector<std::size_t> beyond;
  std::uint64_t cells = 0;

  OnLockstep(cuda::LockstepGpu& gpu, const CostPairs<float>& pairs, bool gradient = true) : value(pairs.batch, 7), expected(gradient ? pairs.batch * kCells : 0, 7) {
    Control control;
    beyond = softDtwOnGpu(gpu, pairs, {}, 0.5, {value.data(), nullptr, nullptr, gradient ? expected.data() : nullptr}, control);
    cells = control.cellsDone();
  }
};

TEST(Gpu, ABatchGoesInPartsThatFit) {
  const CostShape shape{100, kRows, kCols};
  const auto cost = randomCosts<float>(shape, 3);
  cuda::LockstepGpu large, small(60000);
  const OnLockstep whole(large, pairsOf(shape, cost)), parts(small, pairsOf(shape, cost));
  EXPECT_EQ(large.launches(), 1u);
  EXPECT_GE(small.launches(), 3u);
  EXPECT_EQ(small.freeBytes(), 60000u);  // all is given back
  EXPECT_EQ(parts.value, whole.value);
  EXPECT_EQ(parts.expected, whole.expected);
  EXPECT_EQ(parts.cells, shape.batch * kCells);
  const LockstepSoftDtw alone(pairsOf(shape, cost), {}, 0.5);
  EXPECT_EQ(whole.value, alone.value);
  EXPECT_EQ(whole.expected, alone.expected);
}

TEST(Gpu, SeriesWithoutTheirCostsInMemory) {
  cuda::LockstepGpu gpu;
  unsigned seed = 0;
  for (const StepPattern pattern : {StepPattern::kSymmetric1, StepPattern::kStayOrAdvance}) {
    for (const std::size_t channels : {1, 3, 5, 19}) {  // eight go together
      for (const CostShape shape : {CostShape{2, 1, 1}, CostShape{2, 5, 40}, CostShape{2, 33, 31}, CostShape{2, 70, 97}}) {
        for (const double radius : {-1.0, 4.0}) {
          const RandomSeries series(Pairing::kMatched, 2, shape.rows, 2, shape.cols, channels, ++seed);
          const Band band = radius < 0 ? Band{} : Band{Band::kSakoeChiba, radius};
          compareSeries(gpu, series.pairs, {pattern, band}, 0.5);
          compareSeries(gpu, series.pairs, {pattern, band, true, true, 0.4}, 0.5);
        }
      }
    }
  }
}

TEST(Gpu, RaggedSeriesAndPairings) {
  const std::int32_t xLengths[] = {40, 7, 33}, yLengths[] = {1, 50, 45}, both[] = {40, 11, 25};
  for (const std::size_t bytes : {std::size_t{1} << 30, std::size_t{200000}}) {
    cuda::LockstepGpu gpu(bytes);
    RandomSeries matched(Pairing::kMatched, 3, 40, 3, 50, 2, 5), all(Pairing::kAll, 3, 40, 2, 50, 2, 6), condensed(Pairing::kCondensed, 3, 40, 3, 40, 2, 7);
    matched.pairs.xLengths = all.pairs.xLengths = xLengths;
    matched.pairs.yLengths = all.pairs.yLengths = yLengths;
    condensed.pairs.xLengths = condensed.pairs.yLengths = both;
    for (const RandomSeries* const series : {&matched, &all, &condensed}) compareSeries(gpu, series->pairs, {}, 0.5);
  }
}

TEST(Gpu, InfinitePointsAreLeftToTheCpu) {
  for (const float bad : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    RandomSeries series(Pairing::kMatched, 2, 40, 2, 50, 2, 5);
    series.y[3] = bad;
    cuda::LockstepGpu gpu;
    std::vector<float> value(2), dx(series.x.size());
    Control control;
    EXPECT_EQ(softDtwOnGpu(gpu, series.pairs, {}, 0.5, {value.data(), dx.data(), nullptr, nullptr}, control), (std::vector<std::size_t>{0}));
    for (std::size_t at = dx.size() / 2; at < dx.size(); ++at) ASSERT_TRUE(std::isfinite(dx[at]));
  }
}

TEST(Gpu, PartsOfLargePairsHaveFewOfThem) {
  EXPECT_EQ(mostPairsOfPart(1), 1024u);
  EXPECT_EQ(mostPairsOfPart(4096 * 4096), 128u);
  EXPECT_EQ(mostPairsOfPart(std::size_t{1} << 40), 1u);
}

TEST(Gpu, ALargeBatchGoesInPartsThatTakeTurns) {
  const CostShape shape{1030, 1, 2};
  const auto cost = randomCosts<float>(shape, 3);
  cuda::LockstepGpu gpu;
  const OnLockstep got(gpu, pairsOf(shape, cost), false);
  EXPECT_EQ(gpu.launches(), 2u);
  EXPECT_EQ(got.value, LockstepSoftDtw(pairsOf(shape, cost), {}, 0.5, false).value);
}

TEST(Gpu, PaddingOfRaggedBatchesIsZero) {
  const CostShape shape{3, kRows, kCols};
  const auto cost = randomCosts<float>(shape, 4);
  const std::int32_t sizes[] = {4, 6, 2, 3, 4, 1};
  cuda::LockstepGpu gpu;
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
  cuda::LockstepGpu gpu(60000);
  const OnLockstep got(gpu, pairsOf(shape, cost));
  EXPECT_EQ(got.beyond, (std::vector<std::size_t>{3, 95}));
  EXPECT_EQ(got.cells, (shape.batch - 2) * kCells);
  EXPECT_FALSE(std::isnan(got.value[2]) || std::isnan(got.value[96]));
}

TEST(Gpu, OutOfMemoryIsAnErrorAndNothingStaysAllocated) {
  const CostShape shape{8, kRows, kCols};
  const auto cost = randomCosts<float>(shape, 6);
  cuda::LockstepGpu gpu(1000);
  EXPECT_THROW(OnLockstep(gpu, pairsOf(shape, cost)), cuda::GpuOutOfMemory);
  EXPECT_EQ(gpu.freeBytes(), 1000u);
}

TEST(Gpu, AStoppedCallLaunchesNoMore) {
  const CostShape shape{2100, 1, 1};
  const auto cost = randomCosts<float>(shape, 7);
  std::vector<float> value(shape.batch);
  cuda::LockstepGpu gpu;
  Control control;
  control.stop();
  softDtwOnGpu(gpu, pairsOf(shape, cost), {}, 0.5, {value.data(), nullptr, nullptr, nullptr}, control);
  EXPECT_EQ(gpu.launches(), 0u);
}

}  // namespace
}  // namespace wetas
