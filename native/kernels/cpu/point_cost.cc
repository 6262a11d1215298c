#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/point_cost.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "kernels/cpu/point_cost.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kRows = 4;       // done together, so that y is loaded once for all of them
constexpr std::size_t kColumns = 512;  // of these rows, so that E stays in the nearest cache over the channels

// The cost of kRows points x, `xStride` apart, against one vector of points y.
template <PointCost kKind, class T>
struct CostVector {
  using D = hn::ScalableTag<T>;
  using V = hn::Vec<D>;
  V cost[kRows];

  HWY_INLINE CostVector(const PreparedPoints<T>& points, const T* const (&x)[kRows], std::size_t col) {
    const D d;
    constexpr bool kDot = kKind == PointCost::kCosine || kKind == PointCost::kBinaryCrossEntropy;
    const V start = kKind == PointCost::kCosine ? hn::Set(d, T(1)) : kKind == PointCost::kBinaryCrossEntropy ? hn::LoadU(d, points.base + col) : hn::Zero(d);
    for (std::size_t r = 0; r < kRows; ++r) cost[r] = start;
    const T* y = (kKind == PointCost::kBinaryCrossEntropy ? points.logit : points.y) + col;
    for (std::size_t k = 0; k < points.channels; ++k, y += points.stride) {
      const V yk = hn::LoadU(d, y);
      for (std::size_t r = 0; r < kRows; ++r) {
        const V xk = hn::Set(d, x[r][k]);
        if (kDot) {
          cost[r] = hn::NegMulAdd(xk, yk, cost[r]);
        } else {
          const V difference = hn::Sub(xk, yk);
          cost[r] = kKind == PointCost::kAbsolute ? hn::Add(cost[r], hn::Abs(difference)) : hn::MulAdd(difference, difference, cost[r]);
        }
      }
    }
    for (std::size_t r = 0; kKind == PointCost::kEuclidean && r < kRows; ++r) cost[r] = hn::Sqrt(cost[r]);
  }
};

template <class T>
struct FourRows {
  const T* x[kRows];  // of rows past the last one: the last one again

  FourRows(const T* first, std::size_t row, std::size_t endRow, std::size_t channels) {
    for (std::size_t r = 0; r < kRows; ++r) x[r] = first + std::min(row + r, endRow - 1) * channels;
  }
};

template <PointCost kKind, class T>
void costBlock(const PreparedPoints<T>& points, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, T* cost, std::size_t stride) {
  const hn::ScalableTag<T> d;
  const std::size_t lanes = hn::Lanes(d);
  HWY_ALIGN T tail[HWY_MAX_BYTES / sizeof(T)];
  for (std::size_t i = 0; i < rows; i += kRows) {
    const FourRows<T> four(points.x, row + i, row + rows, points.channels);
    for (std::size_t j = 0; j < cols; j += lanes) {
      const CostVector<kKind, T> vector(points, four.x, col + j);
      for (std::size_t r = 0; r < std::min(kRows, rows - i); ++r) {
        T* const to = cost + (i + r) * stride + j;
        if (j + lanes <= cols) {
          hn::StoreU(vector.cost[r], d, to);
        } else {
          hn::Store(vector.cost[r], d, tail);
          std::copy_n(tail, cols - j, to);
        }
      }
    }
  }
}

template <class T>
void costOf(const PreparedPoints<T>& points, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, T* cost, std::size_t stride) {
  switch (points.kind) {
    case PointCost::kSquaredEuclidean: return costBlock<PointCost::kSquaredEuclidean>(points, row, rows, col, cols, cost, stride);
    case PointCost::kEuclidean: return costBlock<PointCost::kEuclidean>(points, row, rows, col, cols, cost, stride);
    case PointCost::kAbsolute: return costBlock<PointCost::kAbsolute>(points, row, rows, col, cols, cost, stride);
    case PointCost::kCosine: return costBlock<PointCost::kCosine>(points, row, rows, col, cols, cost, stride);
    case PointCost::kBinaryCrossEntropy: return costBlock<PointCost::kBinaryCrossEntropy>(points, row, rows, col, cols, cost, stride);
  }
}

// W of kRows rows, `stride` apart; zeros below the last row and, up to an even number of vectors, behind the last column.
template <class T>
struct Weights {
  const T* first;
  std::size_t stride;
};

