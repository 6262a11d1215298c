#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/soft_dtw_lanes.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include <algorithm>

#include "kernels/cpu/soft_dtw_lanes.h"
#if HWY_TARGET != HWY_SCALAR
#include "kernels/cpu/extended_exponent-inl.h"
#include "kernels/cpu/lanes-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {
#if HWY_TARGET != HWY_SCALAR

constexpr std::size_t kRenormaliseEvery = 8;  // columns; a mantissa changes by at most 2^2.1 a cell, and a path has few more cells

// [cols, rows, moves, kLanes], then a tile a row, then what one column hands to the next, two vectors a row.
template <class T>
struct LanesSpace {
  static constexpr std::size_t kLanes = kLanesOf<T>, kTile = kLanes * kLanes;
  std::size_t kept, moveCount, tileCount, columnCount;
  T* moves;
  T* tiles;
  T* column;

  LanesSpace(const LanesProblem<T>& problem, bool gradient, void* space)
      : kept(problem.pattern == StepPattern::kSymmetric1 ? 3 : 2), moveCount(gradient ? problem.cols * problem.rows * kept * kLanes : 0),
        tileCount(problem.rows * kTile), columnCount(problem.rows * 2 * kLanes), moves(static_cast<T*>(space)), tiles(moves + moveCount),
        column(tiles + tileCount) {}
  std::size_t bytes() const { return (moveCount + tileCount + columnCount) * sizeof(T); }
};

// Row i of every pair from column `begin` on, turned so that vector s holds column begin + s of all pairs.
template <class T>
HWY_INLINE void loadRow(const LanesProblem<T>& problem, std::size_t pairs, const T* cost, std::size_t i, std::size_t begin, T* HWY_RESTRICT tile) {
  constexpr std::size_t kLanes = kLanesOf<T>;
  const LaneTag<T> d;
  const std::size_t cells = problem.rows * problem.cols, count = std::min(kLanes, problem.cols - begin);
  const T* from = cost + i * problem.cols + begin;
  std::size_t stride = cells;
  HWY_ALIGN T edge[kLanes * kLanes];
  if (pairs < kLanes || count < kLanes) {
    std::fill_n(edge, kLanes * kLanes, T(0));
    for (std::size_t p = 0; p < pairs; ++p) std::copy_n(from + p * cells, count, edge + p * kLanes);
    from = edge;
    stride = kLanes;
  }
  Lanes<T> v[kLanes];
  loadTransposed<T>([=](std::size_t p, std::size_t s, auto half) HWY_ATTR { return hn::LoadU(half, from + p * stride + s); }, v);
  for (std::size_t s = 0; s < kLanes; ++s) hn::Store(v[s], d, tile + s * kLanes);
}

// The other way round.
template <class T>
HWY_INLINE void storeRow(const LanesProblem<T>& problem, std::size_t pairs, const T* HWY_RESTRICT tile, std::size_t i, std::size_t begin, T* gradient) {
  constexpr std::size_t kLanes = kLanesOf<T>;
  const LaneTag<T> d;
  const std::size_t cells = problem.rows * problem.cols, count = std::min(kLanes, problem.cols - begin);
  Lanes<T> v[kLanes];
  for (std::size_t s = 0; s < kLanes; ++s) v[s] = hn::Load(d, tile + s * kLanes);
  T* const to = gradient + i * problem.cols + begin;
  const bool whole = pairs == kLanes && count == kLanes;
  HWY_ALIGN T edge[kLanes * kLanes];
  T* const first = whole ? to : edge;
  const std::size_t stride = whole ? cells : kLanes;
  storeTransposed<T>(v, [=](std::size_t p, std::size_t s, auto half, auto part) HWY_ATTR { hn::StoreU(part, half, first + p * stride + s); });
  for (std::size_t p = 0; !whole && p < pairs; ++p) std::copy_n(edge + p * kLanes, count, to + p * cells);
}

