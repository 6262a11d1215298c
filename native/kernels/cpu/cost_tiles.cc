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

// The rows of a strip are many streams at once, more than the hardware follows: of the next strip a share in one go.
template <class S>
HWY_INLINE void prefetch(const CostMatrix<S>& matrix, std::size_t row, std::size_t rows, std::size_t step, std::size_t steps) {
  const char* const next = reinterpret_cast<const char*>(matrix.cost + row * matrix.stride);
  const std::size_t bytes = ((rows - 1) * matrix.stride + matrix.cols) * sizeof(S);
  const std::size_t end = std::min(bytes, (step + steps) * rows * sizeof(S));
  for (std::size_t at = step * rows * sizeof(S); at < end; at += 64) __builtin_prefetch(next + at, 0, 2);  // to the second-level cache
}

// One square: steps [a, a + lanes) of the `rows` rows whose columns [begin, end) stand at top[i * stride + column].
template <class T, class S>
HWY_INLINE void fillSquare(const S* top, std::size_t stride, std::size_t rows, std::size_t begin, std::size_t end, std::size_t a, T* tile) {
  constexpr std::size_t kLanes = kLanesOf<T>;
  const LaneTag<T> d;
  Lanes<T> v[kLanes];
  if (rows == kLanes && a + 1 >= begin + kLanes && a + kLanes <= end) {
    const S* const lowest = top + (kLanes - 1) * stride + a - (kLanes - 1);
    loadTransposed<T>([=](std::size_t l, std::size_t s, auto half) HWY_ATTR { return loadCosts(half, lowest - l * (stride - 1) + s); }, v);
  } else {
    HWY_ALIGN T edge[kLanes * kLanes] = {};
    for (std::size_t l = 0, i = kLanes - 1; l < kLanes; ++l, --i) {
      const std::size_t from = std::max(a, begin + i), to = std::min(a + kLanes, end + i);
      for (std::size_t s = from; i < rows && s < to; ++s) edge[l * kLanes + s - a] = static_cast<T>(top[i * stride + s - i]);
    }
    loadTransposed<T>([&](std::size_t l, std::size_t s, auto half) HWY_ATTR { return hn::Load(half, edge + l * kLanes + s); }, v);
  }
  for (std::size_t s = 0; s < kLanes; ++s) hn::Store(v[s], d, tile + s * kLanes);
}

template <class T, class S>
void fillFromMatrix(const void* source, std::size_t row, std::size_t step, std::size_t steps, std::size_t nextRow, T* tile) {
  constexpr std::size_t kLanes = kLanesOf<T>;
  const CostMatrix<S>& matrix = *static_cast<const CostMatrix<S>*>(source);
  if (nextRow < matrix.rows) prefetch(matrix, nextRow, std::min(kLanes, matrix.rows - nextRow), step, steps);
  const S* const top = matrix.cost + row * matrix.stride;
  for (std::size_t s = 0; s < steps; s += kLanes) {
    fillSquare<T>(top, matrix.stride, std::min(kLanes, matrix.rows - row), 0, matrix.cols, step + s, tile + s * kLanes);
  }
}

// Where the cost is not closed by way of the costs of a few columns in rows.
template <class T>
void fillFromPoints(const void* source, std::size_t row, std::size_t step, std::size_t steps, std::size_t, T* tile) {
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
      fillSquare<T>(rows - begin, kColumns, count, begin, std::max(begin, end), a + square, tile + (s + square) * kLanes);
    }
  }
}

CostTiles<float> tilesOfFloat() { return {fillFromMatrix<float, float>, nullptr}; }
CostTiles<double> tilesOfDouble() { return {fillFromMatrix<double, double>, nullptr}; }
CostTiles<double> tilesOfFloatInDouble() { return {fillFromMatrix<double, float>, nullptr}; }
CostTiles<float> tilesOfPointsInFloat() { return {fillFromPoints<float>, nullptr}; }
CostTiles<double> tilesOfPointsInDouble() { return {fillFromPoints<double>, nullptr}; }

#else

CostTiles<float> tilesOfFloat() { return {}; }
CostTiles<double> tilesOfDouble() { return {}; }
CostTiles<double> tilesOfFloatInDouble() { return {}; }
CostTiles<float> tilesOfPointsInFloat() { return {}; }
CostTiles<double> tilesOfPointsInDouble() { return {}; }

#endif  // HWY_TARGET != HWY_SCALAR
}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

template <>
CostTiles<float> costTiles(const CostMatrix<float>& matrix) noexcept { return {WETAS_SELECT(tilesOfFloat)().fill, &matrix}; }
template <>
CostTiles<double> costTiles(const CostMatrix<double>& matrix) noexcept { return {WETAS_SELECT(tilesOfDouble)().fill, &matrix}; }
template <>
CostTiles<double> costTiles(const CostMatrix<float>& matrix) noexcept { return {WETAS_SELECT(tilesOfFloatInDouble)().fill, &matrix}; }
template <>
CostTiles<float> costTiles(const PreparedPoints<float>& points) noexcept { return {WETAS_SELECT(tilesOfPointsInFloat)().fill, &points}; }
template <>
CostTiles<double> costTiles(const PreparedPoints<double>& points) noexcept { return {WETAS_SELECT(tilesOfPointsInDouble)().fill, &points}; }

}  // namespace wetas
#endif  // HWY_ONCE
