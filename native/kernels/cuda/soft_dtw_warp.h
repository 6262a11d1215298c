// Soft-DTW of one pair, in turns: the way through a pair of kernels/cpu/soft_dtw_strip.cc for the policy of warp.h. A strip's last row is carried
// to the next strip as a boundary row in memory. Backward is the adjoint with the probabilities p of the moves into each cell,
//   E[i,j] = sum over the cells entered from (i, j) of p * E
// and goes tile by tile, 32 steps each: forwards once more from the state kept at the tile's begin, for the probabilities, then backwards.
//
// Lanes outside their row's interval run along on costs of 0, reached by nothing and leading nowhere: the probability of a move from
// such a cell is exactly 0.
#pragma once

#include <cstdint>

#include "kernels/cuda/extended_exponent_warp.h"
#include "kernels/cuda/soft_dtw_pair.h"
#include "kernels/cuda/turn_warp.h"

namespace wetas::cuda {

// The last row of a strip, which holds columns [begin, end), or the row above the first strip.
struct BoundaryRow {
  float* mantissa;
  std::int32_t* exponent;
  std::int32_t begin, end;
  ScaledNumber<float> elsewhere;

  template <class Warp>
  WETAS_DEVICE Scaled<Warp> load(typename Warp::Int column) const {
    const typename Warp::Mask held = isHeld<Warp>(column);
    return {Warp::load(mantissa, column, held, elsewhere.mantissa), Warp::load(exponent, column, held, elsewhere.exponent)};
  }
  template <class Warp>
  WETAS_DEVICE void store(typename Warp::Int column, const Scaled<Warp>& z) const {
    const typename Warp::Mask held = isHeld<Warp>(column);
    Warp::store(mantissa, column, z.mantissa, held);
    Warp::store(exponent, column, z.exponent, held);
  }

 private:
  template <class Warp>
  WETAS_DEVICE typename Warp::Mask isHeld(typename Warp::Int column) const { return (typename Warp::Int(begin) <= column) & (column < typename Warp::Int(end)); }
};

// A number for each step of a tile, which the lanes share (WarpTiles::in, out).
template <class Warp>
struct SharedRow {
  float* numbers;

  WETAS_DEVICE void store(typename Warp::Int step, const Scaled<Warp>& z, typename Warp::Mask mask) const {
    Warp::storeTwo(numbers, step, z.mantissa, Warp::fromBits(z.exponent), mask);
  }
  WETAS_DEVICE Scaled<Warp> load(typename Warp::Int step) const {
    typename Warp::Float mantissa, exponent;
    Warp::loadTwo(numbers, step, &mantissa, &exponent);
    return {mantissa, Warp::bitsOf(exponent)};
  }
};

// What one step hands to the next: z of the cells to the left, and diagonally up left, of the lanes' next cells.
template <class Warp>
struct Carry {
  Scaled<Warp> stay, diagonal;

  WETAS_DEVICE void save(float* to) const {
    const auto lane = Warp::lane();
    Warp::store(to, lane, stay.mantissa, true);
    Warp::store(to + kWarpLanes, lane, Warp::fromBits(stay.exponent), true);
    Warp::store(to + 2 * kWarpLanes, lane, diagonal.mantissa, true);
    Warp::store(to + 3 * kWarpLanes, lane, Warp::fromBits(diagonal.exponent), true);
  }
  static WETAS_DEVICE Carry load(const float* from) {
    const auto part = [from](int k) { return Warp::load(from + k * kWarpLanes, Warp::lane(), true, 0.0f); };
    return {{part(0), Warp::bitsOf(part(1))}, {part(2), Warp::bitsOf(part(3))}};
  }
};

// What a step hands to the one before it: E of the cells, and how likely a path enters them by staying on its row; what the row above gets of it; and
// what that gets one step later, by diagonal moves.
template <class Warp>
struct Adjoint {
  typename Warp::Float expected, stayed, toRowAbove, diagonal;
};

// Costs: GivenCosts (given_costs_warp.h) or PointCosts (point_costs_warp.h).
template <class Warp, template <class> class Costs, bool kUp>
class SoftDtwOfPair {
  using Float = typename Warp::Float;
  using Int = typename Warp::Int;
  using Mask = typename Warp::Mask;

  enum Move { kStay, kDiagonal, kUpwards };
  static constexpr int kMoves = kUp ? 3 : 2;

 public:
  using Pair = SoftDtwPair;
  using Total = SoftDtwTotal;

