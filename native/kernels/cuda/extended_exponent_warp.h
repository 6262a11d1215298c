// The arithmetic of kernels/cpu/extended_exponent.h for the lanes of a warp, in float32: the operations of extended_exponent-inl.h where that has fused
// multiply-adds, so the same numbers.
#pragma once

#include <cstdint>

#include "kernels/cpu/extended_exponent.h"
#include "kernels/cuda/warp.h"

namespace wetas::cuda {

using Constants = ExtendedExponent<float>;

// mantissa * 2^exponent; a mantissa of 0 means that no path leads here.
template <class Warp>
struct Scaled {
  typename Warp::Float mantissa;
  typename Warp::Int exponent;
};

template <class Warp>
WETAS_DEVICE Scaled<Warp> unreachable() {
  constexpr std::int32_t kUnreachable = Constants::kUnreachable;
  return {0.0f, kUnreachable};
}

template <class Warp>
WETAS_DEVICE Scaled<Warp> select(typename Warp::Mask mask, const Scaled<Warp>& yes, const Scaled<Warp>& no) {
  return {Warp::select(mask, yes.mantissa, no.mantissa), Warp::select(mask, yes.exponent, no.exponent)};
}

template <class Warp>
WETAS_DEVICE Scaled<Warp> shuffleUp(const Scaled<Warp>& z) {
  return {Warp::shuffleUp(z.mantissa), Warp::shuffleUp(z.exponent)};
}

// k of a cell: 2^power, the mantissa in [0.7, 1.42]. `shifted` is the power, rounded, plus the rounding magic.
template <class Warp>
struct CostFactor {
  typename Warp::Float mantissa, shifted;
};

template <class Warp>
WETAS_DEVICE CostFactor<Warp> costFactor(typename Warp::Float cost, float scale, float largestCost) {
  using Float = typename Warp::Float;
  constexpr float kMagic = Constants::kRoundingMagic;
  const Float bounded = Warp::minimumOrNaN(cost, Float(largestCost));
  const Float shifted = Warp::fusedMultiplyAdd(bounded, Float(scale), Float(kMagic));
  const Float f = Warp::fusedMultiplyAdd(bounded, Float(scale), Float(kMagic) - shifted);
  constexpr float kExp2[] = {Constants::kExp2[0], Constants::kExp2[1], Constants::kExp2[2], Constants::kExp2[3], Constants::kExp2[4], Constants::kExp2[5]};
  static_assert(sizeof(kExp2) == sizeof(Constants::kExp2), "all of the polynomial");
  Float p = kExp2[0];
  for (int k = 1; k < 6; ++k) p = Warp::fusedMultiplyAdd(p, f, Float(kExp2[k]));
  return {p, shifted};
}

template <class Warp>
WETAS_DEVICE typename Warp::Int exponentOf(const CostFactor<Warp>& k) {
  using Float = typename Warp::Float;
  constexpr float kMagic = Constants::kRoundingMagic;
  return Warp::bitsOf(k.shifted) - Warp::bitsOf(Float(kMagic));
}

// mantissa * 2^(exponent - largest), by way of the exponent bits of the mantissa, which is near 1.
template <class Warp>
WETAS_DEVICE typename Warp::Float moveWeight(typename Warp::Float mantissa, typename Warp::Int exponent, typename Warp::Int largest) {
  using Int = typename Warp::Int;
  constexpr std::int32_t kLowestShift = Constants::kLowestShift;
  return Warp::fromBits(Warp::bitsOf(mantissa) + Warp::maximum(exponent - largest, Int(kLowestShift)) * Int(1 << 23));
}

// One cell, and how likely a path to it enters it by each move: of no use, but finite, where no path leads here.
template <class Warp>
struct Cell {
  Scaled<Warp> z;
  typename Warp::Float diagonal, stay, up;
};

// kMoves: with the probabilities of the moves.
template <class Warp, bool kUp, bool kMoves>
WETAS_DEVICE Cell<Warp> enterCell(const CostFactor<Warp>& k, const Scaled<Warp>& diagonal, const Scaled<Warp>& stay, const Scaled<Warp>& up) {
  using Float = typename Warp::Float;
  typename Warp::Int largest = Warp::maximum(stay.exponent, diagonal.exponent);
  if (kUp) largest = Warp::maximum(largest, up.exponent);
  Cell<Warp> cell;
  const Float stayWeight = moveWeight<Warp>(k.mantissa, stay.exponent, largest);
  cell.diagonal = moveWeight<Warp>(k.mantissa, diagonal.exponent, largest) * diagonal.mantissa;
  cell.z = {Warp::fusedMultiplyAdd(stayWeight, stay.mantissa, cell.diagonal), largest + exponentOf<Warp>(k)};
  cell.stay = stayWeight * stay.mantissa;
  cell.up = 0.0f;
  if (kUp) {
    const Float upWeight = moveWeight<Warp>(k.mantissa, up.exponent, largest);
    cell.z.mantissa = Warp::fusedMultiplyAdd(upWeight, up.mantissa, cell.z.mantissa);
    cell.up = upWeight * up.mantissa;
  }
  if (kMoves) {
    // An inverse a little too small, whose shortfall is given back: the reason stands in extended_exponent-inl.h.
    constexpr float kTooLarge = 1 + 0x1p-22f, kNoMantissa = 1e-30f;
    Float sum = cell.stay + cell.diagonal;
    if (kUp) sum = sum + cell.up;
    const Float inverse = Warp::inverse(Warp::fusedMultiplyAdd(sum, Float(kTooLarge), Float(kNoMantissa)));
    const Float excess = Warp::fusedMultiplyAdd(sum, inverse, Float(-1.0f));
    const auto quotient = [&](Float dividend) {
      const Float product = dividend * inverse;
      return Warp::fusedMultiplyAdd(-product, excess, product);
    };
    cell.diagonal = quotient(cell.diagonal);
    cell.stay = quotient(cell.stay);
    if (kUp) cell.up = quotient(cell.up);
  }
  return cell;
}

// Brings the mantissa back to [1, 2), moving its power of two to the exponent. An unreachable cell gets back the exponent below all
// others, so that large negative costs never carry it past a reachable one.
template <class Warp>
WETAS_DEVICE void renormalise(Scaled<Warp>& z) {
  using Float = typename Warp::Float;
  using Int = typename Warp::Int;
  const Int biased = Warp::bitsOf(z.mantissa) >> 23;
  const Scaled<Warp> normal{z.mantissa * Warp::fromBits((Int(2 * 127) - biased) * Int(1 << 23)), z.exponent + (biased - Int(127))};
  z = select<Warp>(z.mantissa != Float(0.0f), normal, unreachable<Warp>());
}

// The range of the powers met, lane by lane, each with the rounding magic; the highest is NaN once one was.
template <class Warp>
struct Powers {
  typename Warp::Float highest, lowest;

  static WETAS_DEVICE Powers none() {
    constexpr float kMagic = Constants::kRoundingMagic;
    return {kMagic, kMagic};
  }
  WETAS_DEVICE void meet(typename Warp::Float shifted) {
    highest = Warp::maximumOrNaN(highest, shifted);
    lowest = Warp::minimum(lowest, shifted);
  }
  WETAS_DEVICE Powers with(const Powers& others) const { return {Warp::maximumOrNaN(highest, others.highest), Warp::minimum(lowest, others.lowest)}; }
  // The same in every lane: the range of all.
  WETAS_DEVICE Powers overLanes() const {
    Powers all = *this;
    for (int distance = kWarpLanes / 2; distance > 0; distance /= 2) all = all.with({Warp::exchange(all.highest, distance), Warp::exchange(all.lowest, distance)});
    return all;
  }
};

}  // namespace wetas::cuda
