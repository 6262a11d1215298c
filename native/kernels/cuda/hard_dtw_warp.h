// Hard DTW of one pair by one warp: its value, and the rows of the best path by column or the path itself. For the way back each strip is done
// once more from the boundary row above it, keeping two bits a cell, and followed from its last row up: beside one boundary row a
// strip, an eighth of a byte for every cell, a pair takes O(cols).
#pragma once

#include <cstdint>

#include "kernels/cuda/cost_sources_warp.h"
#include "kernels/cuda/hard_dtw_pair.h"
#include "kernels/cuda/stop_watch_warp.h"

namespace wetas::cuda {

template <class Warp, template <class> class Costs, bool kUp>
class HardDtwOfPair {
  using Float = typename Warp::Float;
  using Int = typename Warp::Int;
  using Mask = typename Warp::Mask;
  static constexpr float kInfinity = __builtin_huge_valf();

 public:
  WETAS_DEVICE HardDtwOfPair(const HardDtwPair& pair, WarpTiles& tiles, typename Warp::StopFlag stop)
      : pair_(pair), tiles_(tiles), watch_(stop), strips_((pair.rows + kWarpLanes - 1) / kWarpLanes) {}

  // Leaves once the call is stopped, whatever is then missing.
  WETAS_DEVICE void run(HardDtwTotal* total) {
    Mask poisoned = false;
    for (std::int32_t s = 0; s < strips_ && !watch_.stopped(); ++s) forwardStrip<false>(s, poisoned);
    if (watch_.stopped()) return;
    const End end = bestEnd();
    const Mask first = Warp::lane() == Int(0);
    const bool anyPoisoned = Warp::ballot(poisoned) != 0, anyPath = Warp::ballot(end.value < Float(kInfinity)) != 0;
    const std::int32_t cells = pair_.moves != nullptr && anyPath && !anyPoisoned ? wayBack(Warp::common(end.column)) : 0;
    Warp::store(&total->value, 0, end.value, first);
    Warp::store(&total->pathCells, 0, Int(cells), first);
    Warp::store(&total->poisoned, 0, Int(anyPoisoned ? 1 : 0), first);
  }

 private:
  // The row below strip s: its last row, where that has columns.
  WETAS_DEVICE float* boundary(std::int32_t s) const { return pair_.boundary + (pair_.moves == nullptr ? 0 : static_cast<std::int64_t>(s) * pair_.cols); }
  WETAS_DEVICE Float loadBoundary(std::int32_t s, Int column) const {
    if (s < 0) return pair_.openStart ? 0.0f : kInfinity;
    const Strip own(pair_, s);
    const std::int32_t row = own.row + own.rows - 1;
    return Warp::load(boundary(s), column, (Int(pair_.firstColumn(row)) <= column) & (column < Int(pair_.endColumn(row))), kInfinity);
  }

  template <bool kKeepMoves>
  WETAS_DEVICE void forwardStrip(std::int32_t s, Mask& poisoned) {
    const Strip own(pair_, s);
    const LaneLimits<Warp> limits(pair_, own);
    const Int lane = Warp::lane();
    const Mask last = lane == Int(own.rows - 1);
    const bool stayFirst = pair_.labelIndex != nullptr;
    // A path begins at the corner of row -1, in every band with a path, or with an open start anywhere on that row.
    Float stay = kInfinity, diagonal = Warp::shuffleUp(stay, s == 0 ? Float(0.0f) : loadBoundary(s - 1, own.begin - 1));
    const Float penalty = pair_.stepPenalty;
    for (std::int32_t t = 0; t < own.tiles && !watch_.stoppedAfter(kTileSteps + pair_.channels); ++t) {
      const std::int32_t step = own.begin + t * kTileSteps;
      Costs<Warp>::load(pair_, own.row, own.rows, step, tiles_);
      const Float fromAbove = loadBoundary(s - 1, lane + Int(step));
      for (int k = 0; k < kTileSteps; ++k) {
        const Int now = step + k;
        const Mask inside = limits.inside(now);
        const Float cost = Warp::load(tiles_.cells + k * kTilePitch, lane, inside, 0.0f), up = Warp::shuffleUp(stay, Warp::broadcast(fromAbove, k));
        poisoned = poisoned | isPoison(cost);
        const Float afterStay = stay + penalty, afterUp = up + penalty;
        const Mask byStay = stayFirst ? afterStay <= diagonal : afterStay < diagonal;
        Float best = Warp::select(byStay, afterStay, diagonal);
        const Mask byUp = kUp ? afterUp < best : Mask(false);
        best = Warp::select(byUp, afterUp, best);
        diagonal = up;
        stay = Warp::select(inside, cost + best, Float(kInfinity));
        if (kKeepMoves) {
          const std::uint32_t stays = Warp::ballot(byStay), ups = Warp::ballot(byUp);
          const std::int32_t at = 2 * (t * kTileSteps + k);
          Warp::store(pair_.moves, lane + Int(at), Warp::select(lane == Int(0), asInt(stays), asInt(ups)), lane < Int(2));
        } else {
          Warp::store(boundary(s), now - lane, stay, inside & last);
        }
      }
      Warp::sync();
    }
  }
  static WETAS_DEVICE Int asInt(std::uint32_t bits) { return Int(static_cast<std::int32_t>(bits)); }
  static WETAS_DEVICE Mask isPoison(Float cost) {
    const Mask fine = Float(-kInfinity) < cost;
    return fine == Mask(false);
  }

  // Where the best path ends; of equal ones the first.
  struct End {
    Float value;
    Int column;
  };
  WETAS_DEVICE End bestEnd() const {
    End best{loadBoundary(strips_ - 1, pair_.cols - 1), pair_.cols - 1};
    if (!pair_.openEnd) return best;
    const auto take = [&](Float value, Int column) {
      const Mask better = (value < best.value) | ((value == best.value) & (column < best.column));
      best = {Warp::select(better, value, best.value), Warp::select(better, column, best.column)};
    };
    for (std::int32_t k = 0; k < pair_.cols; k += kWarpLanes) take(loadBoundary(strips_ - 1, Warp::lane() + Int(k)), Warp::lane() + Int(k));
    for (int distance = kWarpLanes / 2; distance > 0; distance /= 2) take(Warp::exchange(best.value, distance), Warp::exchange(best.column, distance));
    return best;
  }

  // From the last cell, on this column, to the first. Returns the number of cells.
  WETAS_DEVICE std::int32_t wayBack(std::int32_t column) {
    std::int32_t cells = 0;
    Mask poisoned = false;
    for (std::int32_t s = strips_; s-- > 0;) {
      forwardStrip<true>(s, poisoned);
      const Strip own(pair_, s);
      for (std::int32_t i = own.rows - 1; i >= 0;) {
        if (watch_.stoppedAfter(1)) return 0;
        meet(cells++, own.row + i, column);
        const std::int32_t at = 2 * (column + i - own.begin);
        const bool byUp = kUp && (moveMask(at + 1) >> i & 1) != 0, byStay = (moveMask(at) >> i & 1) != 0;
        if (!byUp) --column;
        if (byUp || !byStay) --i;
      }
      Warp::sync();
    }
    if (pair_.path != nullptr) movePathToFront(cells);
    return cells;
  }
  WETAS_DEVICE std::uint32_t moveMask(std::int32_t at) const { return static_cast<std::uint32_t>(pair_.moves[at]); }

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

  const HardDtwPair& pair_;
  WarpTiles& tiles_;
  StopWatch<Warp> watch_;
  const std::int32_t strips_;
};

}  // namespace wetas::cuda
