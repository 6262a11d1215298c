// Hard DTW of one pair, in turns: its value, and the rows of the best path by column or the path itself. For the way back each strip is done
// once more from the boundary row above it, keeping two bits a cell, and followed from its last row up. Beside the boundary rows, a number for every 32 cells,
// a pair takes O(cols). A few strips are done again at once, but followed one after the other.
#pragma once

#include <cstdint>

#include "kernels/cuda/hard_dtw_pair.h"
#include "kernels/cuda/turn_warp.h"

namespace wetas::cuda {

template <class Warp, template <class> class Costs, bool kUp>
class HardDtwOfPair {
  using Float = typename Warp::Float;
  using Int = typename Warp::Int;
  using Mask = typename Warp::Mask;
  static constexpr float kInfinity = __builtin_huge_valf();

 public:
  using Pair = HardDtwPair;
  using Total = HardDtwTotal;

  static WETAS_HOST_DEVICE constexpr int sharedNumbers(int warps, bool gradient) { return WarpTiles<Warp>::numbers(Costs<Warp>::kTiles, Costs<Warp>::scratchNumbers(warps, gradient)); }

  // pair: within reach of all warps of the crew, as is shared: [sharedNumbers].
  WETAS_DEVICE HardDtwOfPair(const HardDtwPair& pair, std::int32_t turn, const typename Warp::Crew& crew, float* shared, typename Warp::StopFlag stop)
      : inMemory_(pair), pair_(pair), tiles_(crew, shared, Costs<Warp>::kTiles), space_(pair_.layout()),
        turn_(pair_.progress, turn, static_cast<std::int64_t>(space_.tiles) * stepsOfTile(), stop) {}

  // The turn, if the pair has so many: of a crew the first warp does it, which the others help. Leaves once the call is stopped, whatever is then missing.
  WETAS_DEVICE void run(HardDtwTotal* total) {
    if (tiles_.crew.index() > 0) return Costs<Warp>::help(inMemory_, tiles_);
    runFirst(total);
    Costs<Warp>::dismiss(tiles_);
  }

 private:
  WETAS_DEVICE void runFirst(HardDtwTotal* total) {
    const std::int32_t number = turn_.number();
    if (number >= space_.turns) return;
    if (number < space_.strips) {
      Mask sound = true;
      forwardStrip<false>(number, nullptr, sound);
      turn_.waitForEnd();
      if (!turn_.stopped()) addToTotal(number, sound, total);
    } else {
      wayBack(2 * space_.strips - 1 - number, total);
    }
    turn_.end();
  }

  WETAS_DEVICE std::int32_t stepsOfTile() const { return kTileSteps + pair_.channels; }

  // sound: no cost that paths may meet was NaN or -infinity.
  WETAS_DEVICE void addToTotal(std::int32_t s, Mask sound, HardDtwTotal* total) const {
    const Mask first = Warp::lane() == Int(0);
    const bool poisoned = Warp::ballot(sound) != 0xffffffffu || (s > 0 && numberIn(&total->poisoned) != 0);
    Warp::sync();
    Warp::store(&total->poisoned, 0, Int(poisoned ? 1 : 0), first);
    if (s + 1 < space_.strips) return;
    const End end = bestEnd();
    Warp::store(&total->value, 0, end.value, first);
    Warp::store(&total->pathCells, 0, Int(0), first);
    Warp::store(&total->column, 0, end.column, first);
  }

  // The row below strip s: its last row, where that has columns.
  WETAS_DEVICE float* boundary(std::int32_t s) const { return pair_.boundary + (pair_.moves == nullptr ? 0 : static_cast<std::int64_t>(s) * pair_.cols); }
  WETAS_DEVICE Float loadBoundary(std::int32_t s, Int column) const {
    if (s < 0) return pair_.openStart ? 0.0f : kInfinity;
    const Strip own(pair_, s);
    const std::int32_t row = own.row + own.rows - 1;
    return Warp::load(boundary(s), column, (Int(pair_.firstColumn(row)) <= column) & (column < Int(pair_.endColumn(row))), kInfinity);
  }

  // What one step hands to the next: the value of the lanes' cells to the left, and diagonally up left, of their next ones.
  struct Carry {
    Float stay, diagonal;
  };

