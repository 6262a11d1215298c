#include "kernels/cpu/point_cost.h"

#include <algorithm>
#include <cmath>

namespace wetas {
namespace {

// Each kind: value(x, y), and gradient(x, y, k) = d value / d x[k] after prepare(x, y). For d / d y swap the points: every
// kind is symmetric.

template <class T>
struct SquaredEuclidean {
  static T value(std::size_t channels, const T* x, const T* y) {
    T sum = 0;
    for (std::size_t k = 0; k < channels; ++k) sum += (x[k] - y[k]) * (x[k] - y[k]);
    return sum;
  }
  SquaredEuclidean(std::size_t, const T*, const T*) {}
  T gradient(T x, T y) const { return 2 * (x - y); }
};

template <class T>
struct Euclidean {
  static T value(std::size_t channels, const T* x, const T* y) { return std::sqrt(SquaredEuclidean<T>::value(channels, x, y)); }
  T inverse;
  Euclidean(std::size_t channels, const T* x, const T* y) {
    const T distance = value(channels, x, y);
    inverse = distance > 0 ? 1 / distance : T(0);
  }
  T gradient(T x, T y) const { return (x - y) * inverse; }
};

template <class T>
struct Absolute {
  static T value(std::size_t channels, const T* x, const T* y) {
    T sum = 0;
    for (std::size_t k = 0; k < channels; ++k) sum += std::abs(x[k] - y[k]);
    return sum;
  }
  Absolute(std::size_t, const T*, const T*) {}
  T gradient(T x, T y) const { return x > y ? T(1) : x < y ? T(-1) : T(0); }
};

template <class T>
struct Cosine {
  struct Products {
    T xy = 0, xx = 0, yy = 0;
    Products(std::size_t channels, const T* x, const T* y) {
      for (std::size_t k = 0; k < channels; ++k) {
        xy += x[k] * y[k];
        xx += x[k] * x[k];
        yy += y[k] * y[k];
      }
    }
    // Two roots, not the root of the product, which leaves the range of T sooner.
    T inverseNorms() const { return xx > 0 && yy > 0 ? 1 / (std::sqrt(xx) * std::sqrt(yy)) : T(0); }
  };
  static T value(std::size_t channels, const T* x, const T* y) {
    const Products products(channels, x, y);
    return 1 - products.xy * products.inverseNorms();
  }
  T ofX, ofY;
  Cosine(std::size_t channels, const T* x, const T* y) {
    const Products products(channels, x, y);
    ofY = -products.inverseNorms();
    ofX = ofY == 0 ? T(0) : -products.xy * ofY / products.xx;
  }
  T gradient(T x, T y) const { return ofX * x + ofY * y; }
};

template <class Kind, class T>
void costs(std::size_t rows, std::size_t cols, std::size_t channels, const T* x, const T* y, T* cost) {
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < cols; ++j) cost[i * cols + j] = Kind::value(channels, x + i * channels, y + j * channels);
  }
}

// dx [rows, channels]; cell (i, j) of dCost stands at i * rowStride + j * colStride, so that the transposed call gives dy.
template <class Kind, class T>
void gradient(std::size_t rows, std::size_t cols, std::size_t channels, const T* x, const T* y, const T* dCost, std::size_t rowStride,
              std::size_t colStride, T* dx) {
  std::fill(dx, dx + rows * channels, T(0));
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < cols; ++j) {
      const T weight = dCost[i * rowStride + j * colStride];
      if (weight == 0) continue;  // most of E; and 0 times an infinite gradient would be NaN
      const Kind kind(channels, x + i * channels, y + j * channels);
      for (std::size_t k = 0; k < channels; ++k) dx[i * channels + k] += weight * kind.gradient(x[i * channels + k], y[j * channels + k]);
    }
  }
}

template <class Kind, class T>
void gradients(std::size_t rows, std::size_t cols, std::size_t channels, const T* x, const T* y, const T* dCost, T* dx, T* dy) {
  if (dx != nullptr) gradient<Kind>(rows, cols, channels, x, y, dCost, cols, 1, dx);
  if (dy != nullptr) gradient<Kind>(cols, rows, channels, y, x, dCost, 1, cols, dy);
}

}  // namespace

template <class T>
void pointCostPair(std::size_t rows, std::size_t cols, std::size_t channels, PointCost kind, const T* x, const T* y, T* cost) noexcept {
  switch (kind) {
    case PointCost::kSquaredEuclidean: return costs<SquaredEuclidean<T>>(rows, cols, channels, x, y, cost);
    case PointCost::kEuclidean: return costs<Euclidean<T>>(rows, cols, channels, x, y, cost);
    case PointCost::kAbsolute: return costs<Absolute<T>>(rows, cols, channels, x, y, cost);
    case PointCost::kCosine: return costs<Cosine<T>>(rows, cols, channels, x, y, cost);
  }
}

template <class T>
void pointCostGradientPair(std::size_t rows, std::size_t cols, std::size_t channels, PointCost kind, const T* x, const T* y,
                           const T* dCost, T* dx, T* dy) noexcept {
  switch (kind) {
    case PointCost::kSquaredEuclidean: return gradients<SquaredEuclidean<T>>(rows, cols, channels, x, y, dCost, dx, dy);
    case PointCost::kEuclidean: return gradients<Euclidean<T>>(rows, cols, channels, x, y, dCost, dx, dy);
    case PointCost::kAbsolute: return gradients<Absolute<T>>(rows, cols, channels, x, y, dCost, dx, dy);
    case PointCost::kCosine: return gradients<Cosine<T>>(rows, cols, channels, x, y, dCost, dx, dy);
  }
}

template void pointCostPair(std::size_t, std::size_t, std::size_t, PointCost, const float*, const float*, float*) noexcept;
template void pointCostPair(std::size_t, std::size_t, std::size_t, PointCost, const double*, const double*, double*) noexcept;
template void pointCostGradientPair(std::size_t, std::size_t, std::size_t, PointCost, const float*, const float*, const float*, float*, float*) noexcept;
template void pointCostGradientPair(std::size_t, std::size_t, std::size_t, PointCost, const double*, const double*, const double*, double*, double*) noexcept;

}  // namespace wetas
