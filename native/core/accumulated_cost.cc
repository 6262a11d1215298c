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
  const double value = LogDomain<T>{pair, band, paths, gamma, control}.value([&](std::size_t i, std::size_t begin, std::size_t end, const double* row) {
    T* const own = r + i * onePair.cols;
    std::fill_n(own, onePair.cols, std::numeric_limits<T>::infinity());
    std::copy(row + begin, row + end, own + begin);
  });
  if (control.stopped()) return;
  std::fill(r + pair.rows * onePair.cols, r + cells, std::numeric_limits<T>::infinity());
  if (std::isnan(value)) std::fill_n(r, cells, std::numeric_limits<T>::quiet_NaN());
}

template void accumulatedCost(const SeriesPairs<float>&, const WarpingPaths&, double, float*, Control&);
template void accumulatedCost(const SeriesPairs<double>&, const WarpingPaths&, double, double*, Control&);

}  // namespace wetas