  // Scratch has the moves of a tile, made anew for each, and before and after them what costs and gradients of points need. gradient: of some pair.
  static WETAS_HOST_DEVICE constexpr int sharedNumbers(int warps, bool gradient) {
    const int moves = gradient ? kTileSteps * kMoves * kWarpLanes : 0, ofCosts = Costs<Warp>::scratchNumbers(warps, gradient);
    return WarpTiles<Warp>::numbers(Costs<Warp>::kTiles, moves < ofCosts ? ofCosts : moves);
  }

  // pair: within reach of all warps of the crew, as is shared: [sharedNumbers].
  WETAS_DEVICE SoftDtwOfPair(const SoftDtwPair& pair, std::int32_t turn, const typename Warp::Crew& crew, float* shared, typename Warp::StopFlag stop)
      : inMemory_(pair), pair_(pair), tiles_(crew, shared, Costs<Warp>::kTiles), space_(pair_.layout()),
        turn_(pair_.progress, turn, static_cast<std::int64_t>(space_.tiles) * stepsOfTile(), stop) {}

  // The turn, if the pair has so many: of a crew the first warp does it, which the others help. Leaves once the call is stopped, whatever is then missing.
  WETAS_DEVICE void run(SoftDtwTotal* total) {
    if (tiles_.crew.index() > 0) return Costs<Warp>::help(inMemory_, tiles_);
    runFirst(total);
    Costs<Warp>::dismiss(tiles_);
  }

 private:
  WETAS_DEVICE void runFirst(SoftDtwTotal* total) {
    if (turn_.number() >= space_.turns) return;
    const SoftDtwTurn now = space_.turn(turn_.number());
    if (now.isFirst) turn_.waitForEnd();
    if (now.pass == SoftDtwTurn::kBackward) {
      backwardStrip(now.strip);
      turn_.waitForEnd();
      if (now.strip == 0 && !turn_.stopped()) Costs<Warp>::finishGradients(pair_);
    } else {
      Powers<Warp> powers = Powers<Warp>::none();
      forwardStrip(now.strip, powers);
      turn_.waitForEnd();
      if (now.pass == SoftDtwTurn::kForward && !turn_.stopped()) addToTotal(now.strip, powers, total);
    }
    turn_.end();
  }

  // The powers met until now, and in the end the rest.
  WETAS_DEVICE void addToTotal(std::int32_t s, Powers<Warp> powers, SoftDtwTotal* total) const {
    const Mask first = Warp::lane() == Int(0);
    powers = powers.overLanes();
    if (s > 0) powers = powers.with({Warp::load(&total->highest, 0, true, 0.0f), Warp::load(&total->lowest, 0, true, 0.0f)});
    Warp::sync();
    Warp::store(&total->highest, 0, powers.highest, first);
    Warp::store(&total->lowest, 0, powers.lowest, first);
    if (s + 1 < space_.strips) return;
    const Scaled<Warp> all = sumOfEnds();
    Warp::store(&total->mantissa, 0, all.mantissa, first);
    Warp::store(&total->exponent, 0, all.exponent, first);
    if (pair_.gradient()) startBackward(all);
  }

  // The last row of strip s; -1: the row above the first. Without a gradient all have one place.
  WETAS_DEVICE BoundaryRow boundary(std::int32_t s) const {
    constexpr std::int32_t kUnreachable = Constants::kUnreachable;
    const ScaledNumber<float> nothing{0.0f, kUnreachable};
    if (s < 0) return {nullptr, nullptr, 0, 0, pair_.openStart ? ScaledNumber<float>{pair_.startMantissa, 0} : nothing};
    const std::int32_t inGroup = s % space_.inGroup, last = space_.inGroup - 1;
    const std::int64_t place = !pair_.gradient() ? 0 : inGroup < last ? inGroup : last + s / space_.inGroup;
    float* const mantissa = pair_.space + place * space_.rowNumbers;
    std::int32_t* const exponent = reinterpret_cast<std::int32_t*>(mantissa + pair_.cols);
    const Strip own(pair_, s);
    return {mantissa, exponent, pair_.firstColumn(own.row + own.rows - 1), pair_.endColumn(own.row + own.rows - 1), nothing};
  }
  WETAS_DEVICE float* state(std::int32_t s, std::int32_t tile) const {
    return pair_.space + space_.states + s % space_.inGroup * space_.stateNumbers + static_cast<std::int64_t>(tile) * kStateNumbers;
  }

  WETAS_DEVICE Carry<Warp> start(std::int32_t s, std::int32_t step) const {
    const Scaled<Warp> nothing = unreachable<Warp>(), corner{1.0f, 0};  // every band with a path has cell (0, 0)
    const bool fromAbove = s > 0 || pair_.openStart;
    return {nothing, select<Warp>(Warp::lane() == Int(0), fromAbove ? boundary(s - 1).template load<Warp>(step - 1) : corner, nothing)};
  }

