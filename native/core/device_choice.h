// Which device does a call.
#pragma once

#include <cstdint>
#include <stdexcept>

#include "core/pair_list.h"
#include "kernels/cuda/gpu.h"
#include "wetas/control.h"
#include "wetas/device.h"

namespace wetas {

// Calls of fewer cells Device::kAuto leaves to the CPU. A guess: no GPU has been measured yet.
constexpr double kLeastCellsForGpu = 1 << 22;

template <class Pairs>
double cellsOf(const Pairs& pairs) {
  return static_cast<double>(pairCount(pairs)) * static_cast<double>(pairs.rows) * static_cast<double>(pairs.cols);
}

// Whether a GPU is to be asked for a call at all, whose arguments may be unchecked yet.
template <class Pairs>
bool isForGpu(Device device, const Pairs& pairs) {
  return device == Device::kCuda || (device == Device::kAuto && cellsOf(pairs) >= kLeastCellsForGpu);
}

// Whether run() has done a call that is for a GPU; else the CPU is to do it, from the beginning. has: whether the GPU's kernels have it.
template <class Run>
bool doneOnGpu(Device device, bool has, Control& control, const Run& run) {
  if (!has && device == Device::kAuto) return false;
  if (!has) throw std::invalid_argument("expected `device` to be auto or cpu, because the kernels for GPUs do not have this call");
  const std::uint64_t before = control.cellsDone();
  try {
    run();
    return true;
  } catch (const cuda::GpuError&) {
    if (device == Device::kCuda) throw;
    control.goBackTo(before);
    return false;
  }
}

}  // namespace wetas
