#include "wetas/soft_dtw.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <vector>

#include "core/pair_list.h"
#include "core/soft_dtw_parts.h"
#include "core/thread_pool.h"
#include "core/warping_paths.h"
#include "wetas/hard_dtw.h"

namespace wetas {
namespace {

template <class T>
void softDtwPair(const Pair<T>& pair, const WarpingPaths& paths, double gamma, T* value, const PairGradients<T>& gradients, Control& control) {
  const RowIntervals band(paths.band, pair.rows, pair.cols);
  if (band.blocked()) {
    *value = std::numeric_limits<T>::infinity();
    fillGradients(pair, band, gradients, T(0));
    return control.advance(pair.rows * pair.cols);
  }
  if (gamma == 0) {
    *value = softDtwHard(pair, band, paths, gradients, control);
  } else if (!softDtwFast(pair, band, paths, gamma, value, gradients, control)) {
    *value = softDtwExact(pair, band, paths, gamma, gradients, control);
  }
}

// 0 to what a pair's part of [pairs, longest, width] has beyond [rows, used].
template <class T>
void clearPadding(T* part, std::size_t rows, std::size_t used, std::size_t longest, std::size_t width) {
  if (part == nullptr) return;
  for (std::size_t i = 0; used < width && i < rows; ++i) std::fill(part + i * width + used, part + (i + 1) * width, T(0));
  std::fill(part + rows * width, part + longest * width, T(0));
}

// Whether an output of so many numbers would only drive out of the caches what is still wanted there.
template <class T>
bool isLarge(std::size_t count) {
  return count * sizeof(T) > (std::size_t{8} << 20);
}

template <class T>
bool isDense(const CostPairs<T>& pairs, const WarpingPaths& paths) {
  return pairs.sizes == nullptr && paths.band.kind == Band::kNone && !paths.openStart && !paths.openEnd && paths.stepPenalty == 0;
}

// Pair `index` of a batch, with its part of the outputs.
template <class Pairs, class T>
void softDtwAt(const Pairs& pairs, std::size_t index, const WarpingPaths& paths, double gamma, const SoftDtwOutputs<T>& outputs, Control& control) {
  if (control.stopped()) return;
  const std::size_t channels = channelsOf(pairs), cells = pairs.rows * pairs.cols;
  const Pair<T> pair = pairAt(pairs, index);
  PairGradients<T> gradients;
  if (outputs.dx != nullptr) gradients.dx = outputs.dx + index * pairs.rows * channels;
  if (outputs.dy != nullptr) gradients.dy = outputs.dy + index * pairs.cols * channels;
  if (outputs.dCost != nullptr) gradients.dCost = outputs.dCost + index * cells;
  gradients.stride = pairs.cols;
  gradients.streamed = isLarge<T>(pairCount(pairs) * cells);
  clearPadding(gradients.dx, pair.rows, channels, pairs.rows, channels);
  clearPadding(gradients.dy, pair.cols, channels, pairs.cols, channels);
  clearPadding(gradients.dCost, pair.rows, pair.cols, pairs.rows, pairs.cols);
  softDtwPair(pair, paths, gamma, outputs.value + index, gradients, control);
}

}  // namespace

template <class T>
void softDtw(const SeriesPairs<T>& pairs, const WarpingPaths& paths, double gamma, const SoftDtwOutputs<T>& outputs, Control& control) {
  checkPairs(pairs);
  checkPaths(paths);
  checkGamma(gamma);
  if (gamma == 0 && outputs.dx == nullptr && outputs.dy == nullptr && outputs.dCost == nullptr) {
    return hardDtw<T>(pairs, paths, std::numeric_limits<double>::infinity(), {outputs.value, nullptr, nullptr}, control);
  }
  const auto one = [&](std::size_t index) { softDtwAt(pairs, index, paths, gamma, outputs, control); };
  parallelForApart(pairCount(pairs), std::cref(one));  // by reference: no allocation
}

template <class T>
void softDtwFromCost(const CostPairs<T>& pairs, const WarpingPaths& paths, double gamma, T* value, T* dCost, Control& control) {
  checkPairs(pairs);
  checkPaths(paths);
  checkGamma(gamma);
  const std::size_t cells = pairs.rows * pairs.cols;
  const SoftDtwOutputs<T> outputs{value, nullptr, nullptr, dCost};
  const auto one = [&](std::size_t index) { softDtwAt(pairs, index, paths, gamma, outputs, control); };
  const SoftDtwLanes<T> lanes(pairs.rows, pairs.cols, paths.pattern, gamma, dCost != nullptr);
  const std::size_t group = gamma > 0 && isDense(pairs, paths) ? lanes.groupOf(pairs.batch) : 0;
  if (group == 0) return parallelForApart(pairs.batch, std::cref(one));
  std::vector<std::uint8_t> beyond(pairs.batch);
  parallelForApart((pairs.batch + group - 1) / group, [&](std::size_t index) {
    if (control.stopped()) return;
    const std::size_t begin = index * group, count = std::min(group, pairs.batch - begin);
    lanes.run(count, pairs.cost + begin * cells, value + begin, dCost == nullptr ? nullptr : dCost + begin * cells, beyond.data() + begin);
    for (std::size_t p = begin; p < begin + count; ++p) {
      beyond[p] ? one(p) : control.advance(cells);
    }
  });
}

template <class Pairs>
void softDtwOfSome(const std::vector<std::size_t>& indices, const Pairs& pairs, const WarpingPaths& paths, double gamma, const SoftDtwOutputs<float>& outputs,
                   Control& control) {
  parallelForApart(indices.size(), [&](std::size_t i) { softDtwAt(pairs, indices[i], paths, gamma, outputs, control); });
}

template void softDtwOfSome(const std::vector<std::size_t>&, const SeriesPairs<float>&, const WarpingPaths&, double, const SoftDtwOutputs<float>&, Control&);
template void softDtwOfSome(const std::vector<std::size_t>&, const CostPairs<float>&, const WarpingPaths&, double, const SoftDtwOutputs<float>&, Control&);
template void softDtw(const SeriesPairs<float>&, const WarpingPaths&, double, const SoftDtwOutputs<float>&, Control&);
template void softDtw(const SeriesPairs<double>&, const WarpingPaths&, double, const SoftDtwOutputs<double>&, Control&);
template void softDtwFromCost(const CostPairs<float>&, const WarpingPaths&, double, float*, float*, Control&);
template void softDtwFromCost(const CostPairs<double>&, const WarpingPaths&, double, double*, double*, Control&);

}  // namespace wetas
