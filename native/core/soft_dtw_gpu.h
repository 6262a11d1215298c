// Soft-DTW on a GPU.
#pragma once

#include <cstddef>
#include <vector>

#include "kernels/cuda/gpu.h"
#include "wetas/control.h"
#include "wetas/soft_dtw.h"

namespace wetas {

// softDtw and softDtwFromCost for checked arguments, gamma > 0 and what gpuHas() (core/gpu_pairs.h). Return the pairs that are beyond float32, whose outputs
// are still to be filled. Throw GpuError.
std::vector<std::size_t> softDtwOnGpu(cuda::Gpu& gpu, const SeriesPairs<float>& pairs, const WarpingPaths& paths, double gamma,
                                      const SoftDtwOutputs<float>& outputs, Control& control);
std::vector<std::size_t> softDtwOnGpu(cuda::Gpu& gpu, const CostPairs<float>& pairs, const WarpingPaths& paths, double gamma,
                                      const SoftDtwOutputs<float>& outputs, Control& control);

}  // namespace wetas
