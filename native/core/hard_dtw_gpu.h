// Hard DTW on a GPU.
#pragma once

#include <cstdint>

#include "kernels/cuda/gpu.h"
#include "wetas/control.h"
#include "wetas/hard_dtw.h"

namespace wetas {

// hardDtw, hardDtwFromCost and, with labelIndex [batch, cols] in place of a path, dtwAlign: for checked arguments and what gpuHas() (core/gpu_pairs.h). With given
// costs the bits are those of the CPU. Throw GpuError.
void hardDtwOnGpu(cuda::Gpu& gpu, const SeriesPairs<float>& pairs, const WarpingPaths& paths, double maxDistance, const HardDtwOutputs<float>& outputs,
                  Control& control);
void hardDtwOnGpu(cuda::Gpu& gpu, const CostPairs<float>& pairs, const WarpingPaths& paths, double maxDistance, const HardDtwOutputs<float>& outputs,
                  std::int32_t* labelIndex, Control& control);

}  // namespace wetas