template <class T, bool kUp, bool kKeep>
HWY_INLINE void forwardColumn(const LanesProblem<T>& problem, bool first, bool renormalised, const T* HWY_RESTRICT tiles, T* HWY_RESTRICT column,
                              T* HWY_RESTRICT moves, Powers<T>& powers) {
  constexpr std::size_t kLanes = kLanesOf<T>;
  const LaneTag<T> d;
  const ExponentTag<T> de;
  const Lanes<T> scale = hn::Set(d, problem.scale), largestCost = hn::Set(d, problem.largestCost);
  Scaled<T> diagonal = unreachable<T>(), up = unreachable<T>();
  if (first) diagonal = {hn::Set(d, T(1)), hn::Zero(de)};  // the start (-1, -1)
  for (std::size_t i = 0; i < problem.rows; ++i) {
    T* const z = column + i * 2 * kLanes;
    const Scaled<T> stay{hn::Load(d, z), hn::BitCast(de, hn::Load(d, z + kLanes))};
    const CostFactor<T> k = costFactor<T>(hn::Load(d, tiles + i * LanesSpace<T>::kTile), scale, largestCost);
    powers.meet(k.shifted);
    Cell<T> cell = enterCell<T, kUp>(k, diagonal, stay, up);
    if (renormalised) renormalise<T>(cell.z);
    hn::Store(cell.z.mantissa, d, z);
    hn::Store(hn::BitCast(d, cell.z.exponent), d, z + kLanes);
    if (kKeep) {
      hn::Store(cell.contributions.stay, d, moves);
      hn::Store(cell.contributions.diagonal, d, moves + kLanes);
      if (kUp) hn::Store(cell.contributions.up, d, moves + 2 * kLanes);
      moves += (kUp ? 3 : 2) * kLanes;
    }
    diagonal = stay;
    up = cell.z;
  }
}

template <class T, bool kUp, bool kKeep>
void forwardLanes(const LanesProblem<T>& problem, const LanesSpace<T>& own, std::size_t pairs, const T* cost, ScaledNumber<T>* totals, PowerRange* powers) {
  constexpr std::size_t kLanes = kLanesOf<T>;
  const LaneTag<T> d;
  const Scaled<T> nothing = unreachable<T>();
  for (std::size_t i = 0; i < problem.rows; ++i) {
    hn::Store(nothing.mantissa, d, own.column + i * 2 * kLanes);
    hn::Store(hn::BitCast(d, nothing.exponent), d, own.column + (i * 2 + 1) * kLanes);
  }
  Powers<T> met = Powers<T>::none();
  for (std::size_t begin = 0; begin < problem.cols; begin += kLanes) {
    for (std::size_t i = 0; i < problem.rows; ++i) loadRow(problem, pairs, cost, i, begin, own.tiles + i * own.kTile);
    for (std::size_t j = begin; j < std::min(begin + kLanes, problem.cols); ++j) {
      forwardColumn<T, kUp, kKeep>(problem, j == 0, j % kRenormaliseEvery == 0, own.tiles + (j - begin) * kLanes, own.column,
                                   own.moves + (kKeep ? j * problem.rows * own.kept * kLanes : 0), met);
    }
  }
  HWY_ALIGN typename ExtendedExponent<T>::Exponent exponents[kLanes];
  const T* const last = own.column + (problem.rows - 1) * 2 * kLanes;
  hn::Store(hn::BitCast(ExponentTag<T>(), hn::Load(d, last + kLanes)), ExponentTag<T>(), exponents);
  PowerRange ranges[kLanes];
  storePowers(met, ranges);
  for (std::size_t p = 0; p < pairs; ++p) {
    totals[p] = {last[p], exponents[p]};
    powers[p] = ranges[p];
  }
}

