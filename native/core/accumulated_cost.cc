#include <algorithm>
#include <cmath>
#include <limits>

#include "core/log_domain.h"
#include "core/pair_list.h"
#include "core/warping_paths.h"
#include "wetas/soft_dtw.h"

namespace wetas {

template <class T>
void accumulatedCost(const SeriesPairs<T>& onePair, const WarpingPaths& paths, double gamma, T* r, Control& control) {
  checkPairs(onePair);
  checkPaths(paths);
  checkGamma(gamma);
  const std::size_t cells = onePair.rows * onePair.cols;
  const Pair<T> pair = pairOf(onePair, 0, 0);
  const RowIntervals band(paths.band, pair.rows, pair.cols);
  std::fill_n(r, cells, std::numeric_limits<T>::infinity());
  const double value = LogDomain<T>{pair, band, paths, gamma, control}.value(
      [&](std::size_t i, std::size_t begin, std::size_t end, const double* row) { std::copy(row + begin, row + end, r + i * onePair.cols + begin); });
  if (std::isnan(value)) std::fill_n(r, cells, std::numeric_limits<T>::quiet_NaN());
}

template void accumulatedCost(const SeriesPairs<float>&, const WarpingPaths&, double, float*, Control&);
template void accumulatedCost(const SeriesPairs<double>&, const WarpingPaths&, double, double*, Control&);

}  // namespace wetas
