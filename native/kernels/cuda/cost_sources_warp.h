// Where the costs of a pair come from, a tile at a time: steps [step, step + kTileSteps) of the strip of `rows` rows from `row` on, of which step a
// has column a - l of row l; and where E of such a tile goes besides the matrix of it. What lies outside the pair gets some cost or 0.
#pragma once

#include <cstdint>

#include "kernels/cuda/soft_dtw_pair.h"

namespace wetas::cuda {

template <class Warp>
struct GivenCosts {
  using Int = typename Warp::Int;

  static WETAS_DEVICE void load(const PairCells& pair, std::int32_t row, std::int32_t rows, std::int32_t step, WarpTiles& tiles) {
    for (std::int32_t i = 0; i < rows; ++i) {
      const Int column = Warp::lane() + Int(step - i);
      const typename Warp::Mask inside = (Int(0) <= column) & (column < Int(pair.cols));
      Warp::store(tiles.cells + i, Warp::lane() * Int(kTilePitch), Warp::load(pair.cost + (row + i) * pair.stride, column, inside, 0.0f), true);
    }
    Warp::sync();
  }
  static WETAS_DEVICE void addGradients(const SoftDtwPair&, std::int32_t, std::int32_t, std::int32_t, WarpTiles&) {}
};

// Squared Euclidean distances, which are never all in memory.
template <class Warp>
class PointCosts {
  using Float = typename Warp::Float;
  using Int = typename Warp::Int;
  using Mask = typename Warp::Mask;

 public:
  static WETAS_DEVICE void load(const PairCells& pair, std::int32_t row, std::int32_t rows, std::int32_t step, WarpTiles& tiles) {
    const Int lane = Warp::lane();
    Float sums[kTileSteps];
    WETAS_UNROLL
    for (int s = 0; s < kTileSteps; ++s) sums[s] = 0.0f;
    for (std::int32_t channel = 0; channel < pair.channels; ++channel) {
      const Float x = channelOfRows(pair, row, rows, channel);
      loadColumns(pair, step, channel, tiles);
      WETAS_UNROLL
      for (int s = 0; s < kTileSteps; ++s) {
        const Float difference = x - atColumn(tiles, s, lane);
        sums[s] = Warp::fusedMultiplyAdd(difference, difference, sums[s]);
      }
    }
    WETAS_UNROLL
    for (int s = 0; s < kTileSteps; ++s) Warp::store(tiles.cells + s * kTilePitch, lane, sums[s], true);
    Warp::sync();
  }

  static WETAS_DEVICE void addGradients(const SoftDtwPair& pair, std::int32_t row, std::int32_t rows, std::int32_t step, WarpTiles& tiles) {
    for (std::int32_t channel = 0; channel < pair.channels; ++channel) {
      const Float x = channelOfRows(pair, row, rows, channel);
      loadColumns(pair, step, channel, tiles);
      if (pair.dx != nullptr) addToRows(pair, row, rows, channel, x, tiles);
      if (pair.dy != nullptr) addToColumns(pair, step, channel, x, tiles);
    }
    Warp::sync();
  }

 private:
  // A tile meets 63 columns, from step - 31 on. Their numbers of one channel take the place of the moves, which are made anew for every tile.
  static WETAS_DEVICE Int columnOfLane(std::int32_t step, int half) { return Warp::lane() + Int(step - (kWarpLanes - 1) + half * kWarpLanes); }
  static WETAS_DEVICE Mask isColumn(const PairCells& pair, Int column) { return (Int(0) <= column) & (column < Int(pair.cols)); }
  static WETAS_DEVICE void loadColumns(const PairCells& pair, std::int32_t step, std::int32_t channel, WarpTiles& tiles) {
    Warp::sync();
    for (int half = 0; half < 2; ++half) {
      const Int column = columnOfLane(step, half);
      Warp::store(tiles.moves + half * kWarpLanes, Warp::lane(), Warp::load(pair.y + channel, column * Int(pair.channels), isColumn(pair, column), 0.0f), true);
    }
    Warp::sync();
  }
  static WETAS_DEVICE Float atColumn(const WarpTiles& tiles, int s, Int lane) { return Warp::load(tiles.moves + s + kWarpLanes - 1, Int(0) - lane, true, 0.0f); }

  static WETAS_DEVICE Float channelOfRows(const PairCells& pair, std::int32_t row, std::int32_t rows, std::int32_t channel) {
    return Warp::load(pair.x + static_cast<std::int64_t>(row) * pair.channels + channel, Warp::lane() * Int(pair.channels), Warp::lane() < Int(rows), 0.0f);
  }

  // An infinite point is on every path, and the pair then beyond float32: E of 0 has no need to be told apart.
  static WETAS_DEVICE Float share(Float expected, Float to, Float from) { return expected * (Float(2.0f) * (to - from)); }

  static WETAS_DEVICE void addToRows(const SoftDtwPair& pair, std::int32_t row, std::int32_t rows, std::int32_t channel, Float x, const WarpTiles& tiles) {
    const Int lane = Warp::lane(), at = lane * Int(pair.channels);
    float* const dx = pair.dx + static_cast<std::int64_t>(row) * pair.channels + channel;
    const Mask used = lane < Int(rows);
    Float sum = Warp::load(dx, at, used, 0.0f);
    for (int s = 0; s < kTileSteps; ++s) sum = sum + share(Warp::load(tiles.cells + s * kTilePitch, lane, true, 0.0f), x, atColumn(tiles, s, lane));
    Warp::store(dx, at, sum, used);
  }

  // A lane for a column, which row l meets at step `column + l`. Tiles begin at multiples of 32: a column is always the same lane's.
  static WETAS_DEVICE void addToColumns(const SoftDtwPair& pair, std::int32_t step, std::int32_t channel, Float x, const WarpTiles& tiles) {
    for (int half = 0; half < 2; ++half) {
      const Int column = columnOfLane(step, half), at = column * Int(pair.channels);
      const Mask used = isColumn(pair, column);
      const Float y = Warp::load(tiles.moves + half * kWarpLanes, Warp::lane(), true, 0.0f);
      Float sum = Warp::load(pair.dy + channel, at, used, 0.0f);
      for (int l = 0; l < kWarpLanes; ++l) {
        const Int s = column + Int(l - step);
        const Mask inTile = (Int(0) <= s) & (s < Int(kTileSteps));
        sum = sum + share(Warp::load(tiles.cells + l, s * Int(kTilePitch), inTile, 0.0f), y, Warp::broadcast(x, l));
      }
      Warp::store(pair.dy + channel, at, sum, used);
    }
  }
};

}  // namespace wetas::cuda
