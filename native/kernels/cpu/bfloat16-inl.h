// Rounding to bfloat16, in float32 vectors; included once per SIMD target.
#if defined(WETAS_KERNELS_BFLOAT16_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WETAS_KERNELS_BFLOAT16_INL_H_
#undef WETAS_KERNELS_BFLOAT16_INL_H_
#else
#define WETAS_KERNELS_BFLOAT16_INL_H_
#endif

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// To the nearest, ties to even; NaN stays NaN.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V roundToBfloat16(D d, V x) {
  const hn::RebindToUnsigned<D> du;
  const auto bits = hn::BitCast(du, x);
  const auto isOdd = hn::And(hn::ShiftRight<16>(bits), hn::Set(du, 1));
  const auto rounded = hn::Add(bits, hn::Add(isOdd, hn::Set(du, 0x7fff)));
  return hn::IfThenElse(hn::IsNaN(x), x, hn::BitCast(d, hn::And(rounded, hn::Set(du, 0xffff0000))));
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
