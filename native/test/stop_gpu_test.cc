// Kernels for GPUs leave when their call is stopped; run in lockstep on the CPU.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <thread>
#include <vector>

#include "core/hard_dtw_gpu.h"
#include "core/soft_dtw_gpu.h"
#include "core/soft_dtw_gpu_batch.h"
#include "dtw_cases.h"
#include "lockstep_pair.h"

namespace wetas {
namespace {

// One strip has 1536 steps: kernels look at the control after the first one of two, and on the way back of one.
constexpr std::size_t kCols = 1500;

struct SoftDtwOfStopped {
  cuda::SoftDtwTotal total{-7, 0, 0, 0};
  std::vector<float> expected;

  explicit SoftDtwOfStopped(std::size_t rows) : expected(rows * kCols, 7) {
    const std::vector<float> cost(rows * kCols, 1);
    const GpuPairs pairs(CostPairs<float>{1, rows, kCols, cost.data(), nullptr}, 0, 1, {});
    const SoftDtwGpuBatch batch(pairs, 1, true, std::size_t{1} << 30);
    std::vector<float> space(batch.spaceNumbers());
    std::vector<std::int32_t> progress(batch.turns());
    const GpuInputs inputs{cost.data(), nullptr, nullptr, nullptr};
    Control control;
    control.stop();
    runInLockstep<cuda::SoftDtwOfPair, cuda::GivenCosts>(true, batch.at(inputs, inputs, {expected.data(), nullptr, nullptr, space.data(), progress.data()})[0], control, &total);
  }
};

TEST(StopGpu, SoftDtwLeavesOnItsWayForward) { EXPECT_EQ(SoftDtwOfStopped(40).total.mantissa, -7); }

TEST(StopGpu, SoftDtwLeavesOnItsWayBack) {
  const SoftDtwOfStopped got(20);
  EXPECT_GT(got.total.mantissa, 0);
  EXPECT_NE(got.expected[kCols - 1], 7);
  EXPECT_EQ(got.expected[0], 7);
}

struct HardDtwOfStopped {
  cuda::HardDtwTotal total{-7, -7, 0, 0};
  std::vector<std::int32_t> path;

  explicit HardDtwOfStopped(std::size_t rows) : path(2 * (rows + kCols - 1), 7) {
    const std::vector<float> cost(rows * kCols, 1);
    std::vector<float> boundary(2 * kCols);
    std::vector<std::int32_t> moves(static_cast<std::size_t>(cuda::HardDtwSpace(static_cast<std::int32_t>(rows), kCols, true).moveNumbers));
    cuda::HardDtwPair pair{};
    pair.rows = static_cast<std::int32_t>(rows);
    pair.cols = kCols;
    pair.cost = cost.data();
    pair.stride = kCols;
    pair.boundary = boundary.data();
    pair.moves = moves.data();
    pair.path = path.data();
    pair.longest = static_cast<std::int32_t>(path.size() / 2);
    Control control;
    control.stop();
    runInLockstep<cuda::HardDtwOfPair, cuda::GivenCosts>(true, pair, control, &total);
  }
};

TEST(StopGpu, HardDtwLeavesOnItsWayForward) { EXPECT_EQ(HardDtwOfStopped(40).total.value, -7); }

TEST(StopGpu, HardDtwLeavesOnItsWayBack) {
  const HardDtwOfStopped got(20);
  EXPECT_EQ(got.total.value, kCols);
  EXPECT_EQ(got.total.pathCells, 0);
  EXPECT_EQ(got.path, std::vector<std::int32_t>(got.path.size(), 7));
}

// All of it would take minutes.
TEST(StopGpu, ACallEndsInTheMidstOfAPair) {
  constexpr std::size_t kLength = 20000;
  const auto x = randomCosts<float>({1, kLength, 1}, 8), y = randomCosts<float>({1, kLength, 1}, 9);
  const SeriesPairs<float> pairs{Pairing::kMatched, 1, kLength, 1, kLength, 1, PointCost::kSquaredEuclidean, x.data(), y.data(), nullptr, nullptr};
  std::vector<float> value(1, 7), dx(kLength);
  const auto stopInTheMidstOf = [&](int warpsOfTurn, const auto& run) {
    cuda::LockstepGpu gpu(std::size_t{1} << 30, 1, warpsOfTurn);
    Control control;
    std::thread call([&] { run(gpu, control); });
    while (gpu.launches() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    control.stop();
    const auto stopped = std::chrono::steady_clock::now();
    call.join();
    EXPECT_LT(std::chrono::steady_clock::now() - stopped, std::chrono::seconds(20));
    EXPECT_EQ(value, std::vector<float>{7});
    EXPECT_EQ(control.cellsDone(), 0u);
  };
  for (const int warpsOfTurn : {1, cuda::kMostWarpsOfCrew}) {
    stopInTheMidstOf(warpsOfTurn, [&](cuda::Gpu& gpu, Control& control) { softDtwOnGpu(gpu, pairs, {}, 0.5, {value.data(), dx.data(), nullptr, nullptr}, control); });
    stopInTheMidstOf(warpsOfTurn, [&](cuda::Gpu& gpu, Control& control) {
      hardDtwOnGpu(gpu, pairs, {}, std::numeric_limits<double>::infinity(), {value.data(), nullptr, nullptr}, control);
    });
  }
}

}  // namespace
}  // namespace wetas
