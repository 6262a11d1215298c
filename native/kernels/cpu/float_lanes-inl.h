// What the float32 DTW kernels share: their vectors, and square tiles, kLanes x kLanes, turned between "a row of memory in a
// vector" and "a column in a vector".
#if defined(WETAS_FLOAT_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WETAS_FLOAT_LANES_INL_H_
#undef WETAS_FLOAT_LANES_INL_H_
#else
#define WETAS_FLOAT_LANES_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::CappedTag<float, 16>;
using IntTag = hn::RebindToSigned<FloatTag>;
using Floats = hn::Vec<FloatTag>;
using Ints = hn::Vec<IntTag>;
constexpr std::size_t kLanes = hn::MaxLanes(FloatTag());

// For TableLookupLanes: lane i gets lane i + by, round the end.
HWY_INLINE auto rotation(std::size_t by) {
  HWY_ALIGN std::int32_t index[kLanes];
  for (std::size_t i = 0; i < kLanes; ++i) index[i] = static_cast<std::int32_t>((i + by) % kLanes);
  return hn::SetTableIndices(FloatTag(), index);
}

// In place: first 4 x 4 within 128-bit blocks, then blocks within 256-bit halves, then the halves.
HWY_INLINE void transpose(Floats (&v)[kLanes]) {
  const FloatTag d;
  const hn::Repartition<double, FloatTag> wide;
  for (std::size_t i = 0; i < kLanes; i += 4) {
    const auto pairs01Low = hn::BitCast(wide, hn::InterleaveLower(d, v[i], v[i + 1]));
    const auto pairs01High = hn::BitCast(wide, hn::InterleaveUpper(d, v[i], v[i + 1]));
    const auto pairs23Low = hn::BitCast(wide, hn::InterleaveLower(d, v[i + 2], v[i + 3]));
    const auto pairs23High = hn::BitCast(wide, hn::InterleaveUpper(d, v[i + 2], v[i + 3]));
    v[i] = hn::BitCast(d, hn::InterleaveLower(wide, pairs01Low, pairs23Low));
    v[i + 1] = hn::BitCast(d, hn::InterleaveUpper(wide, pairs01Low, pairs23Low));
    v[i + 2] = hn::BitCast(d, hn::InterleaveLower(wide, pairs01High, pairs23High));
    v[i + 3] = hn::BitCast(d, hn::InterleaveUpper(wide, pairs01High, pairs23High));
  }
#if HWY_MAX_BYTES >= 32
  for (std::size_t i = 0; i < kLanes; i += 8) {
    for (std::size_t k = i; k < i + 4; ++k) {
      const Floats even = v[k], odd = v[k + 4];
      v[k] = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(odd), even);
      v[k + 4] = hn::OddEvenBlocks(odd, hn::SwapAdjacentBlocks(even));
    }
  }
#endif
#if HWY_MAX_BYTES >= 64
  for (std::size_t k = 0; k < 8; ++k) {
    const Floats low = v[k], high = v[k + 8];
    v[k] = hn::ConcatLowerLower(d, high, low);
    v[k + 8] = hn::ConcatUpperUpper(d, high, low);
  }
#endif
}

// Column c of lane i's row stands at source(i)[c]; lanes may start at different columns. vector s of `tile` gets column
// first(i) + s of every lane i, and 0 where that is outside [0, cols) or the lane has no row (null).
template <class Source, class First>
HWY_INLINE void loadTile(const Source& source, const First& first, std::ptrdiff_t cols, float* HWY_RESTRICT tile) {
  const FloatTag d;
  Floats v[kLanes];
  for (std::size_t i = 0; i < kLanes; ++i) {
    const float* const row = source(i);
    const std::ptrdiff_t begin = first(i), end = begin + static_cast<std::ptrdiff_t>(kLanes);
    if (row != nullptr && begin >= 0 && end <= cols) {
      v[i] = hn::LoadU(d, row + begin);
      continue;
    }
    HWY_ALIGN float edge[kLanes] = {};
    const std::ptrdiff_t from = std::max<std::ptrdiff_t>(begin, 0), to = std::min(end, cols);
    if (row != nullptr && from < to) std::memcpy(edge + (from - begin), row + from, static_cast<std::size_t>(to - from) * sizeof(float));
    v[i] = hn::Load(d, edge);
  }
  transpose(v);
  for (std::size_t s = 0; s < kLanes; ++s) hn::Store(v[s], d, tile + s * kLanes);
}

// The other way round: writes what lies inside [0, cols) of lanes that have a row, and nothing else.
template <class Target, class First>
HWY_INLINE void storeTile(const float* HWY_RESTRICT tile, const Target& target, const First& first, std::ptrdiff_t cols) {
  const FloatTag d;
  Floats v[kLanes];
  for (std::size_t s = 0; s < kLanes; ++s) v[s] = hn::Load(d, tile + s * kLanes);
  transpose(v);
  for (std::size_t i = 0; i < kLanes; ++i) {
    float* const row = target(i);
    if (row == nullptr) continue;
    const std::ptrdiff_t begin = first(i), end = begin + static_cast<std::ptrdiff_t>(kLanes);
    if (begin >= 0 && end <= cols) {
      hn::StoreU(v[i], d, row + begin);
      continue;
    }
    HWY_ALIGN float edge[kLanes];
    hn::Store(v[i], d, edge);
    const std::ptrdiff_t from = std::max<std::ptrdiff_t>(begin, 0), to = std::min(end, cols);
    if (from < to) std::memcpy(row + from, edge + (from - begin), static_cast<std::size_t>(to - from) * sizeof(float));
  }
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
