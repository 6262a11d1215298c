// Hard DTW of batches on a GPU that runs in lockstep on the CPU, against the CPU's own: the same bits where costs are given.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/hard_dtw_gpu.h"
#include "core/pair_list.h"
#include "dtw_cases.h"
#include "kernels/cuda/lockstep_gpu.h"
#include "wetas/hard_dtw.h"

namespace wetas {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kBatch = 5, kRows = 37, kCols = 43, kCells = kRows * kCols;
constexpr std::int32_t kSizes[] = {37, 43, 1, 1, 20, 35, 33, 40, 37, 9};

struct Found {
  std::vector<float> value = std::vector<float>(kBatch, 7);
  std::vector<std::int32_t> path = std::vector<std::int32_t>(kBatch * 2 * (kRows + kCols - 1), 7), pathLength = std::vector<std::int32_t>(kBatch, 7);
  std::vector<std::int32_t> labelIndex = std::vector<std::int32_t>(kBatch * kCols, 7);
  HardDtwOutputs<float> outputs() { return {value.data(), path.data(), pathLength.data()}; }
};

void expectSame(const Found& got, const Found& want) {
  for (std::size_t p = 0; p < kBatch; ++p) {
    if (std::isnan(want.value[p])) {
      EXPECT_TRUE(std::isnan(got.value[p])) << p;
    } else {
      EXPECT_EQ(got.value[p], want.value[p]) << p;
    }
  }
  EXPECT_EQ(got.pathLength, want.pathLength);
  EXPECT_EQ(got.path, want.path);
  EXPECT_EQ(got.labelIndex, want.labelIndex);
}

void compare(const std::vector<float>& cost, const WarpingPaths& paths, double maxDistance = kInfinity, std::size_t bytes = std::size_t{1} << 30,
             std::size_t parts = 1) {
  SCOPED_TRACE(testing::Message() << paths << ", at most " << maxDistance);
  const CostPairs<float> pairs{kBatch, kRows, kCols, cost.data(), kSizes};
  cuda::LockstepGpu gpu(bytes);
  Found got, want, values;
  Control control, onCpu;
  hardDtwOnGpu(gpu, pairs, paths, maxDistance, got.outputs(), nullptr, control);
  hardDtwFromCost(pairs, paths, maxDistance, want.outputs(), onCpu);
  expectSame(got, want);
  EXPECT_EQ(gpu.launches(), parts);
  EXPECT_EQ(control.cellsDone(), onCpu.cellsDone());
  EXPECT_EQ(gpu.freeBytes(), bytes);  // all is given back
  hardDtwOnGpu(gpu, pairs, paths, maxDistance, {values.value.data(), nullptr, nullptr}, nullptr, control);
  want.path = values.path;
  want.pathLength = values.pathLength;
  expectSame(values, want);
}

TEST(HardDtwGpuBatch, EveryKindOfPathsOfRaggedBatches) {
  unsigned seed = 0;
  for (const WarpingPaths& paths : everyWarpingPaths()) {
    compare(randomCosts<float>({kBatch, kRows, kCols}, ++seed), paths);
  }
}

TEST(HardDtwGpuBatch, GoesInPartsThatFit) { compare(randomCosts<float>({kBatch, kRows, kCols}, 3), {}, kInfinity, 50000, 3); }

TEST(HardDtwGpuBatch, AboveTheLargestDistanceAndPoisoned) {
  auto cost = randomCosts<float>({kBatch, kRows, kCols}, 4, 0, 1);
  compare(cost, {}, 8);
  cost[2 * kCells + kCols] = std::numeric_limits<float>::quiet_NaN();
  cost[0] = -std::numeric_limits<float>::infinity();
  compare(cost, {});
}

TEST(HardDtwGpuBatch, LabelIndex) {
  auto cost = randomCosts<float>({kBatch, kRows, kCols}, 5);
  for (float& each : cost) each = std::floor(2 * each);  // ties
  cost[2 * kCells] = std::numeric_limits<float>::infinity();
  const CostPairs<float> pairs{kBatch, kRows, kCols, cost.data(), kSizes};
  WarpingPaths paths;
  paths.pattern = StepPattern::kStayOrAdvance;
  cuda::LockstepGpu gpu;
  Found got, want;
  Control control;
  hardDtwOnGpu(gpu, pairs, paths, kInfinity, {got.value.data(), nullptr, nullptr}, got.labelIndex.data(), control);
  dtwAlign(pairs, want.value.data(), want.labelIndex.data(), control);
  expectSame(got, want);
}

TEST(HardDtwGpuBatch, SeriesOfEveryPairing) {
  const std::int32_t xLengths[] = {37, 5, 20}, yLengths[] = {43, 11, 36};
  const auto x = randomCosts<float>({3, kRows, 2}, 6, 0, 1), y = randomCosts<float>({3, kCols, 2}, 7, 0, 1);
  constexpr PointCost kKinds[] = {PointCost::kSquaredEuclidean, PointCost::kEuclidean, PointCost::kAbsolute, PointCost::kCosine, PointCost::kBinaryCrossEntropy};
  for (std::size_t turn = 0; turn < 15; ++turn) {
    const PointCost kind = kKinds[turn % 5];
    const Pairing pairing = turn < 5 ? Pairing::kMatched : turn < 10 ? Pairing::kAll : Pairing::kCondensed;
    const bool same = pairing == Pairing::kCondensed;
    const SeriesPairs<float> pairs{pairing, 3, kRows, 3, same ? kRows : kCols, 2, kind, x.data(), same ? x.data() : y.data(), xLengths, same ? xLengths : yLengths};
    std::vector<float> got(pairCount(pairs)), want(got.size());
    cuda::LockstepGpu gpu;
    Control control;
    hardDtwOnGpu(gpu, pairs, {}, kInfinity, {got.data(), nullptr, nullptr}, control);
    hardDtw<float>(pairs, {}, kInfinity, {want.data(), nullptr, nullptr}, control);
    for (std::size_t p = 0; p < got.size(); ++p) EXPECT_NEAR(got[p], want[p], 1e-5 * want[p]) << p;
  }
}

}  // namespace
}  // namespace wetas
