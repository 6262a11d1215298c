#include <cmath>

#include "core/hard_dtw_pair.h"
#include "core/pair_list.h"
#include "core/warping_paths.h"
#include "wetas/hard_dtw.h"

namespace wetas {

template <class T>
void subsequence(const SeriesPairs<T>& onePair, const WarpingPaths& paths, T* value, std::int32_t* ends, Control& control) {
  checkPairs(onePair);
  checkPaths(paths);
  if (pairCount(onePair) != 1) throw std::invalid_argument("expected one pair");
  WarpingPaths open = paths;
  open.openStart = open.openEnd = true;
  Stretch stretch{0, -1};
  *value = HardDtwPair<T>(open, control).stretch(pairOf(onePair, 0, 0), stretch);
  const bool found = std::isfinite(*value);
  ends[0] = found ? stretch.first : 0;
  ends[1] = found ? stretch.last + 1 : 0;
}

template void subsequence(const SeriesPairs<float>&, const WarpingPaths&, float*, std::int32_t*, Control&);
template void subsequence(const SeriesPairs<double>&, const WarpingPaths&, double*, std::int32_t*, Control&);

}  // namespace wetas
