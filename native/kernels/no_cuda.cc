// Stands in for kernels/cuda/gpu.cu where the library is built without CUDA.
#include "kernels/cuda/gpu.h"

namespace wetas::cuda {

Gpu& gpu() { throw GpuError("built without CUDA"); }

}  // namespace wetas::cuda
