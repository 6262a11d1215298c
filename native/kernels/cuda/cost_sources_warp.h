// Where the costs of a pair come from, a tile at a time: steps [step, step + kTileSteps) of the strip of `rows` rows from `row` on, of which step a
// has column a - l of row l; and where E of such a tile goes besides the matrix of it. What lies outside the pair gets some cost or 0.
// kWhole: nothing does.
#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/cuda/point_cost_tile_warp.h"
#include "kernels/cuda/soft_dtw_pair.h"

namespace wetas::cuda {

template <class Warp>
struct GivenCosts {
  using Int = typename Warp::Int;

  template <bool kWhole>
  static WETAS_DEVICE void load(const PairCells& pair, std::int32_t row, std::int32_t rows, std::int32_t step, const WarpTiles& tiles) {
    const Int lane = Warp::lane(), at = lane * Int(kTilePitch);
    const float* const from = pair.cost + row * pair.stride;
    if (kWhole) {  // all at once: one wait
      typename Warp::Float costs[kWarpLanes];
      WETAS_UNROLL
      for (int i = 0; i < kWarpLanes; ++i) costs[i] = Warp::load(from + step + i * (pair.stride - 1), lane, true, 0.0f);
      WETAS_UNROLL
      for (int i = 0; i < kWarpLanes; ++i) Warp::store(tiles.cells + i, at, costs[i], true);
    } else {
      for (std::int32_t i = 0; i < rows; ++i) {
        const Int column = lane + Int(step - i);
        const typename Warp::Mask inside = (Int(0) <= column) & (column < Int(pair.cols));
        Warp::store(tiles.cells + i, at, Warp::load(from + i * pair.stride, column, inside, 0.0f), true);
      }
    }
    Warp::sync();
  }
  static WETAS_DEVICE void addGradients(const SoftDtwPair&, std::int32_t, std::int32_t, std::int32_t, const WarpTiles&) {}
  static WETAS_DEVICE void finishGradients(const SoftDtwPair&) {}
};

// Made from points, which are all that is in memory.
template <class Warp>
struct PointCosts {
  template <bool kWhole>
  static WETAS_DEVICE void load(const PairCells& pair, std::int32_t row, std::int32_t rows, std::int32_t step, const WarpTiles& tiles) {
    ofKind(pair.kind, [&](auto kind) { PointCostTile<Warp, decltype(kind)::value>(pair, row, rows, step, tiles).load(); });
  }
  static WETAS_DEVICE void addGradients(const SoftDtwPair& pair, std::int32_t row, std::int32_t rows, std::int32_t step, const WarpTiles& tiles) {
    if (pair.dx == nullptr && pair.dy == nullptr) return;
    ofKind(pair.kind, [&](auto kind) { PointCostTile<Warp, decltype(kind)::value>(pair, row, rows, step, tiles).addGradients(pair.dx, pair.dy); });
  }
  static WETAS_DEVICE void finishGradients(const SoftDtwPair& pair) {
    ofKind(pair.kind, [&](auto kind) { PointCostTile<Warp, decltype(kind)::value>::finishGradients(pair); });
  }

 private:
  template <PointCost kKind>
  using Constant = std::integral_constant<PointCost, kKind>;
  template <class Body>
  static WETAS_DEVICE void ofKind(PointCost kind, const Body& body) {
    switch (kind) {
      case PointCost::kSquaredEuclidean: return body(Constant<PointCost::kSquaredEuclidean>());
      case PointCost::kEuclidean: return body(Constant<PointCost::kEuclidean>());
      case PointCost::kAbsolute: return body(Constant<PointCost::kAbsolute>());
      case PointCost::kCosine: return body(Constant<PointCost::kCosine>());
      case PointCost::kBinaryCrossEntropy: return body(Constant<PointCost::kBinaryCrossEntropy>());
    }
  }
};

}  // namespace wetas::cuda
