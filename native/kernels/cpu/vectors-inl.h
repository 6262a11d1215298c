// Walking an array vector by vector; included once per SIMD target.
#if defined(WETAS_KERNELS_VECTORS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WETAS_KERNELS_VECTORS_INL_H_
#undef WETAS_KERNELS_VECTORS_INL_H_
#else
#define WETAS_KERNELS_VECTORS_INL_H_
#endif

#include <cstddef>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Calls f(d, i) for whole vectors of floats from i on, then for the single elements that are left.
template <class F>
HWY_INLINE void forEachVector(std::size_t count, const F& f) {
  const hn::CappedTag<float, 16> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) f(d, i);
  for (; i < count; ++i) f(hn::CappedTag<float, 1>(), i);
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
