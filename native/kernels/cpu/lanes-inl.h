// What the kernels with lanes across the rows of a pair share: full vectors of T, moves by one lane, and square tiles, lanes x lanes,
// turned between "a row of memory in a vector" and "a column in a vector".
#if defined(WETAS_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WETAS_LANES_INL_H_
#undef WETAS_LANES_INL_H_
#else
#define WETAS_LANES_INL_H_
#endif

#include <cstddef>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using LaneTag = hn::CappedTag<T, 64 / sizeof(T)>;
template <class T>
using Lanes = hn::Vec<LaneTag<T>>;
template <class T>
constexpr std::size_t kLanesOf = hn::MaxLanes(LaneTag<T>());

// Lane i gets lane i + 1, the last one that of `next`, a vector of equal numbers.
template <class T>
HWY_INLINE Lanes<T> shiftDown(Lanes<T> v, Lanes<T> next) {
  const LaneTag<T> d;
  if constexpr (kLanesOf<T> * sizeof(T) == 16) {
    return hn::CombineShiftRightBytes<sizeof(T)>(d, next, v);
#if HWY_TARGET == HWY_AVX3
  } else if constexpr (sizeof(T) == 4) {
    return Lanes<T>{_mm512_castsi512_ps(_mm512_alignr_epi32(_mm512_castps_si512(next.raw), _mm512_castps_si512(v.raw), 1))};
  } else {
    return Lanes<T>{_mm512_castsi512_pd(_mm512_alignr_epi64(_mm512_castpd_si512(next.raw), _mm512_castpd_si512(v.raw), 1))};
#elif HWY_MAX_BYTES == 32
  } else {
    return hn::CombineShiftRightBytes<sizeof(T)>(d, hn::ConcatLowerUpper(d, next, v), v);
#endif
  }
}

// Lane i + 1 gets lane i, the first one that of `previous`, a vector of equal numbers.
template <class T>
HWY_INLINE Lanes<T> shiftUp(Lanes<T> v, Lanes<T> previous) {
  const LaneTag<T> d;
  if constexpr (kLanesOf<T> * sizeof(T) == 16) {
    return hn::CombineShiftRightBytes<16 - sizeof(T)>(d, v, previous);
#if HWY_TARGET == HWY_AVX3
  } else if constexpr (sizeof(T) == 4) {
    return Lanes<T>{_mm512_castsi512_ps(_mm512_alignr_epi32(_mm512_castps_si512(v.raw), _mm512_castps_si512(previous.raw), 15))};
  } else {
    return Lanes<T>{_mm512_castsi512_pd(_mm512_alignr_epi64(_mm512_castpd_si512(v.raw), _mm512_castpd_si512(previous.raw), 7))};
#elif HWY_MAX_BYTES == 32
  } else {
    return hn::CombineShiftRightBytes<16 - sizeof(T)>(d, v, hn::ConcatLowerLower(d, v, previous));
#endif
  }
}

// Within each part of a square tile, lanes x lanes / 2: first within 128-bit blocks, then blocks within halves.
template <class T>
HWY_INLINE void transposeHalves(Lanes<T> (&v)[kLanesOf<T>]) {
  const LaneTag<T> d;
  constexpr std::size_t kLanes = kLanesOf<T>, kBlock = 16 / sizeof(T);
  for (std::size_t i = 0; i < kLanes; i += kBlock) {
    if constexpr (sizeof(T) == 4) {
      const hn::Repartition<double, LaneTag<T>> wide;
      const auto low01 = hn::BitCast(wide, hn::InterleaveLower(d, v[i], v[i + 1]));
      const auto high01 = hn::BitCast(wide, hn::InterleaveUpper(d, v[i], v[i + 1]));
      const auto low23 = hn::BitCast(wide, hn::InterleaveLower(d, v[i + 2], v[i + 3]));
      const auto high23 = hn::BitCast(wide, hn::InterleaveUpper(d, v[i + 2], v[i + 3]));
      v[i] = hn::BitCast(d, hn::InterleaveLower(wide, low01, low23));
      v[i + 1] = hn::BitCast(d, hn::InterleaveUpper(wide, low01, low23));
      v[i + 2] = hn::BitCast(d, hn::InterleaveLower(wide, high01, high23));
      v[i + 3] = hn::BitCast(d, hn::InterleaveUpper(wide, high01, high23));
    } else {
      const Lanes<T> even = v[i], odd = v[i + 1];
      v[i] = hn::InterleaveLower(d, even, odd);
      v[i + 1] = hn::InterleaveUpper(d, even, odd);
    }
  }
#if HWY_MAX_BYTES >= 64
  for (std::size_t i = 0; i < kLanes; i += 2 * kBlock) {
    for (std::size_t k = i; k < i + kBlock; ++k) {
      const Lanes<T> even = v[k], odd = v[k + kBlock];
      v[k] = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(odd), even);
      v[k + kBlock] = hn::OddEvenBlocks(odd, hn::SwapAdjacentBlocks(even));
    }
  }
#endif
}

// Turns a square tile whose row i is load(i, 0, d), or in halves load(i, 0, half) and load(i, lanes / 2, half): vector s gets the
// elements s of all rows. Halves meet in memory operations instead of shuffles.
template <class T, class Load>
HWY_INLINE void loadTransposed(const Load& load, Lanes<T> (&v)[kLanesOf<T>]) {
  const LaneTag<T> d;
  constexpr std::size_t kLanes = kLanesOf<T>;
  if constexpr (kLanes * sizeof(T) == 16) {
    for (std::size_t i = 0; i < kLanes; ++i) v[i] = load(i, 0, d);
  } else {
    const hn::Half<LaneTag<T>> half;
    for (std::size_t i = 0; i < kLanes / 2; ++i) {
      v[i] = hn::Combine(d, load(i + kLanes / 2, 0, half), load(i, 0, half));
      v[i + kLanes / 2] = hn::Combine(d, load(i + kLanes / 2, kLanes / 2, half), load(i, kLanes / 2, half));
    }
  }
  transposeHalves<T>(v);
}

// The other way round: store(i, 0, whole) or store(i, 0, half) and store(i, lanes / 2, half) for every row.
template <class T, class Store>
HWY_INLINE void storeTransposed(Lanes<T> (&v)[kLanesOf<T>], const Store& store) {
  const LaneTag<T> d;
  constexpr std::size_t kLanes = kLanesOf<T>;
  transposeHalves<T>(v);
  if constexpr (kLanes * sizeof(T) == 16) {
    for (std::size_t i = 0; i < kLanes; ++i) store(i, 0, d, v[i]);
  } else {
    const hn::Half<LaneTag<T>> half;
    for (std::size_t i = 0; i < kLanes / 2; ++i) {
      store(i, 0, half, hn::LowerHalf(half, v[i]));
      store(i, kLanes / 2, half, hn::LowerHalf(half, v[i + kLanes / 2]));
      store(i + kLanes / 2, 0, half, hn::UpperHalf(half, v[i]));
      store(i + kLanes / 2, kLanes / 2, half, hn::UpperHalf(half, v[i + kLanes / 2]));
    }
  }
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
