// The arithmetic of the float32 soft-DTW kernels, for vectors. Instead of r they carry z = exp(-r / gamma), whose recurrence is linear:
//   z[i,j] = k[i,j] (z[i-1,j-1] + z[i,j-1] + z[i-1,j]),   k = exp(-cost / gamma) = 2^(cost * scale)
// z leaves the range of any float, so it is kept as mantissa * 2^exponent, both 32 bits wide: no logarithm, no division and one
// short polynomial a cell, and the exponents make the long sums exactly. soft_dtw_plain.cc says the same without vectors.
#if defined(WETAS_EXTENDED_EXPONENT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WETAS_EXTENDED_EXPONENT_INL_H_
#undef WETAS_EXTENDED_EXPONENT_INL_H_
#else
#define WETAS_EXTENDED_EXPONENT_INL_H_
#endif

#include "hwy/highway.h"
#include "kernels/cpu/float_lanes-inl.h"
#include "kernels/cpu/soft_dtw_fast.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {

// mantissa * 2^exponent; a mantissa of 0 means that no path leads here.
struct Scaled {
  Floats mantissa;
  Ints exponent;
};

HWY_INLINE Scaled unreachable() { return {hn::Zero(FloatTag()), hn::Set(IntTag(), kUnreachableExponent)}; }

// t - whole for t = a * b, with no rounding but the last: the fraction stays right however large t is.
HWY_INLINE Floats fractionOfProduct(Floats a, Floats b, Floats whole) {
#if HWY_NATIVE_FMA
  return hn::MulSub(a, b, whole);
#else
  // Each factor as the sum of a high part of 12 bits and the exact rest (Dekker 1971): the products of parts are exact.
  const FloatTag d;
  const auto high = [d](Floats v) { return hn::BitCast(d, hn::And(hn::BitCast(IntTag(), v), hn::Set(IntTag(), ~0xFFF))); };
  const Floats aHigh = high(a), aLow = hn::Sub(a, aHigh), bHigh = high(b), bLow = hn::Sub(b, bHigh);
  const Floats cross = hn::Add(hn::Mul(aHigh, bLow), hn::Mul(aLow, bHigh));
  return hn::Add(hn::Add(hn::Sub(hn::Mul(aHigh, bHigh), whole), cross), hn::Mul(aLow, bLow));
#endif
}

// k of a cell: 2^(cost * scale), the mantissa in [0.7, 1.42].
HWY_INLINE Scaled costFactor(Floats cost, Floats scale, Floats largestCost) {
  const FloatTag d;
  const IntTag di;
  const Floats magic = hn::Set(d, kRoundingMagic);
  const Floats bounded = hn::Min(cost, largestCost);
  const Floats shifted = hn::MulAdd(bounded, scale, magic);  // adding 1.5 * 2^23 rounds to a whole number
  const Floats f = fractionOfProduct(bounded, scale, hn::Sub(shifted, magic));
  Floats p = hn::Set(d, kExp2Coefficients[0]);
  for (int k = 1; k < 6; ++k) p = hn::MulAdd(p, f, hn::Set(d, kExp2Coefficients[k]));
  return {p, hn::Sub(hn::BitCast(di, shifted), hn::BitCast(di, magic))};
}

// One cell, and what each cell it was entered from contributes to its mantissa: mantissa = sum of weight * their mantissa.
struct Cell {
  Scaled z;
  Floats diagonal, stay, up;
};

// k * 2^(exponent - largest), by way of the exponent bits of k's mantissa. Below 2^-100 nothing is left to add, and denormals are slow.
HWY_INLINE Floats moveWeight(const Scaled& k, Ints exponent, Ints largest) {
  const IntTag di;
  const Ints shift = hn::Max(hn::Sub(exponent, largest), hn::Set(di, -100));
  return hn::BitCast(FloatTag(), hn::Add(hn::BitCast(di, k.mantissa), hn::ShiftLeft<23>(shift)));
}

template <bool kUp>
HWY_INLINE Cell enterCell(const Scaled& k, const Scaled& diagonal, const Scaled& stay, const Scaled& up) {
  Ints largest = hn::Max(stay.exponent, diagonal.exponent);
  if (kUp) largest = hn::Max(largest, up.exponent);
  Cell cell;
  cell.diagonal = moveWeight(k, diagonal.exponent, largest);
  cell.stay = moveWeight(k, stay.exponent, largest);
  cell.z.mantissa = hn::MulAdd(cell.stay, stay.mantissa, hn::Mul(cell.diagonal, diagonal.mantissa));
  cell.up = hn::Zero(FloatTag());
  if (kUp) {
    cell.up = moveWeight(k, up.exponent, largest);
    cell.z.mantissa = hn::MulAdd(cell.up, up.mantissa, cell.z.mantissa);
  }
  cell.z.exponent = hn::Add(largest, k.exponent);
  return cell;
}

// Brings the mantissa back to [1, 2), moving its power of two to the exponent, and the weights with it. An unreachable cell
// gets back the exponent below all others, so that large negative costs never carry it past a reachable one.
HWY_INLINE void renormalise(Cell& cell) {
  const FloatTag d;
  const IntTag di;
  const Ints one = hn::Set(di, 127);
  const auto reachable = hn::Ne(cell.z.mantissa, hn::Zero(d));
  const Ints bits = hn::BitCast(di, cell.z.mantissa);
  const Ints power = hn::Sub(hn::ShiftRight<23>(bits), one);
  const Floats inverse = hn::IfThenElseZero(reachable, hn::BitCast(d, hn::ShiftLeft<23>(hn::Sub(one, power))));
  cell.z.mantissa = hn::Mul(cell.z.mantissa, inverse);
  cell.z.exponent = hn::IfThenElse(hn::RebindMask(di, reachable), hn::Add(cell.z.exponent, power), hn::Set(di, kUnreachableExponent));
  cell.diagonal = hn::Mul(cell.diagonal, inverse);
  cell.stay = hn::Mul(cell.stay, inverse);
  cell.up = hn::Mul(cell.up, inverse);
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
