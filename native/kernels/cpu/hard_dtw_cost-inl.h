// Vectors of cell costs, one channel after another, and of the moves into cells.
#if defined(WETAS_HARD_DTW_COST_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WETAS_HARD_DTW_COST_INL_H_
#undef WETAS_HARD_DTW_COST_INL_H_
#else
#define WETAS_HARD_DTW_COST_INL_H_
#endif

#include <cstddef>
#include <limits>

#include "hwy/highway.h"
#include "kernels/cpu/hard_dtw_cost.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using HardTag = hn::CappedTag<T, 16>;
template <class T>
using HardVector = hn::Vec<HardTag<T>>;
template <class T>
constexpr std::size_t kHardLanes = hn::MaxLanes(HardTag<T>());

// The smaller one; b where one of the two is NaN (on x86 and in scalar code; elsewhere perhaps NaN).
template <class V>
HWY_INLINE V lesser(V a, V b) {
#if HWY_TARGET == HWY_SCALAR
  return hn::IfThenElse(hn::Lt(a, b), a, b);
#else
  return hn::Min(a, b);
#endif
}

// sum + one channel's share. y stands at y, and where one number is not enough the next vector of it `yStep` further.
template <CellCost kCost, class T>
HWY_INLINE HardVector<T> addChannel(HardVector<T> sum, HardVector<T> x, const T* y, std::ptrdiff_t yStep) {
  const HardTag<T> d;
  const auto first = hn::LoadU(d, y);
  if constexpr (kCost == CellCost::kDifference) return hn::Sub(first, x);
  if constexpr (kCost == CellCost::kSquaredEuclidean || kCost == CellCost::kEuclidean) {
    const auto difference = hn::Sub(first, x);
    return hn::MulAdd(difference, difference, sum);
  }
  if constexpr (kCost == CellCost::kAbsolute) return hn::Add(sum, hn::Abs(hn::Sub(first, x)));
  if constexpr (kCost == CellCost::kCosine) return hn::MulAdd(first, x, sum);
  if constexpr (kCost == CellCost::kBinaryCrossEntropy) {
    const auto rest = hn::Sub(hn::Set(d, T(1)), x), second = hn::LoadU(d, y + yStep), zero = hn::Zero(d);
    sum = hn::Sub(sum, hn::IfThenZeroElse(hn::Eq(x, zero), hn::Mul(x, first)));
    return hn::Sub(sum, hn::IfThenZeroElse(hn::Eq(rest, zero), hn::Mul(rest, second)));
  }
}

template <CellCost kCost, class T>
HWY_INLINE HardVector<T> finishCost(HardVector<T> sum) {
  const HardTag<T> d;
  if constexpr (kCost == CellCost::kEuclidean) return hn::Sqrt(sum);
  if constexpr (kCost == CellCost::kCosine) {
    const auto cost = hn::Sub(hn::Set(d, T(1)), sum);
    return hn::IfThenZeroElse(hn::Lt(cost, hn::Zero(d)), cost);  // NaN stays NaN
  }
  return sum;
}

// The cost of the path through a cell.
template <bool kSquare, class T>
HWY_INLINE HardVector<T> throughCell(HardVector<T> cost, HardVector<T> best) {
  if constexpr (kSquare) return hn::MulAdd(cost, cost, best);
  return hn::Add(cost, best);
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
