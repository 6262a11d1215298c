// Which device does a call.
#pragma once

#include <stdexcept>

#include "core/pair_list.h"
#include "kernels/cuda/gpu.h"
#include "wetas/device.h"

namespace wetas {

// Calls of fewer cells Device::kAuto leaves to the CPU. A guess: no GPU has been measured yet.
constexpr double kLeastCellsForGpu = 1 << 22;

template <class Pairs>
double cellsOf(const Pairs& pairs) {
  return static_cast<double>(pairCount(pairs)) * static_cast<double>(pairs.rows) * static_cast<double>(pairs.cols);
}

// Whether run(gpu) has done the call; else the CPU is to do it. has: whether the GPU's kernels have it.
template <class Run>
bool doneOnGpu(Device device, bool has, double cells, const Run& run) {
  if (device == Device::kCpu || (device == Device::kAuto && (!has || cells < kLeastCellsForGpu))) return false;
  if (!has) throw std::invalid_argument("expected `device` to be auto or cpu, because the kernels for GPUs do not have this call");
  try {
    run(cuda::gpu());
    return true;
  } catch (const cuda::GpuError&) {
    if (device == Device::kCuda) throw;
    return false;
  }
}

}  // namespace wetas
