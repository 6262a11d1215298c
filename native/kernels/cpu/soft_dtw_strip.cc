// Lanes are kLanes consecutive rows of one pair, a strip (cost_tiles.h has their order): each stands one column behind the row above it.
// Step a of a strip does column a - i of its row i. The last row of a strip is carried to the next one as a boundary row.
// Lanes outside the matrix run along on costs of 0 and are reached by nothing (before the first column) or read by nothing (after
// the last one); below the last row they hand its numbers down, so that the last boundary row is always the matrix's last row.
#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/soft_dtw_strip.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "kernels/cpu/soft_dtw_strip.h"
#if HWY_TARGET != HWY_SCALAR
#include "kernels/cpu/extended_exponent-inl.h"
#include "kernels/cpu/lanes-inl.h"
#include "kernels/cpu/soft_dtw_strip_space-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {
#if HWY_TARGET != HWY_SCALAR

template <class T>
struct Constants {
  Lanes<T> scale, largestCost, penaltyMantissa;
  Exponents<T> penaltyExponent;
  explicit Constants(const StripProblem<T>& problem)
      : scale(lanes<T>(problem.scale)), largestCost(lanes<T>(problem.largestCost)), penaltyMantissa(lanes<T>(problem.penaltyFactor.mantissa)),
        penaltyExponent(hn::Set(ExponentTag<T>(), problem.penaltyFactor.exponent)) {}
};

// Which steps of a strip's lanes lie in its rows' intervals, for the blocks where not all do.
template <class T>
struct LaneLimits {
  HWY_ALIGN T first[kLanesOf<T>], end[kLanesOf<T>];
  std::size_t without;   // lanes below the last row, the first ones
  bool always;           // no block does without
  std::size_t allBegun, noneEnded;  // steps [allBegun, noneEnded) are inside in every lane

  LaneLimits(const StripProblem<T>& problem, std::size_t row, std::size_t rows) {
    constexpr std::size_t kLanes = kLanesOf<T>;
    constexpr T kFar = T(1 << 30);
    without = kLanes - rows;
    always = without != 0 || problem.penaltyFactor.mantissa != 1 || problem.penaltyFactor.exponent != 0;
    allBegun = 0;
    noneEnded = std::size_t{1} << 30;
    for (std::size_t l = 0; l < kLanes; ++l) {
      first[l] = -kFar;
      end[l] = kFar;
      const std::size_t i = kLanes - 1 - l;
      if (i >= rows || problem.begin == nullptr) continue;
      const std::size_t begins = static_cast<std::size_t>(problem.begin[row + i]), ends = static_cast<std::size_t>(problem.end[row + i]);
      first[l] = static_cast<T>(begins + i);
      end[l] = static_cast<T>(ends + i);
      allBegun = std::max(allBegun, begins + i);
      noneEnded = std::min(noneEnded, ends + i);
    }
  }
  bool needed(std::size_t step, std::size_t steps) const { return always || step < allBegun || step + steps > noneEnded; }
};

// The costs wanted after a strip, to be prefetched: its rows are many streams at once, more than the hardware follows. A few bytes every
// step, because memory takes few requests at a time.
struct NextCosts {
  const char* at;
  std::size_t bytesOfStep;
};

// What a run of forward steps leaves: the row below, what the moves contribute, or both.
enum class Leave { kRow, kRowAndMoves, kMoves };

