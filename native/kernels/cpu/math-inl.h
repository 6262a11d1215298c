// exp, log, tanh and sigmoid of float vectors, within a few ulp over the whole range; included once per SIMD target.
// Infinities give the mathematical limit, NaN gives NaN.
#if defined(WETAS_KERNELS_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WETAS_KERNELS_MATH_INL_H_
#undef WETAS_KERNELS_MATH_INL_H_
#else
#define WETAS_KERNELS_MATH_INL_H_
#endif

#include <limits>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class D>
using VectorOfInts = hn::Vec<hn::RebindToSigned<D>>;

// x = n log(2) + r with whole n and |r| <= log(2) / 2: gives n, and q = exp(r) - 1 accurate relative to q. |x| < 2^20.
template <class D, class V = hn::Vec<D>>
HWY_INLINE VectorOfInts<D> reduceExponent(D d, V x, V& q) {
  const hn::RebindToSigned<D> di;
  // Added to 1.5 * 2^23, a number is rounded to the nearest whole one, which then stands in the low bits.
  const V rounder = hn::Set(d, 12582912.0f);
  const V shifted = hn::MulAdd(x, hn::Set(d, 1.44269504f), rounder);
  const V n = hn::Sub(shifted, rounder);
  // log(2) in two parts: the first has so few bits that n times it is exact.
  V r = hn::NegMulAdd(n, hn::Set(d, 0.693359375f), x);
  r = hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4f), r);
  // Cephes' expf.
  V p = hn::Set(d, 1.9875691500e-4f);
  p = hn::MulAdd(p, r, hn::Set(d, 1.3981999507e-3f));
  p = hn::MulAdd(p, r, hn::Set(d, 8.3334519073e-3f));
  p = hn::MulAdd(p, r, hn::Set(d, 4.1665795894e-2f));
  p = hn::MulAdd(p, r, hn::Set(d, 1.6666665459e-1f));
  p = hn::MulAdd(p, r, hn::Set(d, 5.0000001201e-1f));
  q = hn::MulAdd(hn::Mul(r, r), p, r);
  return hn::Sub(hn::BitCast(di, shifted), hn::BitCast(di, rounder));
}

// 2^n for n in [-126, 127].
template <class D>
HWY_INLINE hn::Vec<D> powerOfTwo(D d, VectorOfInts<D> n) {
  const hn::RebindToSigned<D> di;
  return hn::BitCast(d, hn::ShiftLeft<23>(hn::Add(n, hn::Set(di, 127))));
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V passNaN(V x, V result) {
  return hn::IfThenElse(hn::IsNaN(x), x, result);
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V exp(D d, V x) {
  // Beyond these the result is 0 or infinity already.
  const V bounded = hn::Min(hn::Max(x, hn::Set(d, -105.0f)), hn::Set(d, 90.0f));
  V q;
  const auto n = reduceExponent(d, bounded, q);
  // 2^n in two factors, so that results below the smallest normal number and above the largest come out by rounding.
  const auto half = hn::ShiftRight<1>(n);
  const V scaled = hn::Mul(hn::Add(hn::Set(d, 1.0f), q), powerOfTwo(d, half));
  return passNaN<D>(x, hn::Mul(scaled, powerOfTwo(d, hn::Sub(n, half))));
}

// exp(-|x|) and 1 - exp(-|x|), each accurate relative to itself; exp(-|x|) goes no lower than exp(-87.3) = 2^-126.
template <class D, class V = hn::Vec<D>>
HWY_INLINE void decay(D d, V x, V& e, V& complement) {
  V q;
  const V scale = powerOfTwo(d, reduceExponent(d, hn::Max(hn::Or(x, hn::SignBit(d)), hn::Set(d, -87.3f)), q));
  e = hn::MulAdd(scale, q, scale);
  complement = hn::NegMulAdd(scale, q, hn::Sub(hn::Set(d, 1.0f), scale));
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V tanh(D d, V x) {
  // With e = exp(-2|x|), tanh|x| = (1 - e) / (1 + e), which loses no digits near 0.
  V e, complement;
  decay(d, hn::Add(x, x), e, complement);
  return passNaN<D>(x, hn::CopySignToAbs(hn::Div(complement, hn::Add(hn::Set(d, 1.0f), e)), x));
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V sigmoid(D d, V x) {
  const V one = hn::Set(d, 1.0f);
  const V e = exp(d, hn::Neg(hn::Abs(x)));
  return hn::Div(hn::IfThenElse(hn::Lt(x, hn::Zero(d)), e, one), hn::Add(one, e));
}

// log(0) = -infinity, log of a negative number = NaN.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V log(D d, V x) {
  const hn::RebindToSigned<D> di;
  const V one = hn::Set(d, 1.0f);
  const auto subnormal = hn::Lt(x, hn::Set(d, 1.17549435e-38f));
  const V normal = hn::IfThenElse(subnormal, hn::Mul(x, hn::Set(d, 8388608.0f)), x);  // times 2^23
  // normal = 2^n m with m in [sqrt(1/2), sqrt(2)): subtracting the bits of sqrt(1/2) puts the cut between exponents there.
  const auto bits = hn::BitCast(di, normal);
  const auto offset = hn::Set(di, 0x3F3504F3);
  const auto exponent = hn::ShiftRight<23>(hn::Sub(bits, offset));
  const V m = hn::BitCast(d, hn::Sub(bits, hn::ShiftLeft<23>(exponent)));
  const V n = hn::Sub(hn::ConvertTo(d, exponent), hn::IfThenElseZero(subnormal, hn::Set(d, 23.0f)));
  const V f = hn::Sub(m, one);
  // Cephes' logf.
  V p = hn::Set(d, 7.0376836292e-2f);
  p = hn::MulAdd(p, f, hn::Set(d, -1.1514610310e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, 1.1676998740e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, -1.2420140846e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, 1.4249322787e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, -1.6668057665e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, 2.0000714765e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, -2.4999993993e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, 3.3333331174e-1f));
  const V square = hn::Mul(f, f);
  V y = hn::Mul(hn::Mul(square, f), p);
  y = hn::MulAdd(n, hn::Set(d, -2.12194440e-4f), y);
  y = hn::NegMulAdd(square, hn::Set(d, 0.5f), y);
  y = hn::MulAdd(n, hn::Set(d, 0.693359375f), hn::Add(f, y));
  const V infinity = hn::Set(d, std::numeric_limits<float>::infinity());
  y = hn::IfThenElse(hn::Eq(x, infinity), x, y);
  y = hn::IfThenElse(hn::Eq(x, hn::Zero(d)), hn::Neg(infinity), y);
  y = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Set(d, std::numeric_limits<float>::quiet_NaN()), y);
  return passNaN<D>(x, y);
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