// column: of each row, how many paths the column after this one hands to its cell.
template <class T, bool kUp>
HWY_INLINE void backwardColumn(std::size_t rows, const T* HWY_RESTRICT moves, T* HWY_RESTRICT column, T* HWY_RESTRICT tiles) {
  constexpr std::size_t kLanes = kLanesOf<T>, kKept = kUp ? 3 : 2;
  const LaneTag<T> d;
  Lanes<T> byDiagonal = hn::Zero(d), byUp = hn::Zero(d);
  for (std::size_t i = rows; i-- > 0;) {
    const T* const kept = moves + i * kKept * kLanes;
    const Moves<T> likely = probabilities<T, kUp>({hn::Load(d, kept), hn::Load(d, kept + kLanes), kUp ? hn::Load(d, kept + 2 * kLanes) : hn::Zero(d)});
    const Lanes<T> expected = hn::Add(hn::Load(d, column + i * kLanes), byUp);
    hn::Store(expected, d, tiles + i * LanesSpace<T>::kTile);
    hn::Store(hn::MulAdd(expected, likely.stay, byDiagonal), d, column + i * kLanes);
    byDiagonal = hn::Mul(expected, likely.diagonal);
    if (kUp) byUp = hn::Mul(expected, likely.up);
  }
}

template <class T, bool kUp>
void backwardLanes(const LanesProblem<T>& problem, const LanesSpace<T>& own, std::size_t pairs, const T* lastExpected, T* gradient) {
  constexpr std::size_t kLanes = kLanesOf<T>;
  std::fill(own.column, own.column + problem.rows * kLanes, T(0));
  std::copy(lastExpected, lastExpected + pairs, own.column + (problem.rows - 1) * kLanes);
  for (std::size_t begin = (problem.cols - 1) / kLanes * kLanes;; begin -= kLanes) {
    for (std::size_t j = std::min(begin + kLanes, problem.cols); j-- > begin;) {
      backwardColumn<T, kUp>(problem.rows, own.moves + j * problem.rows * own.kept * kLanes, own.column, own.tiles + (j - begin) * kLanes);
    }
    for (std::size_t i = 0; i < problem.rows; ++i) storeRow(problem, pairs, own.tiles + i * own.kTile, i, begin, gradient);
    if (begin == 0) return;
  }
}

template <class T>
std::size_t lanesSpace(const LanesProblem<T>& problem, bool gradient) {
  return LanesSpace<T>(problem, gradient, nullptr).bytes();
}

template <class T>
void lanesForward(const LanesProblem<T>& problem, std::size_t pairs, bool gradient, const T* cost, void* space, ScaledNumber<T>* totals, PowerRange* powers) {
  const LanesSpace<T> own(problem, gradient, space);
  if (problem.pattern == StepPattern::kSymmetric1) {
    gradient ? forwardLanes<T, true, true>(problem, own, pairs, cost, totals, powers) : forwardLanes<T, true, false>(problem, own, pairs, cost, totals, powers);
  } else {
    gradient ? forwardLanes<T, false, true>(problem, own, pairs, cost, totals, powers) : forwardLanes<T, false, false>(problem, own, pairs, cost, totals, powers);
  }
}

template <class T>
void lanesBackward(const LanesProblem<T>& problem, std::size_t pairs, const T* lastExpected, void* space, T* gradient) {
  const LanesSpace<T> own(problem, true, space);
  problem.pattern == StepPattern::kSymmetric1 ? backwardLanes<T, true>(problem, own, pairs, lastExpected, gradient)
                                              : backwardLanes<T, false>(problem, own, pairs, lastExpected, gradient);
}

const LanesKernel<float>* lanesOfFloat() {
  static constexpr LanesKernel<float> kKernel{kLanesOf<float>, lanesSpace<float>, lanesForward<float>, lanesBackward<float>};
  return &kKernel;
}
const LanesKernel<double>* lanesOfDouble() {
  static constexpr LanesKernel<double> kKernel{kLanesOf<double>, lanesSpace<double>, lanesForward<double>, lanesBackward<double>};
  return &kKernel;
}

#else

const LanesKernel<float>* lanesOfFloat() { return nullptr; }
const LanesKernel<double>* lanesOfDouble() { return nullptr; }

#endif  // HWY_TARGET != HWY_SCALAR
}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

template <>
const LanesKernel<float>* lanesKernel() noexcept { return WETAS_SELECT(lanesOfFloat)(); }
template <>
const LanesKernel<double>* lanesKernel() noexcept { return WETAS_SELECT(lanesOfDouble)(); }

}  // namespace wetas
#endif  // HWY_ONCE