// `steps` steps of a block from step a on. `above` points at the boundary row at column a; `below` at column a - (kLanes - 1).
template <class T, bool kUp, Leave kLeave, bool kLimited>
HWY_NOINLINE void forwardBlock(const Constants<T>& constants, const LaneLimits<T>& limits, std::size_t a, std::size_t steps,
                               NextCosts next, const T* HWY_RESTRICT tile, BoundaryRow<T> above, BoundaryRow<T> below, T* HWY_RESTRICT moves,
                               Carry<T>& carried, Powers<T>& metPowers) {
  constexpr std::size_t kLanes = kLanesOf<T>;
  constexpr bool kBoundary = kLeave != Leave::kMoves, kKeep = kLeave != Leave::kRow;
  const LaneTag<T> d;
  const ExponentTag<T> de;
  const Lanes<T> scale = constants.scale, largestCost = constants.largestCost;
  Carry<T> carry = carried;
  Powers<T> powers = metPowers;
  const auto step = [&](std::size_t s, auto renormalised) HWY_ATTR {
    __builtin_prefetch(next.at + (a + s) * next.bytesOfStep, 0, 2);  // to the second-level cache
    const Scaled<T> up{shiftDown<T>(carry.stay.mantissa, hn::Set(d, above.mantissa[s])),
                       hn::BitCast(de, shiftDown<T>(hn::BitCast(d, carry.stay.exponent), hn::Set(d, above.exponent[s])))};
    Lanes<T> cost = hn::Load(d, tile + s * kLanes);
    auto inside = hn::FirstN(d, kLanes);
    if (kLimited) {
      const Lanes<T> now = hn::Set(d, static_cast<T>(a + s));
      inside = hn::And(hn::Le(hn::Load(d, limits.first), now), hn::Lt(now, hn::Load(d, limits.end)));
      cost = hn::IfThenElseZero(inside, cost);
    }
    const CostFactor<T> k = costFactor<T>(cost, scale, largestCost);
    powers.meet(k.shifted);
    Cell<T> cell;
    if (kLimited) {
      const auto penalised = [&](const Scaled<T>& z) HWY_ATTR {
        return Scaled<T>{hn::Mul(z.mantissa, constants.penaltyMantissa), hn::Add(z.exponent, constants.penaltyExponent)};
      };
      cell = enterCell<T, kUp>(k, carry.diagonal, penalised(carry.stay), penalised(up));
      cell.z.mantissa = hn::IfThenElseZero(inside, cell.z.mantissa);
      cell.z.exponent = hn::IfThenElse(hn::RebindMask(de, inside), cell.z.exponent, unreachable<T>().exponent);
      const auto without = hn::FirstN(d, limits.without);
      cell.z.mantissa = hn::IfThenElse(without, up.mantissa, cell.z.mantissa);
      cell.z.exponent = hn::IfThenElse(hn::RebindMask(de, without), up.exponent, cell.z.exponent);
      Moves<T>& entering = cell.contributions;
      entering = {hn::IfThenZeroElse(without, entering.stay), hn::IfThenZeroElse(without, entering.diagonal), hn::IfThenElse(without, hn::Set(d, T(1)), entering.up)};
    } else {
      cell = enterCell<T, kUp>(k, carry.diagonal, carry.stay, up);
    }
    if (renormalised) renormalise<T>(cell.z);
    if (kBoundary) {  // the last row's lane is the first
      below.mantissa[s] = hn::GetLane(cell.z.mantissa);
      below.exponent[s] = hn::GetLane(hn::BitCast(d, cell.z.exponent));
    }
    if (kKeep) KeptMoves<T>::store(cell.contributions, kUp || kLimited, moves + s * KeptMoves<T>::kSize);
    carry.diagonal = up;
    carry.stay = cell.z;
  };
  // A mantissa changes by at most 2^2.1 a step. Two steps in a row, because a diagonal path meets every other one only, and as often as there are
  // lanes, because a path straight down takes no more steps through any strip, and through all strips the same.
  constexpr std::size_t kEvery = std::min(kBlockSteps, kLanes);
  for (std::size_t first = 0; first < steps; first += kEvery) {
    const std::size_t end = std::min(first + kEvery, steps), plain = std::min(first + 2, end);
    for (std::size_t s = first; s < plain; ++s) step(s, std::true_type());
    for (std::size_t s = plain; s < end; ++s) step(s, std::false_type());
  }
  carried = carry;
  metPowers = powers;
}

// Steps [begin, end) of a strip, at most a tile of them.
template <class T, bool kUp, Leave kLeave>
void forwardSteps(const StripProblem<T>& problem, const LaneLimits<T>& limits, std::size_t row, std::size_t nextRow, std::size_t begin,
                  std::size_t end, BoundaryRow<T> above, BoundaryRow<T> below, T* moves, Carry<T>& carry, Powers<T>& powers) {
  constexpr std::size_t kLanes = kLanesOf<T>;
  HWY_ALIGN T tile[kTileSteps * kLanes];
  const Constants<T> constants(problem);
  problem.cost.fill(problem.cost.source, row, begin, end - begin, tile);
  const bool inMemory = problem.cost.rows != nullptr;
  const NextCosts next{inMemory ? problem.cost.rows + nextRow * problem.cost.rowBytes : reinterpret_cast<const char*>(tile), kLanes * problem.cost.costBytes};
  for (std::size_t a = begin; a < end; a += kBlockSteps) {
    const std::size_t steps = std::min(kBlockSteps, end - a);
    const auto block = limits.needed(a, steps) ? forwardBlock<T, kUp, kLeave, true> : forwardBlock<T, kUp, kLeave, false>;
    block(constants, limits, a, steps, next, tile + (a - begin) * kLanes, above.at(a), below.at(a).minus(kLanes - 1),
          moves + (a - begin) * KeptMoves<T>::kSize, carry, powers);
  }
}

