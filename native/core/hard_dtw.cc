#include "wetas/hard_dtw.h"

#include <algorithm>
#include <cmath>

#include "core/dtw_batch.h"
#include "core/hard_dtw_pair.h"
#include "core/pair_list.h"
#include "core/warping_paths.h"

namespace wetas {
namespace {

// Value and, where wanted, path of the pair at `index` of the outputs.
template <class T>
void solve(const Pair<T>& pair, std::size_t index, std::size_t longest, const WarpingPaths& paths, double maxDistance, const HardDtwOutputs<T>& outputs,
           std::vector<Cell>& fromEnd, Control& control) {
  if (outputs.path == nullptr) {
    outputs.value[index] = hardDtwValue(pair, paths, maxDistance, control);
    return;
  }
  outputs.value[index] = hardDtwPath(pair, paths, Ties::kDiagonalFirst, maxDistance, fromEnd, control);
  std::int32_t* const begin = outputs.path + index * longest * 2;
  std::int32_t* cell = begin;
  for (auto step = fromEnd.rbegin(); step != fromEnd.rend(); ++step) {
    *cell++ = step->row;
    *cell++ = step->col;
  }
  std::fill(cell, begin + longest * 2, 0);
  outputs.pathLength[index] = static_cast<std::int32_t>(fromEnd.size());
}

void checkOptions(const WarpingPaths& paths, double maxDistance) {
  checkPaths(paths);
  if (std::isnan(maxDistance)) throw std::invalid_argument("expected a number for the largest distance");
}

}  // namespace

template <class T>
void hardDtw(const SeriesPairs<T>& pairs, const WarpingPaths& paths, double maxDistance, const HardDtwOutputs<T>& outputs, Control& control) {
  checkPairs(pairs);
  checkOptions(paths, maxDistance);
  if (outputs.path != nullptr && pairs.pairing != Pairing::kMatched) throw std::invalid_argument("expected matched pairs for paths");
  const Runs runs{pairCount(pairs)};
  runs.forEach([&](std::size_t, std::size_t begin, std::size_t end) {
    std::vector<Cell> fromEnd;
    for (std::size_t index = begin; index < end && !control.stopped(); ++index) {
      solve(pairAt(pairs, index), index, pairs.rows + pairs.cols - 1, paths, maxDistance, outputs, fromEnd, control);
    }
  });
}

template <class T>
void hardDtwFromCost(const CostPairs<T>& pairs, const WarpingPaths& paths, double maxDistance, const HardDtwOutputs<T>& outputs, Control& control) {
  checkPairs(pairs);
  checkOptions(paths, maxDistance);
  const Runs runs{pairs.batch};
  runs.forEach([&](std::size_t, std::size_t begin, std::size_t end) {
    std::vector<Cell> fromEnd;
    for (std::size_t index = begin; index < end && !control.stopped(); ++index) {
      solve(pairOf(pairs, index), index, pairs.rows + pairs.cols - 1, paths, maxDistance, outputs, fromEnd, control);
    }
  });
}

template void hardDtw(const SeriesPairs<float>&, const WarpingPaths&, double, const HardDtwOutputs<float>&, Control&);
template void hardDtw(const SeriesPairs<double>&, const WarpingPaths&, double, const HardDtwOutputs<double>&, Control&);
template void hardDtwFromCost(const CostPairs<float>&, const WarpingPaths&, double, const HardDtwOutputs<float>&, Control&);
template void hardDtwFromCost(const CostPairs<double>&, const WarpingPaths&, double, const HardDtwOutputs<double>&, Control&);

}  // namespace wetas
