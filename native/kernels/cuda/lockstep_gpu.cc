// Stands in for gpu.cu in the addon that tests the way to a GPU where there is none (-DWETAS_CUDA=lockstep). Nothing that is shipped has it.
#include "kernels/cuda/lockstep_gpu.h"

#include <cstdlib>

namespace wetas::cuda {

// WETAS_LOCKSTEP_BYTES: the size of its memory.
Gpu& gpu() {
  static LockstepGpu& lockstep = *[] {
    const char* const bytes = std::getenv("WETAS_LOCKSTEP_BYTES");
    return bytes == nullptr ? new LockstepGpu : new LockstepGpu(std::strtoull(bytes, nullptr, 10));
  }();
  return lockstep;
}

}  // namespace wetas::cuda