template <class T, bool kUp, Leave kLeave>
void forwardStrip(const StripProblem<T>& problem, const Strips<T>& strips, std::size_t strip, std::size_t nextStrip, Powers<T>& powers) {
  const Strip own = strips.strip(strip);
  const BoundaryRow<T> above = strips.above(strip), below = strips.below(strip);
  const LaneLimits<T> limits(problem, own.row, own.rows);
  Carry<T> carry = Carry<T>::start(above, own.begin);
  for (std::size_t begin = own.begin, tile = 0; begin < own.end; begin += kTileSteps, ++tile) {
    if (strips.keepStates) carry.save(strips.state(strip, tile));
    forwardSteps<T, kUp, kLeave>(problem, limits, own.row, nextStrip * kLanesOf<T>, begin, std::min(begin + kTileSteps, own.end), above, below,
                                 kLeave == Leave::kRow ? nullptr : strips.moves(strip, tile), carry, powers);
  }
  // What the strip below will read beyond this one's last step.
  const std::size_t done = own.end - (kLanesOf<T> - 1);
  below.at(done).clear(strip + 1 < strips.count ? strips.strip(strip + 1).end - done : kLanesOf<T>);
}

template <class T, bool kUp>
StripResult<T> forwardPair(const StripProblem<T>& problem, const Strips<T>& strips, Control& control) {
  Powers<T> powers = Powers<T>::none();
  std::size_t counted = 0;
  strips.start(problem);
  for (std::size_t strip = 0; strip < strips.count && !control.stopped(); ++strip) {
    if (strip % strips.inGroup == 0) strips.saveGroup(strip);
    strips.keepAll ? forwardStrip<T, kUp, Leave::kRowAndMoves>(problem, strips, strip, strip + 1, powers)
                   : forwardStrip<T, kUp, Leave::kRow>(problem, strips, strip, strip + 1, powers);
    const std::size_t cells = strips.strip(strip).rows * problem.cols, now = strips.gradient ? cells / 2 : cells;
    control.advance(now);
    counted += now;
  }
  PowerRange met[kLanesOf<T>];
  storePowers(powers, met);
  StripResult<T> result{strips.total(problem), met[0], counted};
  for (const PowerRange& lane : met) {
    result.powers = {std::max(result.powers.highest, lane.highest), std::min(result.powers.lowest, lane.lowest), result.powers.valid && lane.valid};
  }
  return result;
}

// What a step hands to the one before it: how many paths reach its cells, and by diagonal moves the cells above those.
template <class T>
struct Adjoint {
  Lanes<T> expected, byDiagonal;
};

// The steps of a block from the last to the first. `fromBelow` is the boundary row at column a: read kLanes columns behind, where it holds what
// the row below the strip hands up, and written at the column of the step for the row above.
template <class T, bool kUp>
HWY_NOINLINE void backwardBlock(std::size_t steps, const T* HWY_RESTRICT moves, T* fromBelow, Adjoint<T>& carried, T* HWY_RESTRICT tile) {
  constexpr std::size_t kLanes = kLanesOf<T>;
  const LaneTag<T> d;
  Adjoint<T> adjoint = carried;
  for (std::size_t s = steps; s-- > 0;) {
    const Moves<T> likely = probabilities<T, kUp>(KeptMoves<T>::template load<kUp>(moves + s * KeptMoves<T>::kSize));
    const Lanes<T> expected = adjoint.expected, below = hn::Set(d, *(fromBelow + s - kLanes));
    hn::Store(expected, d, tile + s * kLanes);
    const Lanes<T> handedUp = kUp ? hn::MulAdd(likely.up, expected, adjoint.byDiagonal) : adjoint.byDiagonal;
    hn::StoreU(handedUp, d, fromBelow + s - (kLanes - 1));
    adjoint = {hn::MulAdd(likely.stay, expected, shiftUp<T>(handedUp, below)), hn::Mul(likely.diagonal, expected)};
  }
  carried = adjoint;
}

