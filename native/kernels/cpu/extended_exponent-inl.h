// The arithmetic of extended_exponent.h for vectors, in float32 and float64.
#if defined(WETAS_EXTENDED_EXPONENT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WETAS_EXTENDED_EXPONENT_INL_H_
#undef WETAS_EXTENDED_EXPONENT_INL_H_
#else
#define WETAS_EXTENDED_EXPONENT_INL_H_
#endif

#include <cmath>
#include <limits>

#include "hwy/highway.h"
#include "kernels/cpu/extended_exponent.h"
#include "kernels/cpu/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {

template <class T>
using Bits = hn::Vec<hn::RebindToSigned<LaneTag<T>>>;
template <class T>
using ExponentTag = hn::Rebind<typename ExtendedExponent<T>::Exponent, LaneTag<T>>;
template <class T>
using Exponents = hn::Vec<ExponentTag<T>>;

template <class T>
HWY_INLINE Bits<T> bitsOf(Lanes<T> v) {
  return hn::BitCast(hn::RebindToSigned<LaneTag<T>>(), v);
}
template <class T>
HWY_INLINE Lanes<T> fromBits(Bits<T> bits) {
  return hn::BitCast(LaneTag<T>(), bits);
}
template <class T>
HWY_INLINE Lanes<T> lanes(T value) {
  return hn::Set(LaneTag<T>(), value);
}

// mantissa * 2^exponent; a mantissa of 0 means that no path leads here.
template <class T>
struct Scaled {
  Lanes<T> mantissa;
  Exponents<T> exponent;
};

template <class T>
HWY_INLINE Scaled<T> unreachable() {
  return {hn::Zero(LaneTag<T>()), hn::Set(ExponentTag<T>(), ExtendedExponent<T>::kUnreachable)};
}

// t - whole for t = a * b, with no rounding but the last: the fraction stays right however large t is.
template <class T>
HWY_INLINE Lanes<T> fractionOfProduct(Lanes<T> a, Lanes<T> b, Lanes<T> whole) {
#if HWY_NATIVE_FMA
  return hn::MulSub(a, b, whole);
#else
  // Each factor as the sum of a high part of half the bits and the exact rest (Dekker 1971): the products of parts are exact.
  const hn::RebindToSigned<LaneTag<T>> di;
  const auto highPart = [di](Lanes<T> v) HWY_ATTR {
    return fromBits<T>(hn::And(bitsOf<T>(v), hn::Set(di, sizeof(T) == 4 ? ~0xFFF : static_cast<hn::TFromD<decltype(di)>>(~0x7FFFFFFLL))));
  };
  const Lanes<T> aHigh = highPart(a), aLow = hn::Sub(a, aHigh), bHigh = highPart(b), bLow = hn::Sub(b, bHigh);
  const Lanes<T> cross = hn::Add(hn::Mul(aHigh, bLow), hn::Mul(aLow, bHigh));
  return hn::Add(hn::Add(hn::Sub(hn::Mul(aHigh, bHigh), whole), cross), hn::Mul(aLow, bLow));
#endif
}

// k of a cell: 2^power, the mantissa in [0.7, 1.42]. `shifted` is the power, rounded, plus the rounding magic.
template <class T>
struct CostFactor {
  Lanes<T> mantissa, shifted;
};

template <class T>
HWY_INLINE CostFactor<T> costFactor(Lanes<T> cost, Lanes<T> scale, Lanes<T> largestCost) {
  using Constants = ExtendedExponent<T>;
  const Lanes<T> magic = lanes<T>(Constants::kRoundingMagic);
  const Lanes<T> bounded = hn::Min(largestCost, cost);  // in this order NaN passes, on x86 too
  const Lanes<T> shifted = hn::MulAdd(bounded, scale, magic);
  const Lanes<T> f = fractionOfProduct<T>(bounded, scale, hn::Sub(shifted, magic));
  Lanes<T> p = lanes<T>(Constants::kExp2[0]);
  for (std::size_t k = 1; k < sizeof(Constants::kExp2) / sizeof(T); ++k) p = hn::MulAdd(p, f, lanes<T>(Constants::kExp2[k]));
  return {p, shifted};
}

