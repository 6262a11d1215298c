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

// One channel's part of a cost.
template <PointCost kKind, class V>
HWY_INLINE V plusChannel(V sum, V x, V y) {
  if (kKind == PointCost::kCosine || kKind == PointCost::kBinaryCrossEntropy) return hn::NegMulAdd(x, y, sum);
  const V difference = hn::Sub(x, y);
  return kKind == PointCost::kAbsolute ? hn::Add(sum, hn::Abs(difference)) : hn::MulAdd(difference, difference, sum);
}

// What a cost is without channels, at the columns from `col` on.
template <PointCost kKind, class D, class T>
HWY_INLINE hn::Vec<D> startOfCost(D d, const PreparedPoints<T>& points, std::ptrdiff_t col) {
  return kKind == PointCost::kCosine ? hn::Set(d, T(1)) : kKind == PointCost::kBinaryCrossEntropy ? hn::LoadU(d, points.base + col) : hn::Zero(d);
}

template <PointCost kKind, class T>
const T* columnsOf(const PreparedPoints<T>& points) {
  return kKind == PointCost::kBinaryCrossEntropy ? points.logit : points.y;
}

// The cost of kRows points x against kVectors vectors of points y, from column `col` on.
template <PointCost kKind, std::size_t kVectors, class T>
struct CostVectors {
  using D = hn::ScalableTag<T>;
  using V = hn::Vec<D>;
  V cost[kVectors][kRows];

  HWY_INLINE CostVectors(const PreparedPoints<T>& points, const T* const (&x)[kRows], std::size_t col) {
    const D d;
    for (std::size_t v = 0; v < kVectors; ++v) {
      const V start = startOfCost<kKind>(d, points, static_cast<std::ptrdiff_t>(col + v * hn::Lanes(d)));
      for (std::size_t r = 0; r < kRows; ++r) cost[v][r] = start;
    }
    const T* y = columnsOf<kKind>(points) + col;
    for (std::size_t k = 0; k < points.channels; ++k, y += points.stride) {
      V yk[kVectors];
      for (std::size_t v = 0; v < kVectors; ++v) yk[v] = hn::LoadU(d, y + v * hn::Lanes(d));
      for (std::size_t r = 0; r < kRows; ++r) {
        const V xk = hn::Set(d, x[r][k]);
        for (std::size_t v = 0; v < kVectors; ++v) cost[v][r] = plusChannel<kKind>(cost[v][r], xk, yk[v]);
      }
    }
    for (std::size_t v = 0; kKind == PointCost::kEuclidean && v < kVectors; ++v) {
      for (std::size_t r = 0; r < kRows; ++r) cost[v][r] = hn::Sqrt(cost[v][r]);
    }
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
    const std::size_t count = std::min(kRows, rows - i);
    T* const to = cost + i * stride;
    std::size_t j = 0;
    for (; j + 2 * lanes <= cols; j += 2 * lanes) {
      const CostVectors<kKind, 2, T> both(points, four.x, col + j);
      for (std::size_t r = 0; r < count; ++r) {
        hn::StoreU(both.cost[0][r], d, to + r * stride + j);
        hn::StoreU(both.cost[1][r], d, to + r * stride + j + lanes);
      }
    }
    for (; j < cols; j += lanes) {
      const CostVectors<kKind, 1, T> one(points, four.x, col + j);
      for (std::size_t r = 0; r < count; ++r) {
        hn::Store(one.cost[0][r], d, tail);
        std::copy_n(tail, std::min(lanes, cols - j), to + r * stride + j);
      }
    }
  }
}

// Lanes are rows, upwards, and the columns of one step rise with them, so that both x and y are plain vectors.
template <PointCost kKind, class T>
void costTile(const PreparedPoints<T>& points, std::size_t row, std::size_t step, std::size_t steps, T* tile) {
  const hn::ScalableTag<T> d;
  using V = hn::Vec<decltype(d)>;
  constexpr std::size_t kLanes = hn::MaxLanes(d), kTogether = std::min<std::size_t>(8, kLanes);
  const std::size_t below = kLanes - std::min(kLanes, points.rows - row);  // lanes below the last row
  for (std::size_t s = 0; s < steps; s += kTogether) {
    const std::ptrdiff_t col = static_cast<std::ptrdiff_t>(step + s) - static_cast<std::ptrdiff_t>(kLanes - 1);  // of the first lane
    const T* x = points.xUpward - row - (kLanes - 1);
    const T* y = columnsOf<kKind>(points) + col;
    V cost[kTogether];
    for (std::size_t t = 0; t < kTogether; ++t) cost[t] = startOfCost<kKind>(d, points, col + static_cast<std::ptrdiff_t>(t));
    for (std::size_t k = 0; k < points.channels; ++k, x += points.strideOfX, y += points.stride) {
      const V xk = hn::LoadU(d, x);
      for (std::size_t t = 0; t < kTogether; ++t) cost[t] = plusChannel<kKind>(cost[t], xk, hn::LoadU(d, y + t));
    }
    for (std::size_t t = 0; kKind == PointCost::kEuclidean && t < kTogether; ++t) cost[t] = hn::Sqrt(cost[t]);
    const std::size_t a = step + s;
    if (below != 0 || col < 0 || a + kTogether > points.cols) {
      for (std::size_t t = 0; t < kTogether; ++t) {
        const std::size_t before = std::max(below, kLanes - std::min(kLanes, a + t + 1));
        const std::size_t end = kLanes - std::min(kLanes, std::max(points.cols, a + t + 1) - points.cols);
        cost[t] = hn::IfThenElseZero(hn::FirstN(d, end), hn::IfThenZeroElse(hn::FirstN(d, before), cost[t]));
      }
    }
    for (std::size_t t = 0; t < kTogether; ++t) hn::Store(cost[t], d, tile + (s + t) * kLanes);
  }
}