  // Forward, behind the strip above; or once more, all of which is there, with the masks of its moves.
  template <bool kKeepMoves>
  WETAS_DEVICE void forwardStrip(std::int32_t s, std::int32_t* moves, Mask& sound) {
    const Strip own(pair_, s);
    Costs<Warp> costs(inMemory_, own, tiles_);
    const LaneLimits<Warp> limits(pair_, own);
    const Int lane = Warp::lane();
    // A path begins at the corner of row -1, in every band with a path, or with an open start anywhere on that row.
    if (!kKeepMoves) turn_.waitFor(own.begin + kTileSteps);
    Carry carry{kInfinity, Warp::select(lane == Int(0), s == 0 ? Float(0.0f) : loadBoundary(s - 1, own.begin - 1), Float(kInfinity))};
    for (std::int32_t t = 0; t < own.tiles && !turn_.stoppedAfter(stepsOfTile()); ++t, moves += 2 * kTileSteps) {
      const std::int32_t step = own.step(t);
      const bool whole = limits.holdTile(step);
      costs.bring(t, whole);
      if (!kKeepMoves) {
        turn_.publish(step);                   // now: the boundary row had time to get there while costs were brought
        turn_.waitFor(step + 2 * kTileSteps);  // the last row of the strip above is 31 steps late
      }
      Warp::store(tiles_.in, lane, loadBoundary(s - 1, lane + Int(step)), true);
      Warp::sync();
      whole ? forwardTile<kKeepMoves, true>(own, limits, step, costs.cells(t), carry, moves, sound)
            : forwardTile<kKeepMoves, false>(own, limits, step, costs.cells(t), carry, moves, sound);
      if (kKeepMoves) continue;
      const Int column = lane + Int(step - (own.rows - 1));
      Warp::store(boundary(s), column, Warp::load(tiles_.out, lane, true, 0.0f), (Int(0) <= column) & (column < Int(pair_.cols)));
    }
    if (!kKeepMoves) turn_.publish(own.step(own.tiles));
  }

  // A tile of steps, which leaves the last row in tiles_.out. kWhole: no lane is outside its row's interval.
  template <bool kKeepMoves, bool kWhole>
  WETAS_DEVICE void forwardTile(const Strip& own, const LaneLimits<Warp>& limits, std::int32_t step, const float* cells, Carry& carry, std::int32_t* moves, Mask& sound) const {
    const Int lane = Warp::lane();
    const Mask first = lane == Int(0), last = lane == Int(kWhole ? kWarpLanes - 1 : own.rows - 1);
    const bool stayFirst = pair_.labelIndex != nullptr;
    const Float penalty = pair_.stepPenalty;
    WETAS_ROLL
    for (int block = 0; block < kTileSteps; block += kBlockSteps) {
      Float costs[kBlockSteps], fromAbove[kBlockSteps];
      WETAS_UNROLL
      for (int k = 0; k < kBlockSteps; ++k) {
        costs[k] = Warp::load(cells + (block + k) * kTilePitch, lane, kWhole ? Mask(true) : limits.inside(step + block + k), 0.0f);
        fromAbove[k] = Warp::load(tiles_.in, Int(block + k), true, 0.0f);
      }
      WETAS_UNROLL
      for (int k = 0; k < kBlockSteps; ++k) {
        const Float up = Warp::select(first, fromAbove[k], Warp::shuffleUp(carry.stay)), afterStay = carry.stay + penalty, afterUp = up + penalty;
        sound = sound & (Float(-kInfinity) < costs[k]);
        Float best = Warp::minimum(afterStay, carry.diagonal);
        if (kKeepMoves) {
          const Mask byStay = stayFirst ? afterStay <= carry.diagonal : afterStay < carry.diagonal, byUp = kUp ? afterUp < best : Mask(false);
          const Int stays = bitsOf(byStay), ups = bitsOf(byUp);
          Warp::store(moves, lane + Int(2 * (block + k)), Warp::select(first, stays, ups), lane < Int(2));
        }
        if (kUp) best = Warp::minimum(best, afterUp);
        carry.diagonal = up;
        carry.stay = costs[k] + best;
        if (!kWhole) carry.stay = Warp::select(limits.inside(step + block + k), carry.stay, Float(kInfinity));
        if (!kKeepMoves) Warp::store(tiles_.out, Int(block + k), carry.stay, last);
      }
    }
    Warp::sync();
  }
  static WETAS_DEVICE Int bitsOf(Mask mask) { return Int(static_cast<std::int32_t>(Warp::ballot(mask))); }

