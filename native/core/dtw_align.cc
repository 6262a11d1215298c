#include <algorithm>
#include <limits>

#include "core/dtw_batch.h"
#include "core/hard_dtw_pair.h"
#include "core/pair_list.h"
#include "wetas/hard_dtw.h"

namespace wetas {

template <class T>
void dtwAlign(const CostPairs<T>& pairs, T* value, std::int32_t* labelIndex, Control& control) {
  checkPairs(pairs);
  WarpingPaths paths;
  paths.pattern = StepPattern::kStayOrAdvance;
  const Runs runs{pairs.batch};
  runs.forEach([&](std::size_t, std::size_t begin, std::size_t end) {
    HardDtwPair<T> solver(paths, control);
    std::vector<Cell> fromEnd;
    for (std::size_t index = begin; index < end && !control.stopped(); ++index) {
      value[index] = solver.path(pairOf(pairs, index), Ties::kStayFirst, std::numeric_limits<double>::infinity(), fromEnd);
      std::int32_t* const labels = labelIndex + index * pairs.cols;
      std::fill_n(labels, pairs.cols, -1);
      for (const Cell& cell : fromEnd) labels[cell.col] = cell.row;
    }
  });
}

template void dtwAlign(const CostPairs<float>&, float*, std::int32_t*, Control&);
template void dtwAlign(const CostPairs<double>&, double*, std::int32_t*, Control&);

}  // namespace wetas