  // Where paths may end: the last row, or its last column alone.
  WETAS_DEVICE BoundaryRow ends() const {
    BoundaryRow last = boundary(space_.strips - 1);
    if (!pair_.openEnd && last.begin < pair_.cols - 1) last.begin = pair_.cols - 1;
    return last;
  }
  static WETAS_DEVICE Float relativeTo(Int exponent, const Scaled<Warp>& z) { return moveWeight<Warp>(Float(1.0f), z.exponent, exponent) * z.mantissa; }
  WETAS_DEVICE Scaled<Warp> sumOfEnds() const {
    const BoundaryRow row = ends();
    const std::int32_t begin = row.begin / kWarpLanes * kWarpLanes;
    Scaled<Warp> sum = unreachable<Warp>();
    const auto z = [&](std::int32_t k) { return row.template load<Warp>(Warp::lane() + Int(k)); };
    for (std::int32_t k = begin; k < row.end; k += kWarpLanes) sum.exponent = Warp::maximum(sum.exponent, z(k).exponent);
    for (int distance = kWarpLanes / 2; distance > 0; distance /= 2) sum.exponent = Warp::maximum(sum.exponent, Warp::exchange(sum.exponent, distance));
    for (std::int32_t k = begin; k < row.end; k += kWarpLanes) sum.mantissa = sum.mantissa + relativeTo(sum.exponent, z(k));
    for (int distance = kWarpLanes / 2; distance > 0; distance /= 2) sum.mantissa = sum.mantissa + Warp::exchange(sum.mantissa, distance);
    return sum;
  }
  // How likely a path ends in each cell of the last row, as if a strip below had handed it up.
  WETAS_DEVICE void startBackward(const Scaled<Warp>& all) const {
    const BoundaryRow row = ends();
    const Mask anyPath = all.mantissa != Float(0.0f);
    for (std::int32_t k = 0; k < pair_.cols; k += kWarpLanes) {
      const Int column = Warp::lane() + Int(k);
      const Float share = relativeTo(all.exponent, row.template load<Warp>(column)) / all.mantissa;
      Warp::store(pair_.space + space_.fromBelow, column, Warp::select(anyPath, share, Float(0.0f)), column < Int(pair_.cols));
    }
    Warp::sync();
  }

  // Each channel takes about as long as a step.
  WETAS_DEVICE std::int32_t stepsOfTile() const { return kTileSteps + pair_.channels; }

  // How likely a path enters the cells of a step by a move, lane by lane.
  WETAS_DEVICE float* keptMoves(int step, int move) const { return tiles_.scratch + (step * kMoves + move) * kWarpLanes; }

  WETAS_DEVICE Scaled<Warp> penalised(const Scaled<Warp>& z) const {
    return {z.mantissa * Float(pair_.penaltyFactor.mantissa), z.exponent + Int(pair_.penaltyFactor.exponent)};
  }

  // Most tiles have no lane outside its row's interval, and most calls no penalty: then a step has a third of its instructions less.
  WETAS_DEVICE bool isPlain(bool whole) const { return whole && pair_.penaltyFactor.mantissa == 1 && pair_.penaltyFactor.exponent == 0; }

  // A tile of steps, leaving the moves for backward or in tiles_.out the last row.
  template <bool kKeepMoves, bool kPlain>
  WETAS_DEVICE void forwardTile(const Strip& own, const LaneLimits<Warp>& limits, std::int32_t step, const float* cells, const BoundaryRow& above, Carry<Warp>& carry, Powers<Warp>& powers) {
    const Int lane = Warp::lane();
    const Mask first = lane == Int(0), last = lane == Int(kPlain ? kWarpLanes - 1 : own.rows - 1);
    const SharedRow<Warp> in{tiles_.in}, out{tiles_.out};
    in.store(lane, above.template load<Warp>(lane + Int(step)), true);
    Warp::sync();
    Float costs[kBlockSteps];
    const auto one = [&](int s, Float cost, bool renormalised) {
      const Mask inside = kPlain ? Mask(true) : limits.inside(step + s);
      const Scaled<Warp> up = select<Warp>(first, in.load(s), shuffleUp<Warp>(carry.stay));
      const CostFactor<Warp> k = costFactor<Warp>(cost, pair_.scale, pair_.largestCost);
      powers.meet(k.shifted);
      Cell<Warp> cell = enterCell<Warp, kUp, kKeepMoves>(k, carry.diagonal, kPlain ? carry.stay : penalised(carry.stay), kPlain ? up : penalised(up));
      if (!kPlain) cell.z = select<Warp>(inside, cell.z, unreachable<Warp>());
      if (renormalised) renormalise<Warp>(cell.z);
      if (kKeepMoves) {
        Warp::store(keptMoves(s, kStay), lane, cell.stay, true);
        Warp::store(keptMoves(s, kDiagonal), lane, cell.diagonal, true);
        if (kUp) Warp::store(keptMoves(s, kUpwards), lane, cell.up, true);
      } else {
        out.store(s, cell.z, last);
      }
      carry.diagonal = up;
      carry.stay = cell.z;
    };
    // A mantissa changes by at most 2^2.1 a step: once in 16 it is brought back, at two steps in a row, because a diagonal path meets every other one only.
    WETAS_ROLL
    for (int block = 0; block < kTileSteps; block += kBlockSteps) {
      WETAS_UNROLL
      for (int s = 0; s < kBlockSteps; ++s) {
        costs[s] = Warp::load(cells + (block + s) * kTilePitch, lane, kPlain ? Mask(true) : limits.inside(step + block + s), 0.0f);
      }
      one(block, costs[0], true);
      one(block + 1, costs[1], true);
      WETAS_UNROLL
      for (int s = 2; s < kBlockSteps; ++s) one(block + s, costs[s], false);
    }
    Warp::sync();
  }

