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

// In place: first within 128-bit blocks, then blocks within 256-bit halves, then the halves.
template <class T>
HWY_INLINE void transpose(Lanes<T> (&v)[kLanesOf<T>]) {
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
#if HWY_MAX_BYTES >= 32
  for (std::size_t i = 0; i < kLanes; i += 2 * kBlock) {
    for (std::size_t k = i; k < i + kBlock; ++k) {
      const Lanes<T> even = v[k], odd = v[k + kBlock];
      v[k] = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(odd), even);
      v[k + kBlock] = hn::OddEvenBlocks(odd, hn::SwapAdjacentBlocks(even));
    }
  }
#endif
#if HWY_MAX_BYTES >= 64
  for (std::size_t k = 0; k < 2 * kBlock; ++k) {
    const Lanes<T> low = v[k], high = v[k + 2 * kBlock];
    v[k] = hn::ConcatLowerLower(d, high, low);
    v[k + 2 * kBlock] = hn::ConcatUpperUpper(d, high, low);
  }
#endif
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
