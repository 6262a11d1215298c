// Soft-DTW where the caller wants it.
#include <type_traits>
#include <vector>

#include "core/device_choice.h"
#include "core/gpu_pairs.h"
#include "core/soft_dtw_gpu.h"
#include "core/soft_dtw_parts.h"
#include "core/warping_paths.h"
#include "wetas/soft_dtw.h"

namespace wetas {
namespace {

template <class Pairs, class T>
bool softDtwDoneOnGpu(const Pairs& pairs, const WarpingPaths& paths, double gamma, Device device, const SoftDtwOutputs<T>& outputs, Control& control) {
  if (!isForGpu(device, pairs)) return false;
  if constexpr (std::is_same_v<T, float>) {
    checkPairs(pairs);
    checkPaths(paths);
    checkGamma(gamma);
    return doneOnGpu(device, gamma > 0 && gpuHas(pairs), control, [&] {
      softDtwOfSome(softDtwOnGpu(cuda::gpu(), pairs, paths, gamma, outputs, control), pairs, paths, gamma, outputs, control);
    });
  } else {
    return doneOnGpu(device, false, control, [] {});
  }
}

}  // namespace

template <class T>
void softDtw(const SeriesPairs<T>& pairs, const WarpingPaths& paths, double gamma, Device device, const SoftDtwOutputs<T>& outputs, Control& control) {
  if (!softDtwDoneOnGpu(pairs, paths, gamma, device, outputs, control)) softDtw(pairs, paths, gamma, outputs, control);
}

template <class T>
void softDtwFromCost(const CostPairs<T>& pairs, const WarpingPaths& paths, double gamma, Device device, T* value, T* dCost, Control& control) {
  const SoftDtwOutputs<T> outputs{value, nullptr, nullptr, dCost};
  if (!softDtwDoneOnGpu(pairs, paths, gamma, device, outputs, control)) softDtwFromCost(pairs, paths, gamma, value, dCost, control);
}

template void softDtw(const SeriesPairs<float>&, const WarpingPaths&, double, Device, const SoftDtwOutputs<float>&, Control&);
template void softDtw(const SeriesPairs<double>&, const WarpingPaths&, double, Device, const SoftDtwOutputs<double>&, Control&);
template void softDtwFromCost(const CostPairs<float>&, const WarpingPaths&, double, Device, float*, float*, Control&);
template void softDtwFromCost(const CostPairs<double>&, const WarpingPaths&, double, Device, double*, double*, Control&);

}  // namespace wetas