  WETAS_DEVICE void forwardStrip(std::int32_t s, Powers<Warp>& powers) {
    const Strip own(pair_, s);
    Costs<Warp> costs(inMemory_, own, tiles_);
    const LaneLimits<Warp> lanes(pair_, own);
    const BoundaryRow rowAbove = boundary(s - 1), rowBelow = boundary(s);
    turn_.waitFor(own.begin + kTileSteps);
    Carry<Warp> carry = start(s, own.begin);
    for (std::int32_t t = 0; t < own.tiles && !turn_.stoppedAfter(stepsOfTile()); ++t) {
      const std::int32_t step = own.step(t);
      const bool whole = lanes.holdTile(step);
      costs.bring(t, whole);
      turn_.publish(step);                   // now: the boundary row had time to get there while costs were brought
      turn_.waitFor(step + 2 * kTileSteps);  // the last row of the strip above is 31 steps late
      if (pair_.gradient()) carry.save(state(s, t));
      isPlain(whole) ? forwardTile<false, true>(own, lanes, step, costs.cells(t), rowAbove, carry, powers)
                     : forwardTile<false, false>(own, lanes, step, costs.cells(t), rowAbove, carry, powers);
      rowBelow.store<Warp>(Warp::lane() + Int(step - (own.rows - 1)), SharedRow<Warp>{tiles_.out}.load(Warp::lane()));
    }
    turn_.publish(own.step(own.tiles));
  }

  // A tile's steps from the last to the first. fromBelow, by column, holds what the strip below hands up, in [reached, ...), and gets what
  // this one does.
  WETAS_DEVICE void backwardTile(const Strip& own, std::int32_t step, float* cells, std::int32_t reached, float* fromBelow, Adjoint<Warp>& adjoint) {
    const Int lane = Warp::lane(), column = lane + Int(step - (own.rows - 1));
    const Mask first = lane == Int(0), last = lane == Int(own.rows - 1);
    const Mask handed = (Int(reached) <= column) & (column < Int(pair_.cols));
    Warp::store(tiles_.in, lane, Warp::load(fromBelow, column, handed, 0.0f), true);
    Warp::sync();
    WETAS_ROLL
    for (int block = kTileSteps - kBlockSteps; block >= 0; block -= kBlockSteps) {
      Float fromRowBelow[kBlockSteps], moves[kBlockSteps][kMoves];
      WETAS_UNROLL
      for (int s = 0; s < kBlockSteps; ++s) {
        fromRowBelow[s] = Warp::load(tiles_.in, Int(block + s), true, 0.0f);
        WETAS_UNROLL
        for (int m = 0; m < kMoves; ++m) moves[s][m] = Warp::load(keptMoves(block + s, m), lane, true, 0.0f);
      }
      WETAS_UNROLL
      for (int s = kBlockSteps - 1; s >= 0; --s) {
        const Float handed = Warp::select(last, fromRowBelow[s], Warp::shuffleDown(adjoint.toRowAbove));
        adjoint.expected = Warp::fusedMultiplyAdd(adjoint.stayed, adjoint.expected, handed);
        Warp::store(cells + (block + s) * kTilePitch, lane, adjoint.expected, true);
        adjoint.stayed = moves[s][kStay];
        adjoint.toRowAbove = kUp ? Warp::fusedMultiplyAdd(moves[s][kMoves - 1], adjoint.expected, adjoint.diagonal) : adjoint.diagonal;
        adjoint.diagonal = moves[s][kDiagonal] * adjoint.expected;
        Warp::store(tiles_.out, Int(block + s), adjoint.toRowAbove, first);
      }
    }
    Warp::sync();
    Warp::store(fromBelow, lane + Int(step), Warp::load(tiles_.out, lane, true, 0.0f), lane < Int(pair_.cols - step));
  }

