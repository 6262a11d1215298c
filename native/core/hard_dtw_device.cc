// Hard DTW where the caller wants it.
#include <cmath>
#include <limits>
#include <stdexcept>
#include <type_traits>

#include "core/device_choice.h"
#include "core/gpu_pairs.h"
#include "core/hard_dtw_gpu.h"
#include "core/warping_paths.h"
#include "wetas/hard_dtw.h"

namespace wetas {
namespace {

// T: float, double. run(gpu): only with float.
template <class T, class Pairs, class Run>
bool hardDtwDoneOnGpu(const Pairs& pairs, const WarpingPaths& paths, double maxDistance, Device device, Control& control, const Run& run) {
  if (!isForGpu(device, pairs)) return false;
  if constexpr (std::is_same_v<T, float>) {
    checkPairs(pairs);
    checkPaths(paths);
    return doneOnGpu(device, gpuHas(pairs) && !std::isnan(maxDistance), control, [&] { run(cuda::gpu()); });
  } else {
    return doneOnGpu(device, false, control, [] {});
  }
}

}  // namespace

template <class T>
void hardDtw(const SeriesPairs<T>& pairs, const WarpingPaths& paths, double maxDistance, Device device, const HardDtwOutputs<T>& outputs, Control& control) {
  const auto run = [&](auto& gpu) { hardDtwOnGpu(gpu, pairs, paths, maxDistance, outputs, control); };
  if (!hardDtwDoneOnGpu<T>(pairs, paths, maxDistance, device, control, run)) hardDtw(pairs, paths, maxDistance, outputs, control);
}

template <class T>
void hardDtwFromCost(const CostPairs<T>& pairs, const WarpingPaths& paths, double maxDistance, Device device, const HardDtwOutputs<T>& outputs, Control& control) {
  const auto run = [&](auto& gpu) { hardDtwOnGpu(gpu, pairs, paths, maxDistance, outputs, nullptr, control); };
  if (!hardDtwDoneOnGpu<T>(pairs, paths, maxDistance, device, control, run)) hardDtwFromCost(pairs, paths, maxDistance, outputs, control);
}

template <class T>
void dtwAlign(const CostPairs<T>& pairs, Device device, T* value, std::int32_t* labelIndex, Control& control) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  WarpingPaths paths;
  paths.pattern = StepPattern::kStayOrAdvance;
  const auto run = [&](auto& gpu) { hardDtwOnGpu(gpu, pairs, paths, kInfinity, {value, nullptr, nullptr}, labelIndex, control); };
  if (!hardDtwDoneOnGpu<T>(pairs, paths, kInfinity, device, control, run)) dtwAlign(pairs, value, labelIndex, control);
}

template void hardDtw(const SeriesPairs<float>&, const WarpingPaths&, double, Device, const HardDtwOutputs<float>&, Control&);
template void hardDtw(const SeriesPairs<double>&, const WarpingPaths&, double, Device, const HardDtwOutputs<double>&, Control&);
template void hardDtwFromCost(const CostPairs<float>&, const WarpingPaths&, double, Device, const HardDtwOutputs<float>&, Control&);
template void hardDtwFromCost(const CostPairs<double>&, const WarpingPaths&, double, Device, const HardDtwOutputs<double>&, Control&);
template void dtwAlign(const CostPairs<float>&, Device, float*, std::int32_t*, Control&);
template void dtwAlign(const CostPairs<double>&, Device, double*, std::int32_t*, Control&);

}  // namespace wetas
