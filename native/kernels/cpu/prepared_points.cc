// The plain part of point_cost.h: what is linear in the points.
#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/cpu/point_cost.h"

namespace wetas {
namespace {

std::size_t strideOf(std::size_t cols) { return (cols + 15) / 16 * 16 + 32; }

template <class T>
bool isTame(const T* values, std::size_t count) {
  const T most = std::sqrt(std::numeric_limits<T>::max()) / static_cast<T>(1e4);  // enough for sums over 10^7 channels
  return std::all_of(values, values + count, [=](T value) { return std::abs(value) <= most; });
}

// Row-major [cols, channels] to [channels, stride].
template <class T>
void transpose(std::size_t cols, std::size_t channels, std::size_t stride, const T* from, T* to) {
  std::fill_n(to, channels * stride, T(0));
  for (std::size_t j = 0; j < cols; ++j) {
    for (std::size_t k = 0; k < channels; ++k) to[k * stride + j] = from[j * channels + k];
  }
}

// Divides the point, its numbers `step` apart, by its norm, which leaves the range of T only where the points do. Returns 1 / norm.
template <class T>
T normalise(std::size_t channels, std::size_t step, T* point) {
  T largest = 0, sum = 0;
  for (std::size_t k = 0; k < channels; ++k) largest = std::max(largest, std::abs(point[k * step]));
  if (largest == 0) largest = 1;
  for (std::size_t k = 0; k < channels; ++k) {
    point[k * step] /= largest;
    sum += point[k * step] * point[k * step];
  }
  if (sum == 0) return 0;
  const T inverse = 1 / std::sqrt(sum);
  for (std::size_t k = 0; k < channels; ++k) point[k * step] *= inverse;
  return inverse / largest;
}

// dx = (dx - (dx . x) x) scale: what of the sums is orthogonal to the point.
template <class T>
void projectAndScale(std::size_t channels, const T* x, std::size_t xStep, T scale, const T* sums, std::size_t sumStep, T* gradient) {
  T along = 0;
  bool none = true;  // and then 0, even at a point that is no number
  for (std::size_t k = 0; k < channels; ++k) {
    along += sums[k * sumStep] * x[k * xStep];
    none &= sums[k * sumStep] == 0;
  }
  for (std::size_t k = 0; k < channels; ++k) {
    const T orthogonal = none || scale == 0 ? T(0) : sums[k * sumStep] - along * x[k * xStep];
    gradient[k] = orthogonal == 0 ? T(0) : orthogonal * scale;  // which is infinite for the smallest points
  }
}

}  // namespace

std::size_t preparedPointsSpace(PointCost kind, std::size_t rows, std::size_t cols, std::size_t channels) noexcept {
  const std::size_t stride = strideOf(cols), y = channels * stride, both = channels * strideOf(rows) + y;
  switch (kind) {
    case PointCost::kCosine: return both + stride + rows * channels + rows;
    case PointCost::kBinaryCrossEntropy: return both + 2 * y + stride;
    default: return both;
  }
}

template <class T>
PreparedPoints<T> preparePoints(PointCost kind, std::size_t rows, std::size_t cols, std::size_t channels, const T* x, const T* y, T* space) noexcept {
  const std::size_t stride = strideOf(cols), size = channels * stride, strideOfX = strideOf(rows);
  // First, because a tile's cells before the first column read so far before y, to no avail.
  T* const xUpward = space + strideOfX - 1;
  space += channels * strideOfX;
  T* const byColumn = space;
  transpose(cols, channels, stride, y, byColumn);
  PreparedPoints<T> points{kind, rows, cols, channels, stride, x, xUpward, strideOfX, byColumn, nullptr, nullptr, nullptr, nullptr, true, true, x, y};
  if (kind == PointCost::kCosine) {
    T* const yScale = space + size;
    T* const unitX = yScale + stride;
    T* const xScale = unitX + rows * channels;
    std::fill_n(yScale, stride, T(0));
    std::copy_n(x, rows * channels, unitX);
    for (std::size_t i = 0; i < rows; ++i) xScale[i] = normalise(channels, 1, unitX + i * channels);
    for (std::size_t j = 0; j < cols; ++j) yScale[j] = normalise(channels, stride, byColumn + j);
    points.x = unitX;
    points.xScale = xScale;
    points.yScale = yScale;
  }
  if (kind == PointCost::kBinaryCrossEntropy) {
    T* const scale = space + size;
    T* const logit = scale + size;
    T* const base = logit + size;
    std::fill_n(scale, 2 * size + stride, T(0));
    for (std::size_t k = 0; k < channels; ++k) {
      for (std::size_t j = 0; j < cols; ++j) {
        T& score = byColumn[k * stride + j];
        const T logOfOther = std::log1p(-score);
        logit[k * stride + j] = std::log(score) - logOfOther;
        base[j] -= logOfOther;
        const bool inside = score > 0 && score < 1;
        points.closed &= inside;
        scale[k * stride + j] = inside ? 1 / (score * (1 - score)) : score == 0 || score == 1 ? T(1) : std::numeric_limits<T>::quiet_NaN();
        // Where E is not 0 the label is the score: there (1 - x) / (1 - y) - x / y is 1 at 0 and -1 at 1.
        if (score == 0 || score == 1) score = 1 - score;
      }
    }
    points.yScale = scale;
    points.logit = logit;
    points.base = base;
    points.tame = isTame(logit, size);
  }
  std::fill_n(xUpward - (strideOfX - 1), channels * strideOfX, T(0));
  for (std::size_t k = 0; k < channels; ++k) {
    for (std::size_t i = 0; i < rows; ++i) *(xUpward + k * strideOfX - i) = points.x[i * channels + k];
  }
  points.tame = points.tame && isTame(points.x, rows * channels) && isTame(points.y, size);
  return points;
}

template <class T>
void plainCrossEntropy(const PreparedPoints<T>& points, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, T* cost, std::size_t stride) noexcept {
  const std::size_t channels = points.channels;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < cols; ++j) {
      const T *const x = points.givenX + (row + i) * channels, *const y = points.givenY + (col + j) * channels;
      T sum = 0;
      for (std::size_t k = 0; k < channels; ++k) {
        if (x[k] != 0) sum -= x[k] * std::log(y[k]);
        if (x[k] != 1) sum -= (1 - x[k]) * std::log1p(-y[k]);
        if (!(y[k] >= 0 && y[k] <= 1)) sum = std::numeric_limits<T>::quiet_NaN();
      }
      cost[i * stride + j] = sum;
    }
  }
}

