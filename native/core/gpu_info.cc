#include "kernels/cuda/gpu.h"
#include "wetas/device.h"

namespace wetas {

GpuInfo gpuInfo() {
  try {
    const cuda::Gpu& gpu = cuda::gpu();
    return {gpu.name(), gpu.computeCapability(), {}};
  } catch (const cuda::GpuError& error) {
    return {{}, {}, error.what()};
  }
}

}  // namespace wetas