template <class T>
HWY_INLINE Exponents<T> exponentOf(const CostFactor<T>& k) {
  const Lanes<T> magic = lanes<T>(ExtendedExponent<T>::kRoundingMagic);
  if constexpr (sizeof(T) == 4) {
    return hn::Sub(bitsOf<T>(k.shifted), bitsOf<T>(magic));
  } else {
    return hn::Sub(k.shifted, magic);
  }
}

// mantissa * 2^(exponent - largest), by way of the exponent bits of the mantissa, which is near 1.
template <class T>
HWY_INLINE Lanes<T> moveWeight(Lanes<T> mantissa, Exponents<T> exponent, Exponents<T> largest) {
  using Constants = ExtendedExponent<T>;
  const ExponentTag<T> de;
  if constexpr (sizeof(T) == 4) {
    const auto shift = hn::Max(hn::Sub(exponent, largest), hn::Set(de, Constants::kLowestShift));
    return fromBits<T>(hn::Add(bitsOf<T>(mantissa), hn::ShiftLeft<23>(shift)));
  } else {
    // The low bits of a whole number plus the magic are the whole number.
    const Lanes<T> magic = lanes<T>(Constants::kRoundingMagic);
    const auto shift = hn::Max(hn::Sub(exponent, hn::Sub(largest, magic)), hn::Set(de, Constants::kRoundingMagic + Constants::kLowestShift));
    return fromBits<T>(hn::Add(bitsOf<T>(mantissa), hn::ShiftLeft<52>(bitsOf<T>(shift))));
  }
}

// What each move into a cell contributes to its mantissa, or how likely a path enters it so.
template <class T>
struct Moves {
  Lanes<T> stay, diagonal, up;
};

template <class T>
struct Cell {
  Scaled<T> z;
  Moves<T> contributions;
};

template <class T, bool kUp>
HWY_INLINE Cell<T> enterCell(const CostFactor<T>& k, const Scaled<T>& diagonal, const Scaled<T>& stay, const Scaled<T>& up) {
  Exponents<T> largest = hn::Max(stay.exponent, diagonal.exponent);
  if (kUp) largest = hn::Max(largest, up.exponent);
  const Lanes<T> byStay = moveWeight<T>(k.mantissa, stay.exponent, largest), byDiagonal = moveWeight<T>(k.mantissa, diagonal.exponent, largest);
  Moves<T> moves{hn::Mul(byStay, stay.mantissa), hn::Mul(byDiagonal, diagonal.mantissa), hn::Zero(LaneTag<T>())};
  Lanes<T> mantissa = hn::MulAdd(byStay, stay.mantissa, moves.diagonal);
  if (kUp) {
    const Lanes<T> byUp = moveWeight<T>(k.mantissa, up.exponent, largest);
    moves.up = hn::Mul(byUp, up.mantissa);
    mantissa = hn::MulAdd(byUp, up.mantissa, mantissa);
  }
  return {{mantissa, hn::Add(largest, exponentOf<T>(k))}, moves};
}

// Of contributions; of no use, but finite, where no path leads.
template <class T, bool kUp>
HWY_INLINE Moves<T> probabilities(const Moves<T>& contributions) {
  // Quotients by way of a rounded inverse would round away 1e-8 of the paths in every cell that has one move only. An inverse a little too
  // small keeps all products below 1, where numbers lie dense, and what that takes away, a negative excess, is then given back.
  constexpr T kTooLarge = 1 + 2 * std::numeric_limits<T>::epsilon(), kNoMantissa = T(1e-30);
  const Lanes<T> one = lanes<T>(1);
  Lanes<T> sum = hn::Add(contributions.stay, contributions.diagonal);
  if (kUp) sum = hn::Add(sum, contributions.up);
  const Lanes<T> inverse = hn::Div(one, hn::MulAdd(sum, lanes<T>(kTooLarge), lanes<T>(kNoMantissa)));
  const Lanes<T> excess = fractionOfProduct<T>(sum, inverse, one);
  const auto quotient = [&](Lanes<T> contribution) HWY_ATTR {
    const Lanes<T> product = hn::Mul(contribution, inverse);
    return hn::NegMulAdd(product, excess, product);
  };
  return {quotient(contributions.stay), quotient(contributions.diagonal), kUp ? quotient(contributions.up) : hn::Zero(LaneTag<T>())};
}

