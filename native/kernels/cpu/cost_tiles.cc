#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/cost_tiles.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include <algorithm>

#include "kernels/cpu/cost_tiles.h"
#if HWY_TARGET != HWY_SCALAR
#include "kernels/cpu/lanes-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {
#if HWY_TARGET != HWY_SCALAR

template <class D, class S>
HWY_INLINE hn::Vec<D> loadCosts(D d, const S* from) {
  if constexpr (sizeof(hn::TFromD<D>) == sizeof(S)) {
    return hn::LoadU(d, from);
  } else {
    return hn::PromoteTo(d, hn::LoadU(hn::Rebind<S, D>(), from));
  }
}

// `load` as of loadTransposed.
template <class T, class Load>
HWY_INLINE void storeSquare(const Load& load, T* HWY_RESTRICT tile) {
  const LaneTag<T> d;
  Lanes<T> v[kLanesOf<T>];
  loadTransposed<T>(load, v);
  for (std::size_t s = 0; s < kLanesOf<T>; ++s) hn::Store(v[s], d, tile + s * kLanesOf<T>);
}

// One square: steps [a, a + lanes) of the `rows` rows whose columns [begin, end) stand at top[i * stride + column].
template <class T, class S>
HWY_NOINLINE void fillEdge(const S* top, std::size_t stride, std::size_t rows, std::size_t begin, std::size_t end, std::size_t a, T* tile) {
  constexpr std::size_t kLanes = kLanesOf<T>;
  HWY_ALIGN T edge[kLanes * kLanes] = {};
  for (std::size_t l = 0, i = kLanes - 1; l < kLanes; ++l, --i) {
    const std::size_t from = std::max(a, begin + i), to = std::min(a + kLanes, end + i);
    for (std::size_t s = from; i < rows && s < to; ++s) edge[l * kLanes + s - a] = static_cast<T>(top[i * stride + s - i]);
  }
  storeSquare<T>([&](std::size_t l, std::size_t s, auto half) HWY_ATTR { return hn::Load(half, edge + l * kLanes + s); }, tile);
}

// The same where all of it can be read.
template <class T, class S>
HWY_NOINLINE void fillWhole(const S* top, std::size_t stride, std::size_t a, T* tile) {
  const S* const lowest = top + (kLanesOf<T> - 1) * stride + a - (kLanesOf<T> - 1);
  storeSquare<T>([=](std::size_t l, std::size_t s, auto half) HWY_ATTR { return loadCosts(half, lowest - l * (stride - 1) + s); }, tile);
}

template <class T, class S>
void fillFromMatrix(const void* source, std::size_t row, std::size_t step, std::size_t steps, T* tile) {
  constexpr std::size_t kLanes = kLanesOf<T>;
  const CostMatrix<S>& matrix = *static_cast<const CostMatrix<S>*>(source);
  const S* const top = matrix.cost + row * matrix.stride;
  const std::size_t rows = std::min(kLanes, matrix.rows - row);
  for (std::size_t s = 0; s < steps; s += kLanes) {
    const std::size_t a = step + s;
    // Rows without gaps go on in the next ones, but for the last: its lane must end in it.
    const bool readable = matrix.stride == matrix.cols ? a < (matrix.rows - row - rows + 1) * matrix.cols : a + 1 >= kLanes && a + kLanes <= matrix.cols;
    if (rows == kLanes && readable) {
      fillWhole(top, matrix.stride, a, tile + s * kLanes);
    } else {
      fillEdge(top, matrix.stride, rows, 0, matrix.cols, a, tile + s * kLanes);
    }
  }
}

// Where the cost is not closed by way of the costs of a few columns in rows.
template <class T>
void fillFromPoints(const void* source, std::size_t row, std::size_t step, std::size_t steps, T* tile) {
  constexpr std::size_t kLanes = kLanesOf<T>, kColumns = 64 + kLanes;
  HWY_ALIGN T rows[kLanes * kColumns];
  const PreparedPoints<T>& points = *static_cast<const PreparedPoints<T>*>(source);
  if (points.closed) return pointCostTile(points, row, step, steps, tile);
  const std::size_t count = std::min(kLanes, points.rows - row);
  for (std::size_t s = 0; s < steps; s += 64) {
    const std::size_t a = step + s, most = std::min<std::size_t>(64, steps - s);
    const std::size_t begin = a < kLanes ? 0 : a - kLanes, end = std::min(a + most, points.cols);
    if (begin < end) plainCrossEntropy(points, row, count, begin, end - begin, rows, kColumns);
    for (std::size_t square = 0; square < most; square += kLanes) {
      fillEdge(rows - begin, kColumns, count, begin, std::max(begin, end), a + square, tile + (s + square) * kLanes);
    }
  }
}

CostTiles<float>::Fill fillFromFloats() { return fillFromMatrix<float, float>; }
CostTiles<double>::Fill fillFromDoubles() { return fillFromMatrix<double, double>; }
CostTiles<double>::Fill fillFromFloatsInDouble() { return fillFromMatrix<double, float>; }
CostTiles<float>::Fill fillFromPointsInFloat() { return fillFromPoints<float>; }
CostTiles<double>::Fill fillFromPointsInDouble() { return fillFromPoints<double>; }

#else

CostTiles<float>::Fill fillFromFloats() { return nullptr; }
CostTiles<double>::Fill fillFromDoubles() { return nullptr; }
CostTiles<double>::Fill fillFromFloatsInDouble() { return nullptr; }
CostTiles<float>::Fill fillFromPointsInFloat() { return nullptr; }
CostTiles<double>::Fill fillFromPointsInDouble() { return nullptr; }

#endif  // HWY_TARGET != HWY_SCALAR
}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {
namespace {

template <class T, class S>
CostTiles<T> tilesOf(typename CostTiles<T>::Fill fill, const CostMatrix<S>& matrix) noexcept {
  return {fill, &matrix, reinterpret_cast<const char*>(matrix.cost), matrix.stride * sizeof(S), sizeof(S)};
}

}  // namespace

template <>
CostTiles<float> costTiles(const CostMatrix<float>& matrix) noexcept { return tilesOf<float>(WETAS_SELECT(fillFromFloats)(), matrix); }
template <>
CostTiles<double> costTiles(const CostMatrix<double>& matrix) noexcept { return tilesOf<double>(WETAS_SELECT(fillFromDoubles)(), matrix); }
template <>
CostTiles<double> costTiles(const CostMatrix<float>& matrix) noexcept { return tilesOf<double>(WETAS_SELECT(fillFromFloatsInDouble)(), matrix); }
template <>
CostTiles<float> costTiles(const PreparedPoints<float>& points) noexcept { return {WETAS_SELECT(fillFromPointsInFloat)(), &points, nullptr, 0, 0}; }
template <>
CostTiles<double> costTiles(const PreparedPoints<double>& points) noexcept { return {WETAS_SELECT(fillFromPointsInDouble)(), &points, nullptr, 0, 0}; }

}  // namespace wetas
#endif  // HWY_ONCE