// dx += W (x - y), dyByColumn += W (y - x); kAbsolute: W times their signs. x may be null, for zeros.
template <PointCost kKind, bool kTame, bool kDx, bool kDy, class T>
void addDifferences(std::size_t channels, const T* const* x, const T* y, std::size_t yStride, std::size_t cols, const Weights<T>& weights, T* const* dx,
                    T* dyByColumn) {
  const hn::ScalableTag<T> d;
  using V = hn::Vec<decltype(d)>;
  const std::size_t lanes = hn::Lanes(d);
  const V zero = hn::Zero(d);
  for (std::size_t k = 0; k < channels; ++k) {
    V xk[kRows], sums[2][kRows];
    for (std::size_t r = 0; r < kRows; ++r) {
      xk[r] = x == nullptr ? zero : hn::Set(d, x[r][k]);
      sums[0][r] = sums[1][r] = zero;
    }
    const T* const yk = y + k * yStride;
    T* const dyk = kDy ? dyByColumn + k * yStride : nullptr;
    const auto column = [&](std::size_t j, V(&sum)[kRows]) HWY_ATTR {
      const V yj = hn::LoadU(d, yk + j);
      V down = zero;
      for (std::size_t r = 0; r < kRows; ++r) {
        const V w = hn::LoadU(d, weights.first + r * weights.stride + j);
        V difference = hn::Sub(xk[r], yj);
        if (kKind == PointCost::kAbsolute) {
          const V sign = hn::IfThenElseZero(hn::Ne(difference, zero), hn::CopySign(hn::Set(d, T(1)), difference));
          difference = kTame ? sign : hn::IfThenElseZero(hn::Ne(w, zero), sign);
        } else if (!kTame) {
          difference = hn::IfThenElseZero(hn::Ne(w, zero), difference);
        }
        if (kDx) sum[r] = hn::MulAdd(w, difference, sum[r]);
        if (kDy) down = hn::MulAdd(w, difference, down);
      }
      if (kDy) hn::StoreU(hn::Sub(hn::LoadU(d, dyk + j), down), d, dyk + j);
    };
    for (std::size_t j = 0; j < cols; j += 2 * lanes) {  // two chains of sums
      column(j, sums[0]);
      column(j + lanes, sums[1]);
    }
    for (std::size_t r = 0; kDx && r < kRows; ++r) dx[r][k] += hn::GetLane(hn::SumOfLanes(d, hn::Add(sums[0][r], sums[1][r])));
  }
}

// What of a block of E weighs the differences: E itself where it can serve, else a copy.
template <bool kEuclidean, bool kTame, class T>
Weights<T> weightsOf(const PreparedPoints<T>& points, const FourRows<T>& four, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols,
                     const T* e, std::size_t stride, T* copy) {
  const hn::ScalableTag<T> d;
  const std::size_t lanes = hn::Lanes(d), padded = (cols + 2 * lanes - 1) / (2 * lanes) * 2 * lanes;
  if (!kEuclidean && kTame && rows == kRows && cols == padded) return {e, stride};
  for (std::size_t r = 0; r < kRows; ++r) {
    if (r < rows) std::copy_n(e + r * stride, cols, copy + r * kColumns);
    std::fill(copy + r * kColumns + (r < rows ? cols : 0), copy + r * kColumns + padded, T(0));
  }
  if (!kTame) {
    HWY_ALIGN T cost[kRows * kColumns];
    points.closed ? costOf(points, row, rows, col, cols, cost, kColumns) : plainCrossEntropy(points, row, rows, col, cols, cost, kColumns);
    for (std::size_t at = 0; at < rows * kColumns; ++at) {
      if (at % kColumns < cols && cost[at] == std::numeric_limits<T>::infinity()) copy[at] = 0;
    }
  }
  for (std::size_t j = 0; kEuclidean && j < cols; j += lanes) {
    const CostVector<PointCost::kEuclidean, T> vector(points, four.x, col + j);
    for (std::size_t r = 0; r < rows; ++r) {
      const auto w = hn::Load(d, copy + r * kColumns + j);
      const auto none = hn::Or(hn::Eq(w, hn::Zero(d)), hn::Eq(vector.cost[r], hn::Zero(d)));
      hn::Store(hn::IfThenZeroElse(none, hn::Div(w, vector.cost[r])), d, copy + r * kColumns + j);
    }
  }
  return {copy, kColumns};
}

