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
  checkGamma(gamma);
  if (gamma == 0) throw std::invalid_argument("expected a number > 0 for gamma");
  const std::size_t cells = pairs.rows * pairs.cols;
  parallelForApart(pairs.batch, [&](std::size_t index) {
    if (control.stopped()) return;
    const Pair<T> pair = pairOf(pairs, index);
    const RowIntervals band(paths.band, pair.rows, pair.cols);
    T* const own = product + index * cells;
    const auto take = [&](std::size_t i, std::size_t begin, std::size_t end, const double* numbers) {
      T* const row = own + i * pairs.cols;
      std::fill_n(row, pairs.cols, T(0));
      std::copy(numbers + begin, numbers + end, row + begin);
    };
    const T value = static_cast<T>(LogDomain<T>{pair, band, paths, gamma, control}.hessianProduct(direction + index * cells, pairs.cols, take));
    if (control.stopped()) return;
    const bool infinite = value == std::numeric_limits<T>::infinity();  // of no gradient
    for (std::size_t i = 0; (infinite || std::isnan(value)) && i < pair.rows; ++i) {
      T* const row = own + i * pairs.cols;
      std::fill_n(row, pairs.cols, T(0));
      if (!infinite) std::fill(row + band.first(i), row + band.behind(i), value);
    }
    std::fill(own + pair.rows * pairs.cols, own + cells, T(0));
  });
}

template void softDtwHessianProduct(const CostPairs<float>&, const WarpingPaths&, double, const float*, float*, Control&);
template void softDtwHessianProduct(const CostPairs<double>&, const WarpingPaths&, double, const double*, double*, Control&);

}  // namespace wetas