  // E of a tile to where it is wanted. whole: of 32 rows, with columns of the pair at all steps.
  WETAS_DEVICE void storeExpected(const Strip& own, std::int32_t step, const float* cells, bool whole) const {
    const Int lane = Warp::lane();
    const auto expectedOf = [&](std::int32_t row) { return Warp::load(cells + row, lane * Int(kTilePitch), true, 0.0f); };
    if (whole) {
      float* to = expectedRow(own.row) + step;
      WETAS_UNROLL
      for (int i = 0; i < kWarpLanes; ++i, to += pair_.stride - 1) Warp::store(to, lane, expectedOf(i), true);
    } else {
      for (std::int32_t i = 0; i < own.rows; ++i) {
        const Int column = lane + Int(step - i);
        Warp::store(expectedRow(own.row + i), column, expectedOf(i), (Int(0) <= column) & (column < Int(pair_.cols)));
      }
    }
    Warp::sync();
  }
  // Zeros where the strip's tiles do not come.
  WETAS_DEVICE void clearOutside(const Strip& own) const {
    for (std::int32_t i = 0; i < own.rows; ++i) {
      clear(expectedRow(own.row + i), 0, own.begin - i);
      clear(expectedRow(own.row + i), own.begin + own.tiles * kTileSteps - i, pair_.cols);
    }
  }
  WETAS_DEVICE float* expectedRow(std::int32_t row) const { return pair_.expected + row * pair_.stride; }
  static WETAS_DEVICE void clear(float* row, std::int32_t begin, std::int32_t end) {
    for (std::int32_t k = begin; k < end; k += kWarpLanes) {
      const Int column = Warp::lane() + Int(k);
      Warp::store(row, column, Float(0.0f), column < Int(end));
    }
  }

  WETAS_DEVICE void backwardStrip(std::int32_t s) {
    const Strip own(pair_, s);
    Costs<Warp> costs(inMemory_, own, tiles_);
    const LaneLimits<Warp> lanes(pair_, own);
    const BoundaryRow rowAbove = boundary(s - 1);
    float* const fromBelow = pair_.space + space_.fromBelow;
    const std::int32_t belowBegin = s + 1 == space_.strips ? 0 : Strip(pair_, s + 1).begin, reached = belowBegin == 0 ? 0 : belowBegin - 1;
    Powers<Warp> powers = Powers<Warp>::none();
    Adjoint<Warp> adjoint{0.0f, 0.0f, 0.0f, 0.0f};
    const std::int32_t end = space_.tiles * kTileSteps;
    turn_.waitForBegin();  // after that of the first of the pass, which waited for all strips forward
    for (std::int32_t t = own.tiles; t-- > 0 && !turn_.stoppedAfter(stepsOfTile());) {
      const std::int32_t step = own.step(t);
      Carry<Warp> carry = Carry<Warp>::load(state(s, t));
      const bool whole = lanes.holdTile(step);
      costs.bring(t, whole);
      if (t + 1 < own.tiles) turn_.publish(end - step - kTileSteps);
      isPlain(whole) ? forwardTile<true, true>(own, lanes, step, costs.cells(t), rowAbove, carry, powers)
                     : forwardTile<true, false>(own, lanes, step, costs.cells(t), rowAbove, carry, powers);
      turn_.waitFor(end - step + kTileSteps);  // the strip below hands up columns from 31 before this step on, and adds to gradients of as many
      backwardTile(own, step, costs.cells(t), reached, fromBelow, adjoint);
      if (pair_.expected != nullptr) storeExpected(own, step, costs.cells(t), whole);
      costs.addGradients(inMemory_, t);
    }
    // Column own.begin - 1 of the row above is reached by a diagonal move only.
    if (own.begin > 0) Warp::store(fromBelow, own.begin - 1, adjoint.diagonal, Warp::lane() == Int(0));
    if (pair_.expected != nullptr) clearOutside(own);
    Warp::sync();
  }

  const SoftDtwPair& inMemory_;
  const SoftDtwPair pair_;  // in registers
  const WarpTiles<Warp> tiles_;
  const SoftDtwSpace space_;
  Turn<Warp> turn_;
};

}  // namespace wetas::cuda
