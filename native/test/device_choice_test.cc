// Which device does a call in a library without a GPU (kernels/no_cuda.cc).
#include "core/device_choice.h"

#include <gtest/gtest.h>

#include "dtw_cases.h"
#include "wetas/hard_dtw.h"
#include "wetas/soft_dtw.h"

namespace wetas {
namespace {

CostPairs<float> pairsOfCells(std::size_t cells) { return {1, 1, cells, nullptr, nullptr}; }

TEST(DeviceChoice, WithoutAGpuAutoIsTheCpuAndCudaAnError) {
  if (gpuInfo().missing.empty()) GTEST_SKIP() << "there is a GPU";
  const auto ask = [] { cuda::gpu(); };
  Control control;
  EXPECT_FALSE(doneOnGpu(Device::kAuto, true, control, ask));
  EXPECT_THROW(doneOnGpu(Device::kCuda, true, control, ask), cuda::GpuError);
}

TEST(DeviceChoice, WhatAFailedGpuHasDoneCountsNot) {
  Control control;
  control.advance(3);
  const auto failInTheMidst = [&] {
    control.advance(40);
    throw cuda::GpuError("lost");
  };
  EXPECT_FALSE(doneOnGpu(Device::kAuto, true, control, failInTheMidst));
  EXPECT_EQ(control.cellsDone(), 3u);
  EXPECT_TRUE(doneOnGpu(Device::kAuto, true, control, [&] { control.advance(5); }));
  EXPECT_EQ(control.cellsDone(), 8u);
}

TEST(DeviceChoice, AutoAsksAGpuForLargeCallsAlone) {
  const auto large = static_cast<std::size_t>(kLeastCellsForGpu);
  EXPECT_TRUE(isForGpu(Device::kAuto, pairsOfCells(large)));
  EXPECT_FALSE(isForGpu(Device::kAuto, pairsOfCells(large - 1)));
  EXPECT_FALSE(isForGpu(Device::kCpu, pairsOfCells(large)));
  EXPECT_TRUE(isForGpu(Device::kCuda, pairsOfCells(1)));
}

TEST(DeviceChoice, WhatTheKernelsDoNotHave) {
  const auto never = [] { FAIL(); };
  Control control;
  EXPECT_FALSE(doneOnGpu(Device::kAuto, false, control, never));
  EXPECT_THROW(doneOnGpu(Device::kCuda, false, control, never), std::invalid_argument);
}

TEST(DeviceChoice, EveryFunctionTakesIt) {
  if (gpuInfo().missing.empty()) GTEST_SKIP() << "there is a GPU";
  const CostShape shape{3, 6, 7};
  const auto cost = randomCosts<float>(shape, 1);
  const auto cost64 = randomCosts<double>(shape, 1);
  std::vector<float> value(3), want(3), gradient(cost.size());
  std::vector<double> value64(3);
  std::vector<std::int32_t> labels(3 * 7);
  const SeriesPairs<float> series{Pairing::kMatched, 3, 6, 3, 7, 1, PointCost::kSquaredEuclidean, cost.data(), cost.data() + 18, nullptr, nullptr};
  Control control;
  softDtwFromCost<float>(pairsOf(shape, cost), {}, 1, want.data(), nullptr, control);
  softDtwFromCost<float>(pairsOf(shape, cost), {}, 1, Device::kAuto, value.data(), gradient.data(), control);
  EXPECT_EQ(value, want);
  EXPECT_THROW(softDtwFromCost<float>(pairsOf(shape, cost), {}, 1, Device::kCuda, value.data(), nullptr, control), cuda::GpuError);
  EXPECT_THROW(softDtwFromCost<float>(pairsOf(shape, cost), {}, 0, Device::kCuda, value.data(), nullptr, control), std::invalid_argument);
  EXPECT_THROW(softDtwFromCost<double>(pairsOf(shape, cost64), {}, 1, Device::kCuda, value64.data(), nullptr, control), std::invalid_argument);
  EXPECT_THROW(softDtw<float>(series, {}, 1, Device::kCuda, {value.data(), nullptr, nullptr, nullptr}, control), cuda::GpuError);
  EXPECT_THROW(hardDtw<float>(series, {}, 1, Device::kCuda, {value.data(), nullptr, nullptr}, control), cuda::GpuError);
  EXPECT_THROW(hardDtwFromCost<float>(pairsOf(shape, cost), {}, 1, Device::kCuda, {value.data(), nullptr, nullptr}, control), cuda::GpuError);
  EXPECT_THROW(dtwAlign<float>(pairsOf(shape, cost), Device::kCuda, value.data(), labels.data(), control), cuda::GpuError);
  hardDtwFromCost<float>(pairsOf(shape, cost), {}, 100, {want.data(), nullptr, nullptr}, control);
  hardDtwFromCost<float>(pairsOf(shape, cost), {}, 100, Device::kCpu, {value.data(), nullptr, nullptr}, control);
  EXPECT_EQ(value, want);
}

}  // namespace
}  // namespace wetas
