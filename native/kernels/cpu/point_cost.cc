#include "kernels/cpu/point_cost.h"

#include <algorithm>
#include <cmath>

namespace wetas {
namespace {

// Each kind: value(x, y); and for two points, once made of them, d value / d x[k] and d value / d y[k].

template <class T>
struct SquaredEuclidean {
  static T value(std::size_t channels, const T* x, const T* y) {
    T sum = 0;
    for (std::size_t k = 0; k < channels; ++k) sum += (x[k] - y[k]) * (x[k] - y[k]);
    return sum;
  }
  SquaredEuclidean(std::size_t, const T*, const T*) {}
  T ofX(T x, T y) const { return 2 * (x - y); }
  T ofY(T x, T y) const { return 2 * (y - x); }
};

template <class T>
struct Euclidean {
  static T value(std::size_t channels, const T* x, const T* y) { return std::sqrt(SquaredEuclidean<T>::value(channels, x, y)); }
  T inverse;
  Euclidean(std::size_t channels, const T* x, const T* y) {
    const T distance = value(channels, x, y);
    inverse = distance > 0 ? 1 / distance : T(0);
  }
  T ofX(T x, T y) const { return (x - y) * inverse; }
  T ofY(T x, T y) const { return (y - x) * inverse; }
};

template <class T>
struct Absolute {
  static T value(std::size_t channels, const T* x, const T* y) {
    T sum = 0;
    for (std::size_t k = 0; k < channels; ++k) sum += std::abs(x[k] - y[k]);
    return sum;
  }
  Absolute(std::size_t, const T*, const T*) {}
  T ofX(T x, T y) const { return x > y ? T(1) : x < y ? T(-1) : T(0); }
  T ofY(T x, T y) const { return ofX(y, x); }
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
  T both, xs, ys;
  Cosine(std::size_t channels, const T* x, const T* y) {
    const Products products(channels, x, y);
    both = -products.inverseNorms();
    xs = both == 0 ? T(0) : -products.xy * both / products.xx;
    ys = both == 0 ? T(0) : -products.xy * both / products.yy;
  }
  T ofX(T x, T y) const { return xs * x + both * y; }
  T ofY(T x, T y) const { return ys * y + both * x; }
};

template <class T>
struct BinaryCrossEntropy {
  static T value(std::size_t channels, const T* x, const T* y) {
    T sum = 0;
    for (std::size_t k = 0; k < channels; ++k) {
      if (x[k] != 0) sum -= x[k] * std::log(y[k]);
      if (x[k] != 1) sum -= (1 - x[k]) * std::log1p(-y[k]);
    }
    return sum;
  }
  BinaryCrossEntropy(std::size_t, const T*, const T*) {}
  T ofX(T, T y) const { return std::log1p(-y) - std::log(y); }
  T ofY(T x, T y) const { return (x == 1 ? T(0) : (1 - x) / (1 - y)) - (x == 0 ? T(0) : x / y); }
};

template <class Kind, class T>
void costs(std::size_t rows, std::size_t cols, std::size_t channels, const T* x, const T* y, T* cost) {
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < cols; ++j) cost[i * cols + j] = Kind::value(channels, x + i * channels, y + j * channels);
  }
}

template <class Kind, class T>
void gradients(std::size_t rows, std::size_t cols, std::size_t channels, const T* x, const T* y, const T* dCost, T* dx, T* dy) {
  if (dx != nullptr) std::fill(dx, dx + rows * channels, T(0));
  if (dy != nullptr) std::fill(dy, dy + cols * channels, T(0));
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < cols; ++j) {
      const T weight = dCost[i * cols + j];
      if (weight == 0) continue;  // most of E; and 0 times an infinite gradient would be NaN
      const T *const xi = x + i * channels, *const yj = y + j * channels;
      const Kind kind(channels, xi, yj);
      for (std::size_t k = 0; dx != nullptr && k < channels; ++k) dx[i * channels + k] += weight * kind.ofX(xi[k], yj[k]);
      for (std::size_t k = 0; dy != nullptr && k < channels; ++k) dy[j * channels + k] += weight * kind.ofY(xi[k], yj[k]);
    }
  }
}

}  // namespace

template <class T>
void pointCostPair(std::size_t rows, std::size_t cols, std::size_t channels, PointCost kind, const T* x, const T* y, T* cost) noexcept {
  switch (kind) {
    case PointCost::kSquaredEuclidean: return costs<SquaredEuclidean<T>>(rows, cols, channels, x, y, cost);
    case PointCost::kEuclidean: return costs<Euclidean<T>>(rows, cols, channels, x, y, cost);
    case PointCost::kAbsolute: return costs<Absolute<T>>(rows, cols, channels, x, y, cost);
    case PointCost::kCosine: return costs<Cosine<T>>(rows, cols, channels, x, y, cost);
    case PointCost::kBinaryCrossEntropy: return costs<BinaryCrossEntropy<T>>(rows, cols, channels, x, y, cost);
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
    case PointCost::kBinaryCrossEntropy: return gradients<BinaryCrossEntropy<T>>(rows, cols, channels, x, y, dCost, dx, dy);
  }
}

template void pointCostPair(std::size_t, std::size_t, std::size_t, PointCost, const float*, const float*, float*) noexcept;
template void pointCostPair(std::size_t, std::size_t, std::size_t, PointCost, const double*, const double*, double*) noexcept;
template void pointCostGradientPair(std::size_t, std::size_t, std::size_t, PointCost, const float*, const float*, const float*, float*, float*) noexcept;
template void pointCostGradientPair(std::size_t, std::size_t, std::size_t, PointCost, const double*, const double*, const double*, double*, double*) noexcept;

}  // namespace wetas
