#include "wetas/soft_dtw.h"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "core/dtw_batch.h"
#include "core/pair_list.h"
#include "core/soft_dtw_parts.h"
#include "core/warping_paths.h"

namespace wetas {
namespace {

template <class T>
bool dense(const CostPairs<T>& pairs, const WarpingPaths& paths) {
  return pairs.sizes == nullptr && paths.band.kind == Band::kNone && !paths.openStart && !paths.openEnd && paths.stepPenalty == 0;
}

// beyond: the pairs to do, null for all.
template <class T, class Pairs, class GradientsOf>
void exact(const Pairs& pairs, const std::uint8_t* beyond, const WarpingPaths& paths, double gamma, T* value, const GradientsOf& gradientsOf, Control& control) {
  parallelFor(pairCount(pairs), [&](std::size_t index) {
    if (control.stopped() || (beyond != nullptr && beyond[index] == 0)) return;
    const Pair<T> pair = pairAt(pairs, index);
    const RowIntervals band(paths.band, pair.rows, pair.cols);
    value[index] = softDtwExact(pair, band, paths, gamma, gradientsOf(index), control);
  });
}

}  // namespace

template <class T>
void softDtw(const SeriesPairs<T>& pairs, const WarpingPaths& paths, double gamma, const SoftDtwOutputs<T>& outputs, Control& control) {
  checkPairs(pairs);
  checkPaths(paths);
  checkGamma(gamma);
  const std::size_t count = pairCount(pairs), ofX = pairs.rows * pairs.channels, ofY = pairs.cols * pairs.channels, cells = pairs.rows * pairs.cols;
  if (outputs.dx != nullptr) std::fill_n(outputs.dx, count * ofX, T(0));
  if (outputs.dy != nullptr) std::fill_n(outputs.dy, count * ofY, T(0));
  if (outputs.dCost != nullptr) std::fill_n(outputs.dCost, count * cells, T(0));
  exact(pairs, nullptr, paths, gamma, outputs.value, [&](std::size_t index) {
    PairGradients<T> gradients;
    if (outputs.dx != nullptr) gradients.dx = outputs.dx + index * ofX;
    if (outputs.dy != nullptr) gradients.dy = outputs.dy + index * ofY;
    if (outputs.dCost != nullptr) gradients.dCost = outputs.dCost + index * cells;
    gradients.stride = pairs.cols;
    return gradients;
  }, control);
}

template <class T>
void softDtwFromCost(const CostPairs<T>& pairs, const WarpingPaths& paths, double gamma, T* value, T* dCost, Control& control) {
  checkPairs(pairs);
  checkPaths(paths);
  checkGamma(gamma);
  const std::size_t cells = pairs.rows * pairs.cols;
  std::vector<std::uint8_t> beyond(pairs.batch, 1);
  if (dCost != nullptr) std::fill_n(dCost, pairs.batch * cells, T(0));
  if constexpr (std::is_same_v<T, float>) {
    if (gamma > 0 && dense(pairs, paths)) softDtwFast({pairs.batch, pairs.rows, pairs.cols}, paths.pattern, gamma, pairs.cost, value, dCost, beyond.data());
  }
  exact(pairs, beyond.data(), paths, gamma, value, [&](std::size_t index) {
    PairGradients<T> gradients;
    if (dCost != nullptr) gradients.dCost = dCost + index * cells;
    gradients.stride = pairs.cols;
    return gradients;
  }, control);
}

template void softDtw(const SeriesPairs<float>&, const WarpingPaths&, double, const SoftDtwOutputs<float>&, Control&);
template void softDtw(const SeriesPairs<double>&, const WarpingPaths&, double, const SoftDtwOutputs<double>&, Control&);
template void softDtwFromCost(const CostPairs<float>&, const WarpingPaths&, double, float*, float*, Control&);
template void softDtwFromCost(const CostPairs<double>&, const WarpingPaths&, double, double*, double*, Control&);

}  // namespace wetas
