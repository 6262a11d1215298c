// No lane meets what another has stored before all are in step again: in lockstep alone that would be safe.
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "core/hard_dtw_gpu.h"
#include "core/soft_dtw_gpu.h"
#include "dtw_cases.h"
#include "kernels/cuda/lockstep_gpu.h"

namespace wetas {
namespace {

class GpuLanes : public testing::Test {
 protected:
  void SetUp() override { cuda::LaneHazards::watch(true); }
  void TearDown() override { cuda::LaneHazards::watch(false); }
};

TEST_F(GpuLanes, WatchedAreLoadsAndStores) {
  using Warp = cuda::HostWarp;
  using cuda::LaneHazards;
  alignas(16) float shared[64] = {};
  const Warp::Int lane = Warp::lane(), before = Warp::select(lane == Warp::Int(0), lane, lane - Warp::Int(1));
  Warp::sync();
  Warp::store(shared, lane, Warp::Float(1.0f), true);
  Warp::load(shared, lane, true, 0.0f);
  EXPECT_EQ(LaneHazards::found(), 0u);
  Warp::load(shared, before, true, 0.0f);
  EXPECT_EQ(LaneHazards::found(), 31u);  // not in the first lane
  Warp::sync();
  Warp::load(shared, before, true, 0.0f);
  EXPECT_EQ(LaneHazards::found(), 31u);
  Warp::store(shared, lane, Warp::Float(2.0f), true);
  EXPECT_EQ(LaneHazards::found(), 62u);
  Warp::sync();
  Warp::store(shared, Warp::Int(0), Warp::Float(3.0f), true);
  EXPECT_EQ(LaneHazards::found(), 93u);
  Warp::Float four[4];
  Warp::loadFour(shared + 1, 0, four);
  EXPECT_EQ(LaneHazards::found(), 94u);
}

struct Case {
  std::size_t rows, cols, channels;
  PointCost kind;
};

void run(cuda::Gpu& gpu, const Case& of, const WarpingPaths& paths) {
  constexpr std::size_t kBatch = 2;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto x = randomCosts<float>({kBatch, of.rows, of.channels}, 1, 0.1, 0.9), y = randomCosts<float>({kBatch, of.cols, of.channels}, 2, 0.1, 0.9);
  const auto cost = randomCosts<float>({kBatch, of.rows, of.cols}, 3);
  const SeriesPairs<float> series{Pairing::kMatched, kBatch, of.rows, kBatch, of.cols, of.channels, of.kind, x.data(), y.data(), nullptr, nullptr};
  const CostPairs<float> costs{kBatch, of.rows, of.cols, cost.data(), nullptr};
  std::vector<float> value(kBatch), dx(x.size()), dy(y.size()), expected(cost.size());
  std::vector<std::int32_t> path(kBatch * 2 * (of.rows + of.cols - 1)), length(kBatch), labels(kBatch * of.cols);
  Control control;
  softDtwOnGpu(gpu, series, paths, 1, {value.data(), nullptr, nullptr, nullptr}, control);
  softDtwOnGpu(gpu, series, paths, 1, {value.data(), dx.data(), dy.data(), expected.data()}, control);
  softDtwOnGpu(gpu, costs, paths, 1, {value.data(), nullptr, nullptr, expected.data()}, control);
  hardDtwOnGpu(gpu, series, paths, kInfinity, {value.data(), path.data(), length.data()}, control);
  hardDtwOnGpu(gpu, costs, paths, kInfinity, {value.data(), nullptr, nullptr}, labels.data(), control);
}

TEST_F(GpuLanes, NoneMeetsWhatAnotherHasStoredBeforeASync) {
  cuda::LockstepGpu one, crews(std::size_t{1} << 30, 1, 4);
  constexpr Case kCases[] = {{1, 1, 1, PointCost::kSquaredEuclidean}, {70, 97, 13, PointCost::kSquaredEuclidean}, {33, 300, 1, PointCost::kEuclidean}, {40, 65, 9, PointCost::kAbsolute},
                             {64, 31, 3, PointCost::kCosine}, {65, 64, 2, PointCost::kBinaryCrossEntropy}};
  for (const Case& each : kCases) {
    for (const WarpingPaths& paths : {WarpingPaths{}, WarpingPaths{StepPattern::kSymmetric1, {Band::kSakoeChiba, 0.3}, true, true, 0.4}, WarpingPaths{StepPattern::kStayOrAdvance, {}, false, true}}) {
      SCOPED_TRACE(testing::Message() << each.rows << " x " << each.cols << " x " << each.channels << ", cost " << static_cast<int>(each.kind) << ", " << paths);
      run(one, each, paths);
      run(crews, each, paths);
      ASSERT_EQ(cuda::LaneHazards::found(), 0u);
    }
  }
}

}  // namespace
}  // namespace wetas