// The exponent bits of a mantissa >= 0.
template <class T>
HWY_INLINE Bits<T> exponentBits(Lanes<T> mantissa) {
  const hn::RebindToUnsigned<LaneTag<T>> unsignedTag;  // AVX2 shifts 64-bit integers fast only without a sign
  return hn::BitCast(hn::RebindToSigned<LaneTag<T>>(), hn::ShiftRight<sizeof(T) == 4 ? 23 : 52>(hn::BitCast(unsignedTag, mantissa)));
}

// Brings the mantissa back to [1, 2), moving its power of two to the exponent. An unreachable cell gets back the exponent below all
// others, so that large negative costs never carry it past a reachable one.
template <class T>
HWY_INLINE void renormalise(Scaled<T>& z) {
  const hn::RebindToSigned<LaneTag<T>> di;
  const auto reachable = hn::Ne(z.mantissa, hn::Zero(LaneTag<T>()));
  const Bits<T> biased = exponentBits<T>(z.mantissa);
  Exponents<T> power;
  Lanes<T> inverse;
  if constexpr (sizeof(T) == 4) {
    power = hn::Sub(biased, hn::Set(di, 127));
    inverse = fromBits<T>(hn::ShiftLeft<23>(hn::Sub(hn::Set(di, 2 * 127), biased)));
  } else {
    // Whole numbers below 2^52 are the low bits of 2^52 plus them.
    const Lanes<T> two52 = lanes<T>(4503599627370496.0);
    power = hn::Sub(fromBits<T>(hn::Or(biased, bitsOf<T>(two52))), lanes<T>(4503599627370496.0 + 1023));
    inverse = fromBits<T>(hn::ShiftLeft<52>(hn::Sub(hn::Set(di, 2 * 1023), biased)));
  }
  inverse = hn::IfThenElseZero(reachable, inverse);
  z.exponent = hn::IfThenElse(hn::RebindMask(ExponentTag<T>(), reachable), hn::Add(z.exponent, power), unreachable<T>().exponent);
  z.mantissa = hn::Mul(z.mantissa, inverse);
}

// The range of the powers met, lane by lane.
template <class T>
struct Powers;

template <>
struct Powers<float> {
  using Tag = hn::RebindToUnsigned<LaneTag<float>>;
  // Bits of shifted powers, which are positive: above them, as unsigned numbers, stand infinity and NaN of either sign.
  hn::Vec<Tag> highest;
  Lanes<float> lowest;

  static Powers none() {
    const Lanes<float> zero = lanes<float>(ExtendedExponent<float>::kRoundingMagic);
    return {hn::BitCast(Tag(), zero), zero};
  }
  HWY_INLINE void meet(Lanes<float> shifted) {
    highest = hn::Max(highest, hn::BitCast(Tag(), shifted));
    lowest = hn::Min(lowest, shifted);
  }
  Lanes<float> highestShifted() const { return hn::BitCast(LaneTag<float>(), highest); }
};

template <>
struct Powers<double> {
  Lanes<double> highest, lowest, infected;  // the last one stays NaN once an infinity or NaN was met

  static Powers none() {
    const Lanes<double> zero = lanes<double>(ExtendedExponent<double>::kRoundingMagic);
    return {zero, zero, hn::Zero(LaneTag<double>())};
  }
  HWY_INLINE void meet(Lanes<double> shifted) {
    highest = hn::Max(highest, shifted);
    lowest = hn::Min(lowest, shifted);
    infected = hn::MulAdd(shifted, hn::Zero(LaneTag<double>()), infected);
  }
  Lanes<double> highestShifted() const { return hn::Add(highest, infected); }
};

// range [lanes]
template <class T>
void storePowers(const Powers<T>& powers, PowerRange* range) {
  const LaneTag<T> d;
  const double magic = ExtendedExponent<T>::kRoundingMagic;
  HWY_ALIGN T highest[kLanesOf<T>], lowest[kLanesOf<T>];
  hn::Store(powers.highestShifted(), d, highest);
  hn::Store(powers.lowest, d, lowest);
  for (std::size_t l = 0; l < kLanesOf<T>; ++l) range[l] = {highest[l] - magic, lowest[l] - magic, std::isfinite(highest[l])};
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