template <class T>
void tileOf(const PreparedPoints<T>& points, std::size_t row, std::size_t step, std::size_t steps, T* tile) {
  switch (points.kind) {
    case PointCost::kSquaredEuclidean: return costTile<PointCost::kSquaredEuclidean>(points, row, step, steps, tile);
    case PointCost::kEuclidean: return costTile<PointCost::kEuclidean>(points, row, step, steps, tile);
    case PointCost::kAbsolute: return costTile<PointCost::kAbsolute>(points, row, step, steps, tile);
    case PointCost::kCosine: return costTile<PointCost::kCosine>(points, row, step, steps, tile);
    case PointCost::kBinaryCrossEntropy: return costTile<PointCost::kBinaryCrossEntropy>(points, row, step, steps, tile);
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

// W of kRows rows, `stride` apart; zeros below the last row and, up to a whole number of vectors, behind the last column.
template <class T>
struct Weights {
  const T* first;
  std::size_t stride;
};

// dx += W (x - y), dyByColumn += W (y - x); kAbsolute: W times their signs. x may be null, for zeros.
template <PointCost kKind, bool kTame, bool kDx, bool kDy, class T>
void addDifferences(std::size_t channels, const T* const* x, const T* y, std::size_t yStride, std::size_t cols, Weights<T> weights, T* const* dx,
                    T* dyByColumn) {
  const hn::ScalableTag<T> d;
  using V = hn::Vec<decltype(d)>;
  const V zero = hn::Zero(d);
  for (std::size_t k = 0; k < channels; ++k) {
    V xk[kRows], sum[kRows];
    for (std::size_t r = 0; r < kRows; ++r) {
      xk[r] = x == nullptr ? zero : hn::Set(d, x[r][k]);
      sum[r] = zero;
    }
    const T* HWY_RESTRICT yk = y + k * yStride;
    T* HWY_RESTRICT dyk = kDy ? dyByColumn + k * yStride : nullptr;
    for (std::size_t j = 0; j < cols; j += hn::Lanes(d)) {
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
    }
    for (std::size_t r = 0; kDx && r < kRows; ++r) dx[r][k] += hn::GetLane(hn::SumOfLanes(d, sum[r]));
  }
}

// What of a block of E weighs the differences: E itself where it can serve, else a copy.
template <bool kEuclidean, bool kTame, class T>
Weights<T> weightsOf(const PreparedPoints<T>& points, const FourRows<T>& four, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols,
                     const T* e, std::size_t stride, T* copy) {
  const hn::ScalableTag<T> d;
  const std::size_t lanes = hn::Lanes(d), padded = (cols + lanes - 1) / lanes * lanes;
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
    const CostVectors<PointCost::kEuclidean, 1, T> vector(points, four.x, col + j);
    for (std::size_t r = 0; r < rows; ++r) {
      const auto w = hn::Load(d, copy + r * kColumns + j);
      const auto none = hn::Or(hn::Eq(w, hn::Zero(d)), hn::Eq(vector.cost[0][r], hn::Zero(d)));
      hn::Store(hn::IfThenZeroElse(none, hn::Div(w, vector.cost[0][r])), d, copy + r * kColumns + j);
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
void tile32(const PreparedPoints<float>& points, std::size_t row, std::size_t step, std::size_t steps, float* tile) {
  tileOf(points, row, step, steps, tile);
}
void tile64(const PreparedPoints<double>& points, std::size_t row, std::size_t step, std::size_t steps, double* tile) {
  tileOf(points, row, step, steps, tile);
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
void pointCostTile(const PreparedPoints<float>& points, std::size_t row, std::size_t step, std::size_t steps, float* tile) noexcept {
  WETAS_SELECT(tile32)(points, row, step, steps, tile);
}
template <>
void pointCostTile(const PreparedPoints<double>& points, std::size_t row, std::size_t step, std::size_t steps, double* tile) noexcept {
  WETAS_SELECT(tile64)(points, row, step, steps, tile);
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
