#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/cost_rows.h"
#include "core/log_domain.h"
#include "core/soft_dtw_parts.h"
#include "kernels/cpu/point_cost.h"

namespace wetas {

template <class T>
void fillGradients(const Pair<T>& pair, const RowIntervals& band, const PairGradients<T>& gradients, T each) {
  if (gradients.dx != nullptr) std::fill_n(gradients.dx, pair.rows * pair.channels, each);
  if (gradients.dy != nullptr) std::fill_n(gradients.dy, pair.cols * pair.channels, each);
  for (std::size_t i = 0; gradients.dCost != nullptr && i < pair.rows; ++i) {
    T* const row = gradients.dCost + i * gradients.stride;
    std::fill_n(row, pair.cols, T(0));
    std::fill(row + band.first(i), row + band.behind(i), each);
  }
}

template void fillGradients(const Pair<float>&, const RowIntervals&, const PairGradients<float>&, float);
template void fillGradients(const Pair<double>&, const RowIntervals&, const PairGradients<double>&, double);

namespace {

// The gradients of the points, from E row by row.
class PointGradients {
 public:
  PointGradients(const PreparedPoints<double>& points, bool x, bool y)
      : points_(points), dx_(x ? points.rows * points.channels : 0), dyByColumn_(y ? points.channels * points.stride : 0) {}

  bool wanted() const { return !dx_.empty() || !dyByColumn_.empty(); }
  void add(std::size_t i, std::size_t begin, std::size_t end, const double* expected) {
    addPointGradients(points_, i, 1, begin, end - begin, expected + begin, end - begin, dx_.empty() ? nullptr : dx_.data(),
                      dyByColumn_.empty() ? nullptr : dyByColumn_.data());
  }
  template <class T>
  void finish(T* dx, T* dy) {
    std::vector<double> dyByPoint(dy == nullptr ? 0 : points_.cols * points_.channels);
    finishPointGradients(points_, dx == nullptr ? nullptr : dx_.data(), dyByColumn_.data(), dy == nullptr ? nullptr : dyByPoint.data());
    if (dx != nullptr) std::copy(dx_.begin(), dx_.end(), dx);
    if (dy != nullptr) std::copy(dyByPoint.begin(), dyByPoint.end(), dy);
  }

 private:
  const PreparedPoints<double>& points_;
  std::vector<double> dx_, dyByColumn_;
};

}  // namespace

template <class T>
T softDtwExact(const Pair<T>& pair, const RowIntervals& band, const WarpingPaths& paths, double gamma, const PairGradients<T>& gradients, Control& control) {
  const LogDomain<T> problem{pair, band, paths, gamma, control};
  if (!gradients.any()) return static_cast<T>(problem.value());
  const CostRows series(pair);
  PointGradients points(series.points(), gradients.dx != nullptr, gradients.dy != nullptr);
  const auto take = [&](std::size_t i, std::size_t begin, std::size_t end, const double* expected) {
    if (gradients.dCost != nullptr) {
      T* const row = gradients.dCost + i * gradients.stride;
      std::fill_n(row, pair.cols, T(0));
      std::copy(expected + begin, expected + end, row + begin);
    }
    if (points.wanted()) points.add(i, begin, end, expected);
  };
  const T value = static_cast<T>(problem.gradient(take));
  if (control.stopped()) return value;
  if (std::isnan(value)) {
    fillGradients(pair, band, gradients, value);
  } else if (value == std::numeric_limits<T>::infinity()) {
    fillGradients(pair, band, gradients, T(0));
  } else {
    points.finish(gradients.dx, gradients.dy);
  }
  return value;
}

template float softDtwExact(const Pair<float>&, const RowIntervals&, const WarpingPaths&, double, const PairGradients<float>&, Control&);
template double softDtwExact(const Pair<double>&, const RowIntervals&, const WarpingPaths&, double, const PairGradients<double>&, Control&);

}  // namespace wetas
