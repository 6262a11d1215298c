// Soft-DTW of cost matrices on a GPU.
#pragma once

#include <cstddef>
#include <vector>

#include "kernels/cuda/gpu.h"
#include "wetas/control.h"
#include "wetas/dtw_problem.h"

namespace wetas {

// softDtwFromCost for checked arguments, gamma > 0 and paths that SoftDtwGpuBatch has. Returns the pairs that are beyond float32, whose outputs are
// still to be filled. Throws GpuError.
std::vector<std::size_t> softDtwFromCostOnGpu(cuda::Gpu& gpu, const CostPairs<float>& pairs, const WarpingPaths& paths, double gamma, float* value, float* dCost,
                                              Control& control);

}  // namespace wetas
