#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/expected_rows.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include <algorithm>
#include <cstdint>

#include "hwy/cache_control.h"
#include "kernels/cpu/expected_rows.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T, class D>
HWY_INLINE hn::Vec<D> loadAs(D d, const T* from) {
  if constexpr (sizeof(T) == sizeof(hn::TFromD<D>)) {
    return hn::LoadU(d, from);
  } else {
    return hn::DemoteTo(d, hn::LoadU(hn::Rebind<T, D>(), from));
  }
}

// Less than a vector, where calls of memmove would take longer.
template <class T, class S>
HWY_INLINE void storeFew(std::size_t count, const T* from, S* to) {
  const hn::CappedTag<S, 16 / sizeof(T)> d;
  std::size_t j = 0;
  for (; j + hn::Lanes(d) <= count; j += hn::Lanes(d)) hn::StoreU(loadAs(d, from + j), d, to + j);
  for (; j < count; ++j) to[j] = static_cast<S>(from[j]);
}

// Vectors of S at aligned places, the rest in small pieces: so no line of the target is read before it is written.
template <class T, class S>
void storeRows(std::size_t rows, std::size_t count, const T* from, std::size_t fromStride, S* to, std::size_t toStride, bool streamed) {
  const hn::Rebind<S, hn::ScalableTag<T>> d;
  const std::size_t lanes = hn::Lanes(d), bytes = lanes * sizeof(S);
  for (std::size_t i = 0; i < rows; ++i, from += fromStride, to += toStride) {
    const std::size_t off = reinterpret_cast<std::uintptr_t>(to) % bytes;
    std::size_t j = off == 0 ? 0 : std::min(count, (bytes - off) / sizeof(S));
    storeFew(j, from, to);
    for (; streamed && j + lanes <= count; j += lanes) hn::Stream(loadAs(d, from + j), d, to + j);
    for (; j + lanes <= count; j += lanes) hn::Store(loadAs(d, from + j), d, to + j);
    storeFew(count - j, from + j, to + j);
  }
}

void storeFloats(std::size_t rows, std::size_t count, const float* from, std::size_t fromStride, float* to, std::size_t toStride, bool streamed) {
  storeRows(rows, count, from, fromStride, to, toStride, streamed);
}
void storeDoubles(std::size_t rows, std::size_t count, const double* from, std::size_t fromStride, double* to, std::size_t toStride, bool streamed) {
  storeRows(rows, count, from, fromStride, to, toStride, streamed);
}
void storeDoublesAsFloats(std::size_t rows, std::size_t count, const double* from, std::size_t fromStride, float* to, std::size_t toStride, bool streamed) {
  storeRows(rows, count, from, fromStride, to, toStride, streamed);
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

template <>
void storeExpectedRows(std::size_t rows, std::size_t count, const float* from, std::size_t fromStride, float* to, std::size_t toStride, bool streamed) noexcept {
  WETAS_SELECT(storeFloats)(rows, count, from, fromStride, to, toStride, streamed);
}
template <>
void storeExpectedRows(std::size_t rows, std::size_t count, const double* from, std::size_t fromStride, double* to, std::size_t toStride, bool streamed) noexcept {
  WETAS_SELECT(storeDoubles)(rows, count, from, fromStride, to, toStride, streamed);
}
template <>
void storeExpectedRows(std::size_t rows, std::size_t count, const double* from, std::size_t fromStride, float* to, std::size_t toStride, bool streamed) noexcept {
  WETAS_SELECT(storeDoublesAsFloats)(rows, count, from, fromStride, to, toStride, streamed);
}

void flushStreamed() noexcept { hwy::FlushStream(); }

}  // namespace wetas
#endif  // HWY_ONCE