  // Where the best path ends; of equal ones the first.
  struct End {
    Float value;
    Int column;
  };
  WETAS_DEVICE End bestEnd() const {
    End best{loadBoundary(space_.strips - 1, pair_.cols - 1), pair_.cols - 1};
    if (!pair_.openEnd) return best;
    const auto take = [&](Float value, Int column) {
      const Mask better = (value < best.value) | ((value == best.value) & (column < best.column));
      best = {Warp::select(better, value, best.value), Warp::select(better, column, best.column)};
    };
    for (std::int32_t k = 0; k < pair_.cols; k += kWarpLanes) take(loadBoundary(space_.strips - 1, Warp::lane() + Int(k)), Warp::lane() + Int(k));
    for (int distance = kWarpLanes / 2; distance > 0; distance /= 2) take(Warp::exchange(best.value, distance), Warp::exchange(best.column, distance));
    return best;
  }

  // From the strip's last row, where the total tells, to the one above, which it tells then.
  WETAS_DEVICE void wayBack(std::int32_t s, HardDtwTotal* total) {
    turn_.waitForEndOf(space_.strips - 1);
    const bool anyPath = Warp::ballot(Warp::load(&total->value, 0, true, 0.0f) < Float(kInfinity)) != 0 && numberIn(&total->poisoned) == 0;
    if (turn_.stopped() || !anyPath) return;
    const std::int32_t later = s + HardDtwSpace::kMovesAtOnce;  // had the place of these moves before
    if (later < space_.strips) turn_.waitForEndOf(2 * space_.strips - 1 - later);
    std::int32_t* const moves = pair_.moves + s % HardDtwSpace::kMovesAtOnce * space_.movesOfStrip;
    Mask sound = true;
    forwardStrip<true>(s, moves, sound);
    turn_.waitForEnd();
    const auto moveMask = [moves](std::int32_t at) { return static_cast<std::uint32_t>(moves[at]); };
    std::int32_t column = numberIn(&total->column), cells = numberIn(&total->pathCells);
    const Strip own(pair_, s);
    for (std::int32_t i = own.rows - 1; i >= 0;) {
      if (turn_.stoppedAfter(1)) return;
      meet(cells++, own.row + i, column);
      const std::int32_t at = 2 * (column + i - own.begin);
      const bool byUp = kUp && (moveMask(at + 1) >> i & 1) != 0, byStay = (moveMask(at) >> i & 1) != 0;
      if (!byUp) --column;
      if (byUp || !byStay) --i;
    }
    Warp::sync();
    Warp::store(&total->column, 0, Int(column), Warp::lane() == Int(0));
    Warp::store(&total->pathCells, 0, Int(cells), Warp::lane() == Int(0));
    if (s == 0 && pair_.path != nullptr) movePathToFront(cells);
  }
  static WETAS_DEVICE std::int32_t numberIn(const std::int32_t* at) { return Warp::common(Warp::load(at, 0, true, 0)); }

  // Cell `number` counted from the end: a path is written from the end of its space, as nobody knows its length yet.
  WETAS_DEVICE void meet(std::int32_t number, std::int32_t row, std::int32_t column) const {
    const Int lane = Warp::lane();
    if (pair_.labelIndex != nullptr) Warp::store(pair_.labelIndex, column, Int(row), lane == Int(0));
    if (pair_.path != nullptr) Warp::store(pair_.path, lane + Int(2 * (pair_.longest - 1 - number)), Warp::select(lane == Int(0), Int(row), Int(column)), lane < Int(2));
  }
  WETAS_DEVICE void movePathToFront(std::int32_t cells) const {
    Warp::sync();
    const std::int32_t empty = 2 * (pair_.longest - cells);
    for (std::int32_t k = 0; k < 2 * pair_.longest; k += kWarpLanes) {
      const Int at = Warp::lane() + Int(k);
      const Int moved = Warp::load(pair_.path, at + Int(empty), at < Int(2 * cells), 0);
      Warp::sync();
      Warp::store(pair_.path, at, moved, at < Int(2 * pair_.longest));
      Warp::sync();
    }
  }

  const HardDtwPair& inMemory_;
  const HardDtwPair pair_;  // in registers
  const WarpTiles<Warp> tiles_;
  const HardDtwSpace space_;
  Turn<Warp> turn_;
};

}  // namespace wetas::cuda
