// Which device does a call in a library without a GPU (kernels/no_cuda.cc).
#include "core/device_choice.h"

#include <gtest/gtest.h>

#include "dtw_cases.h"
#include "wetas/hard_dtw.h"
#include "wetas/soft_dtw.h"

namespace wetas {
namespace {

constexpr double kLarge = kLeastCellsForGpu;

TEST(DeviceChoice, WithoutAGpuAutoIsTheCpuAndCudaAnError) {
  if (gpuInfo().missing.empty()) GTEST_SKIP() << "there is a GPU";
  const auto never = [](cuda::Gpu&) { FAIL(); };
  EXPECT_FALSE(doneOnGpu(Device::kAuto, true, kLarge, never));
  EXPECT_FALSE(doneOnGpu(Device::kCpu, true, kLarge, never));
  EXPECT_THROW(doneOnGpu(Device::kCuda, true, 1, never), cuda::GpuError);
}

TEST(DeviceChoice, WhatTheKernelsDoNotHave) {
  const auto never = [](cuda::Gpu&) { FAIL(); };
  EXPECT_FALSE(doneOnGpu(Device::kAuto, false, kLarge, never));
  EXPECT_THROW(doneOnGpu(Device::kCuda, false, kLarge, never), std::invalid_argument);
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
