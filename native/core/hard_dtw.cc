#include "wetas/hard_dtw.h"

#include <algorithm>
#include <cmath>

#include "core/dtw_batch.h"
#include "core/hard_dtw_pair.h"
#include "core/hard_dtw_pairwise.h"
#include "core/pair_list.h"
#include "core/warping_paths.h"

namespace wetas {
namespace {

// Value and, where wanted, path of the pair at `index` of the outputs.
template <class T>
void solve(HardDtwPair<T>& solver, const Pair<T>& pair, std::size_t index, std::size_t longest, double maxDistance, const HardDtwOutputs<T>& outputs,
           std::vector<Cell>& fromEnd) {
  if (outputs.path == nullptr) {
    outputs.value[index] = solver.value(pair, maxDistance);
    return;
  }
  outputs.value[index] = solver.path(pair, Ties::kDiagonalFirst, maxDistance, fromEnd);
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
  if (outputs.path == nullptr && pairCount(pairs) > 1) return hardDtwDistances(pairs, paths, maxDistance, outputs.value, control);
  const Runs runs{pairCount(pairs)};
  runs.forEach([&](std::size_t, std::size_t begin, std::size_t end) {
    HardDtwPair<T> solver(paths, control);
    std::vector<Cell> fromEnd;
    for (std::size_t index = begin; index < end && !control.stopped(); ++index) {
      solve(solver, pairAt(pairs, index), index, pairs.rows + pairs.cols - 1, maxDistance, outputs, fromEnd);
    }
  });
}

template <class T>
void hardDtwFromCost(const CostPairs<T>& pairs, const WarpingPaths& paths, double maxDistance, const HardDtwOutputs<T>& outputs, Control& control) {
  checkPairs(pairs);
  checkOptions(paths, maxDistance);
  const Runs runs{pairs.batch};
  runs.forEach([&](std::size_t, std::size_t begin, std::size_t end) {
    HardDtwPair<T> solver(paths, control);
    std::vector<Cell> fromEnd;
    for (std::size_t index = begin; index < end && !control.stopped(); ++index) {
      solve(solver, pairOf(pairs, index), index, pairs.rows + pairs.cols - 1, maxDistance, outputs, fromEnd);
    }
  });
}

template void hardDtw(const SeriesPairs<float>&, const WarpingPaths&, double, const HardDtwOutputs<float>&, Control&);
template void hardDtw(const SeriesPairs<double>&, const WarpingPaths&, double, const HardDtwOutputs<double>&, Control&);
template void hardDtwFromCost(const CostPairs<float>&, const WarpingPaths&, double, const HardDtwOutputs<float>&, Control&);
template void hardDtwFromCost(const CostPairs<double>&, const WarpingPaths&, double, const HardDtwOutputs<double>&, Control&);

}  // namespace wetas
