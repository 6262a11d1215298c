// Costs that are given: where a strip's come from, a tile at a time. What lies outside the pair gets some cost. PointCosts (point_costs_warp.h) has the same members.
#pragma once

#include <cstdint>

#include "kernels/cuda/soft_dtw_pair.h"

namespace wetas::cuda {

template <class Warp>
class GivenCosts {
  using Int = typename Warp::Int;

 public:
  static constexpr int kTiles = 1;
  static WETAS_HOST_DEVICE constexpr int scratchNumbers(int, bool) { return 0; }

  WETAS_DEVICE GivenCosts(const PairCells& pair, const Strip& strip, const WarpTiles<Warp>& tiles) : pair_(pair), strip_(strip), tiles_(tiles) {}

  // Where tile t has its costs, step s of lane l at s * kTilePitch + l, and then E.
  WETAS_DEVICE float* cells(std::int32_t) const { return tiles_.cells; }

  // Tiles come one after the other, from the first or from the last. whole: no lane is outside its row's interval.
  WETAS_DEVICE void bring(std::int32_t t, bool whole) {
    const Int lane = Warp::lane(), at = lane * Int(kTilePitch);
    const std::int32_t step = strip_.step(t);
    const float* const from = pair_.cost + strip_.row * pair_.stride;
    typename Warp::Float costs[kWarpLanes];  // all at once: one wait
    if (whole) {
      WETAS_UNROLL
      for (int i = 0; i < kWarpLanes; ++i) costs[i] = Warp::load(from + step + i * (pair_.stride - 1), lane, true, 0.0f);
    } else {
      WETAS_UNROLL
      for (int i = 0; i < kWarpLanes; ++i) {
        const Int column = lane + Int(step - i);
        costs[i] = Warp::load(from + i * pair_.stride, column, (Int(0) <= column) & (column < Int(i < strip_.rows ? pair_.cols : 0)), 0.0f);
      }
    }
    WETAS_UNROLL
    for (int i = 0; i < kWarpLanes; ++i) Warp::store(tiles_.cells + i, at, costs[i], true);
    Warp::sync();
  }

  WETAS_DEVICE void addGradients(const SoftDtwPair&, std::int32_t) const {}
  static WETAS_DEVICE void finishGradients(const SoftDtwPair&) {}

  template <class Pair>
  static WETAS_DEVICE void help(const Pair&, const WarpTiles<Warp>&) {}
  static WETAS_DEVICE void dismiss(const WarpTiles<Warp>&) {}

 private:
  const PairCells& pair_;
  const Strip& strip_;
  const WarpTiles<Warp>& tiles_;
};

}  // namespace wetas::cuda