template <PointCost kKind, bool kTame, class T>
void addBlock(const PreparedPoints<T>& points, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, const T* e, std::size_t stride,
              T* dx, T* dyByColumn) {
  constexpr bool kTwoWays = kKind == PointCost::kBinaryCrossEntropy;  // dx and dy are sums of different differences
  HWY_ALIGN T copy[kRows * kColumns];
  for (std::size_t i = 0; i < rows; i += kRows) {
    const FourRows<T> four(points.x, row + i, row + rows, points.channels);
    T* dxOf[kRows];
    for (std::size_t r = 0; r < kRows; ++r) dxOf[r] = dx == nullptr ? nullptr : dx + (four.x[r] - points.x);
    for (std::size_t j = 0; j < cols; j += kColumns) {
      const std::size_t count = std::min(kColumns, cols - j), at = col + j;
      const Weights<T> weights =
          weightsOf<kKind == PointCost::kEuclidean, kTame>(points, four, row + i, std::min(kRows, rows - i), at, count, e + i * stride + j, stride, copy);
      T* const dy = dyByColumn == nullptr ? nullptr : dyByColumn + at;
      const auto add = [&](auto wantDx, auto wantDy, const T* const* x, const T* y) HWY_ATTR {
        addDifferences<kKind, kTame, decltype(wantDx)::value, decltype(wantDy)::value>(points.channels, x, y + at, points.stride, count, weights, dxOf, dy);
      };
      constexpr std::true_type kYes;
      constexpr std::false_type kNo;
      if (kTwoWays || dx == nullptr || dy == nullptr) {
        if (dx != nullptr) kTwoWays ? add(kYes, kNo, nullptr, points.logit) : add(kYes, kNo, four.x, points.y);
        if (dy != nullptr) add(kNo, kYes, four.x, points.y);
      } else {
        add(kYes, kYes, four.x, points.y);
      }
    }
  }
}

template <PointCost kKind, class T>
void addOfKind(const PreparedPoints<T>& points, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, const T* e, std::size_t stride,
               T* dx, T* dyByColumn) {
  points.tame ? addBlock<kKind, true>(points, row, rows, col, cols, e, stride, dx, dyByColumn)
              : addBlock<kKind, false>(points, row, rows, col, cols, e, stride, dx, dyByColumn);
}

template <class T>
void addOf(const PreparedPoints<T>& points, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, const T* e, std::size_t stride,
           T* dx, T* dyByColumn) {
  switch (points.kind) {
    case PointCost::kSquaredEuclidean:
    case PointCost::kCosine: return addOfKind<PointCost::kSquaredEuclidean>(points, row, rows, col, cols, e, stride, dx, dyByColumn);
    case PointCost::kEuclidean: return addOfKind<PointCost::kEuclidean>(points, row, rows, col, cols, e, stride, dx, dyByColumn);
    case PointCost::kAbsolute: return addOfKind<PointCost::kAbsolute>(points, row, rows, col, cols, e, stride, dx, dyByColumn);
    case PointCost::kBinaryCrossEntropy: return addOfKind<PointCost::kBinaryCrossEntropy>(points, row, rows, col, cols, e, stride, dx, dyByColumn);
  }
}

// WETAS_SELECT wants a name for each type.
void cost32(const PreparedPoints<float>& points, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, float* cost, std::size_t stride) {
  costOf(points, row, rows, col, cols, cost, stride);
}
void cost64(const PreparedPoints<double>& points, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, double* cost, std::size_t stride) {
  costOf(points, row, rows, col, cols, cost, stride);
}
void add32(const PreparedPoints<float>& points, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, const float* e, std::size_t stride,
           float* dx, float* dyByColumn) {
  addOf(points, row, rows, col, cols, e, stride, dx, dyByColumn);
}
void add64(const PreparedPoints<double>& points, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, const double* e, std::size_t stride,
           double* dx, double* dyByColumn) {
  addOf(points, row, rows, col, cols, e, stride, dx, dyByColumn);
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

template <>
void pointCostBlock(const PreparedPoints<float>& points, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, float* cost,
                    std::size_t stride) noexcept {
  points.closed ? WETAS_SELECT(cost32)(points, row, rows, col, cols, cost, stride) : plainCrossEntropy(points, row, rows, col, cols, cost, stride);
}
template <>
void pointCostBlock(const PreparedPoints<double>& points, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, double* cost,
                    std::size_t stride) noexcept {
  points.closed ? WETAS_SELECT(cost64)(points, row, rows, col, cols, cost, stride) : plainCrossEntropy(points, row, rows, col, cols, cost, stride);
}
template <>
void addPointGradients(const PreparedPoints<float>& points, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, const float* e,
                       std::size_t stride, float* dx, float* dyByColumn) noexcept {
  WETAS_SELECT(add32)(points, row, rows, col, cols, e, stride, dx, dyByColumn);
}
template <>
void addPointGradients(const PreparedPoints<double>& points, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, const double* e,
                       std::size_t stride, double* dx, double* dyByColumn) noexcept {
  WETAS_SELECT(add64)(points, row, rows, col, cols, e, stride, dx, dyByColumn);
}

}  // namespace wetas
#endif  // HWY_ONCE
