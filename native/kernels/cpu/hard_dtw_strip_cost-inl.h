// The costs of a strip's cells in the order of its steps, from the points or from a cost matrix.
#if defined(WETAS_HARD_DTW_STRIP_COST_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WETAS_HARD_DTW_STRIP_COST_INL_H_
#undef WETAS_HARD_DTW_STRIP_COST_INL_H_
#else
#define WETAS_HARD_DTW_STRIP_COST_INL_H_
#endif

#include <cstddef>
#include <limits>

#include "hwy/highway.h"
#include "kernels/cpu/hard_dtw_cost-inl.h"
#include "kernels/cpu/hard_dtw_strip.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {

template <class T, int K, CellCost kCost>
void costs(std::size_t channels, const T* HWY_RESTRICT x, const SkewedSeries<T>& y, const StripSteps<T>& strip, T* HWY_RESTRICT cost) {
  constexpr std::size_t S = stripSkew(K), kLanes = kHardLanes<T>;
  const HardTag<T> d;
  using V = HardVector<T>;
  const std::ptrdiff_t yStep = static_cast<std::ptrdiff_t>(S * y.stride);
  const T* from = y.planes + y.base - strip.first / S;
  for (std::size_t t = 0; t < strip.steps; t += S, --from) {
    for (std::size_t c = 0; c < S; ++c) {
      V sum[K];
      for (int k = 0; k < K; ++k) sum[k] = hn::Zero(d);
      const T* yc = from + c * y.stride;
      const T* xc = x;
      for (std::size_t channel = 0; channel < channels; ++channel) {
        for (int k = 0; k < K; ++k) sum[k] = addChannel<kCost, T>(sum[k], hn::Load(d, xc + k * kLanes), yc, yStep);
        xc += K * kLanes;
        yc += static_cast<std::ptrdiff_t>(numbersOfY(kCost)) * yStep;
      }
      for (int k = 0; k < K; ++k) hn::Store(finishCost<kCost, T>(sum[k]), d, cost + k * kLanes);
      cost += K * kLanes;
    }
  }
}

#if HWY_TARGET != HWY_SCALAR
// Rows of kLanes numbers to columns, in place: first within 128-bit blocks, then the blocks.
template <class T>
HWY_INLINE void transposeTile(HardVector<T> (&v)[kHardLanes<T>]) {
  const HardTag<T> d;
  constexpr std::size_t kLanes = kHardLanes<T>, kInBlock = 16 / sizeof(T);
  for (std::size_t i = 0; i < kLanes; i += kInBlock) {
    if constexpr (kInBlock == 2) {
      const auto low = hn::InterleaveLower(d, v[i], v[i + 1]);
      v[i + 1] = hn::InterleaveUpper(d, v[i], v[i + 1]);
      v[i] = low;
    } else {
      const hn::Repartition<double, HardTag<T>> wide;
      const auto low01 = hn::BitCast(wide, hn::InterleaveLower(d, v[i], v[i + 1])), high01 = hn::BitCast(wide, hn::InterleaveUpper(d, v[i], v[i + 1]));
      const auto low23 = hn::BitCast(wide, hn::InterleaveLower(d, v[i + 2], v[i + 3])), high23 = hn::BitCast(wide, hn::InterleaveUpper(d, v[i + 2], v[i + 3]));
      v[i] = hn::BitCast(d, hn::InterleaveLower(wide, low01, low23));
      v[i + 1] = hn::BitCast(d, hn::InterleaveUpper(wide, low01, low23));
      v[i + 2] = hn::BitCast(d, hn::InterleaveLower(wide, high01, high23));
      v[i + 3] = hn::BitCast(d, hn::InterleaveUpper(wide, high01, high23));
    }
  }
#if HWY_MAX_BYTES >= 32
  for (std::size_t i = 0; i < kLanes; i += 2 * kInBlock) {
    for (std::size_t k = i; k < i + kInBlock; ++k) {
      const auto even = v[k], odd = v[k + kInBlock];
      v[k] = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(odd), even);
      v[k + kInBlock] = hn::OddEvenBlocks(odd, hn::SwapAdjacentBlocks(even));
    }
  }
#endif
#if HWY_MAX_BYTES >= 64
  for (std::size_t k = 0; k < kLanes / 2; ++k) {
    const auto low = v[k], high = v[k + kLanes / 2];
    v[k] = hn::ConcatLowerLower(d, high, low);
    v[k + kLanes / 2] = hn::ConcatUpperUpper(d, high, low);
  }
#endif
}
#else
template <class T>
HWY_INLINE void transposeTile(HardVector<T> (&)[1]) {}
#endif

// Columns [begin, begin + kLanes) of a row, +infinity where there are none.
template <class T>
HWY_NOINLINE HardVector<T> edgeOfRow(const T* row, std::ptrdiff_t begin, std::ptrdiff_t cols) {
  constexpr std::ptrdiff_t kWidth = static_cast<std::ptrdiff_t>(kHardLanes<T>);
  HWY_ALIGN T edge[kHardLanes<T>];
  for (std::ptrdiff_t j = begin; j < begin + kWidth; ++j) edge[j - begin] = row != nullptr && j >= 0 && j < cols ? row[j] : std::numeric_limits<T>::infinity();
  return hn::Load(HardTag<T>(), edge);
}

template <class T, int K>
void givenCosts(const T* HWY_RESTRICT matrix, std::size_t stride, std::size_t rows, std::size_t cols, const StripSteps<T>& strip, T* HWY_RESTRICT cost) {
  constexpr std::size_t kLanes = kHardLanes<T>;
  constexpr std::ptrdiff_t S = stripSkew(K), kWidth = static_cast<std::ptrdiff_t>(kLanes);
  const HardTag<T> d;
  const std::ptrdiff_t width = static_cast<std::ptrdiff_t>(cols), step = static_cast<std::ptrdiff_t>(K * stride) - S;
  for (std::size_t s = 0; s < strip.steps; s += kLanes) {
    const std::size_t wanted = HWY_MIN(kLanes, strip.steps - s);
    const std::ptrdiff_t begin = static_cast<std::ptrdiff_t>(strip.first + s);
    const bool inside = rows >= K * kLanes && wanted == kLanes && begin - S * (kWidth - 1) >= 0 && begin + kWidth <= width;
    for (int k = 0; k < K; ++k) {
      HardVector<T> tile[kLanes];
      T* const to = cost + (s * K + static_cast<std::size_t>(k)) * kLanes;
      if (inside) {
        const T* from = matrix + static_cast<std::size_t>(k) * stride + begin;
        for (std::size_t l = 0; l < kLanes; ++l, from += step) tile[l] = hn::LoadU(d, from);
        transposeTile<T>(tile);
        for (std::size_t c = 0; c < kLanes; ++c) hn::Store(tile[c], d, to + c * K * kLanes);
        continue;
      }
      for (std::size_t l = 0; l < kLanes; ++l) {
        const std::size_t row = l * K + static_cast<std::size_t>(k);
        tile[l] = edgeOfRow<T>(row < rows ? matrix + row * stride : nullptr, begin - S * static_cast<std::ptrdiff_t>(l), width);
      }
      transposeTile<T>(tile);
      for (std::size_t c = 0; c < wanted; ++c) hn::Store(tile[c], d, to + c * K * kLanes);
    }
  }
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
