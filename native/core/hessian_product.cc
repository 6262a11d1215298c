#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/log_domain.h"
#include "core/pair_list.h"
#include "core/thread_pool.h"
#include "core/warping_paths.h"
#include "wetas/soft_dtw.h"

namespace wetas {

template <class T>
void softDtwHessianProduct(const CostPairs<T>& pairs, const WarpingPaths& paths, double gamma, const T* direction, T* product, Control& control) {
  checkPairs(pairs);
  checkPaths(paths);
  if (!(gamma > 0 && std::isfinite(gamma))) throw std::invalid_argument("expected a finite number > 0 for gamma");
  const std::size_t cells = pairs.rows * pairs.cols;
  std::fill_n(product, pairs.batch * cells, T(0));
  parallelFor(pairs.batch, [&](std::size_t index) {
    const Pair<T> pair = pairOf(pairs, index);
    const RowIntervals band(paths.band, pair.rows, pair.cols);
    T* const own = product + index * cells;
    const double value = LogDomain<T>{pair, band, paths, gamma, control}.hessianProduct(
        direction + index * cells, pairs.cols,
        [&](std::size_t i, std::size_t begin, std::size_t end, const double* row) { std::copy(row + begin, row + end, own + i * pairs.cols + begin); });
    for (std::size_t i = 0; std::isnan(value) && i < pair.rows; ++i) {
      T* const row = own + i * pairs.cols;
      std::fill(row + band.first(i), row + band.behind(i), std::numeric_limits<T>::quiet_NaN());
    }
  });
}

template void softDtwHessianProduct(const CostPairs<float>&, const WarpingPaths&, double, const float*, float*, Control&);
template void softDtwHessianProduct(const CostPairs<double>&, const WarpingPaths&, double, const double*, double*, Control&);

}  // namespace wetas