template <class T>
void finishPointGradients(const PreparedPoints<T>& points, T* dx, const T* dyByColumn, T* dy) noexcept {
  const std::size_t channels = points.channels, stride = points.stride;
  for (std::size_t i = 0; dx != nullptr && i < points.rows; ++i) {
    T* const own = dx + i * channels;
    if (points.kind == PointCost::kCosine) projectAndScale(channels, points.x + i * channels, 1, points.xScale[i], own, 1, own);
    for (std::size_t k = 0; points.kind == PointCost::kSquaredEuclidean && k < channels; ++k) own[k] *= 2;
  }
  for (std::size_t j = 0; dy != nullptr && j < points.cols; ++j) {
    T* const own = dy + j * channels;
    if (points.kind == PointCost::kCosine) {
      projectAndScale(channels, points.y + j, stride, points.yScale[j], dyByColumn + j, stride, own);
      continue;
    }
    for (std::size_t k = 0; k < channels; ++k) {
      const T sum = dyByColumn[k * stride + j];
      own[k] = points.kind == PointCost::kSquaredEuclidean ? 2 * sum
               : points.kind == PointCost::kBinaryCrossEntropy && sum != 0 ? sum * points.yScale[k * stride + j]
                                                                           : sum;
    }
  }
}

template PreparedPoints<float> preparePoints(PointCost, std::size_t, std::size_t, std::size_t, const float*, const float*, float*) noexcept;
template PreparedPoints<double> preparePoints(PointCost, std::size_t, std::size_t, std::size_t, const double*, const double*, double*) noexcept;
template void plainCrossEntropy(const PreparedPoints<float>&, std::size_t, std::size_t, std::size_t, std::size_t, float*, std::size_t) noexcept;
template void plainCrossEntropy(const PreparedPoints<double>&, std::size_t, std::size_t, std::size_t, std::size_t, double*, std::size_t) noexcept;
template void finishPointGradients(const PreparedPoints<float>&, float*, const float*, float*) noexcept;
template void finishPointGradients(const PreparedPoints<double>&, double*, const double*, double*) noexcept;

}  // namespace wetas