template <class T, bool kUp>
void backwardStrip(const StripProblem<T>& problem, const Strips<T>& strips, std::size_t strip) {
  constexpr std::size_t kLanes = kLanesOf<T>;
  const LaneTag<T> d;
  HWY_ALIGN T tile[kBlockSteps * kLanes];
  const Strip own = strips.strip(strip);
  const LaneLimits<T> limits(problem, own.row, own.rows);
  T* const fromBelow = strips.fromBelow;
  // Up moves lead through the lanes below the last row, whatever the pattern.
  const auto block = kUp || limits.without != 0 ? backwardBlock<T, true> : backwardBlock<T, false>;
  Adjoint<T> adjoint{hn::IfThenElseZero(hn::FirstN(d, 1), hn::Set(d, fromBelow[own.end - kLanes])), hn::Zero(d)};
  for (std::size_t t = (own.end - own.begin + kTileSteps - 1) / kTileSteps; t-- > 0;) {
    const std::size_t begin = own.begin + t * kTileSteps, end = std::min(begin + kTileSteps, own.end);
    T* const moves = strips.moves(strip, t);
    if (!strips.keepAll) {
      Carry<T> carry = Carry<T>::load(strips.state(strip, t));
      Powers<T> powers = Powers<T>::none();
      const BoundaryRow<T> above = strips.above(strip);
      forwardSteps<T, kUp, Leave::kMoves>(problem, limits, own.row, strip == 0 ? problem.rows : (strip - 1) * kLanes, begin, end, above, above, moves, carry, powers);
    }
    for (std::size_t a = begin + (end - begin - 1) / kBlockSteps * kBlockSteps;; a -= kBlockSteps) {
      const std::size_t steps = std::min(kBlockSteps, end - a);
      block(steps, moves + (a - begin) * KeptMoves<T>::kSize, fromBelow + a, adjoint, tile);
      std::fill(tile + steps * kLanes, tile + kBlockSteps * kLanes, T(0));
      strips.storeExpected(tile, a);
      if (a == begin) break;
    }
  }
  // Column own.begin - 1 of the row above is reached by a diagonal move only, those before it by nothing.
  if (strip == 0) return;
  T* const before = fromBelow + own.begin;
  hn::StoreU(adjoint.byDiagonal, d, before - kLanes);
  std::fill(fromBelow + strips.strip(strip - 1).begin - kLanes, before - 1, T(0));
}

template <class T, bool kUp>
void backwardPair(const StripProblem<T>& problem, ScaledNumber<T> total, const Strips<T>& strips, const ExpectedStrips<T>& expected, Control& control) {
  strips.startBackward(problem, total);
  Powers<T> powers = Powers<T>::none();
  for (std::size_t strip = strips.count; strip-- > 0 && !control.stopped();) {
    const std::size_t group = strip / strips.inGroup * strips.inGroup;
    if (strip + 1 == std::min(group + strips.inGroup, strips.count) && strip + 1 != strips.count) {
      strips.loadGroup(group);
      for (std::size_t again = group; again <= strip && !control.stopped(); ++again) {
        forwardStrip<T, kUp, Leave::kRow>(problem, strips, again, again + 1, powers);
      }
    }
    backwardStrip<T, kUp>(problem, strips, strip);
    const Strip own = strips.strip(strip);
    expected.take(expected.target, own.row, own.rows, own.firstColumn, own.endColumn, strips.expected, strips.expectedStride);
    control.advance(own.rows * problem.cols - own.rows * problem.cols / 2);
  }
}

template <class T>
StripResult<T> forward(const StripProblem<T>& problem, bool gradient, void* space, Control& control) {
  const Strips<T> strips(problem, gradient, space);
  return problem.pattern == StepPattern::kSymmetric1 ? forwardPair<T, true>(problem, strips, control) : forwardPair<T, false>(problem, strips, control);
}

template <class T>
void backward(const StripProblem<T>& problem, ScaledNumber<T> total, void* space, const ExpectedStrips<T>& expected, Control& control) {
  const Strips<T> strips(problem, true, space);
  problem.pattern == StepPattern::kSymmetric1 ? backwardPair<T, true>(problem, total, strips, expected, control)
                                              : backwardPair<T, false>(problem, total, strips, expected, control);
}

template <class T>
std::size_t space(const StripProblem<T>& problem, bool gradient) {
  return Strips<T>(problem, gradient, nullptr).bytes();
}

const StripKernel<float>* kernelOfFloat() {
  static constexpr StripKernel<float> kKernel{kLanesOf<float>, space<float>, forward<float>, backward<float>};
  return &kKernel;
}
const StripKernel<double>* kernelOfDouble() {
  static constexpr StripKernel<double> kKernel{kLanesOf<double>, space<double>, forward<double>, backward<double>};
  return &kKernel;
}

#else

const StripKernel<float>* kernelOfFloat() { return nullptr; }
const StripKernel<double>* kernelOfDouble() { return nullptr; }

#endif  // HWY_TARGET != HWY_SCALAR
}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

template <>
const StripKernel<float>* stripKernel() noexcept { return WETAS_SELECT(kernelOfFloat)(); }
template <>
const StripKernel<double>* stripKernel() noexcept { return WETAS_SELECT(kernelOfDouble)(); }

}  // namespace wetas
#endif  // HWY_ONCE
