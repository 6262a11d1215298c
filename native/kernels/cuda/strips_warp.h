// The way of a warp through the cells of a pair. A strip is 32 rows, a lane each, which stand one column behind the row above: step a of a strip does
// column a - l of its row l. Its steps are done in tiles of 32.
#pragma once

#include <cstdint>

#include "kernels/cuda/warp.h"
#include "wetas/dtw_problem.h"

namespace wetas::cuda {

// What is the same in every dynamic programme over a pair.
struct PairCells {
  std::int32_t rows, cols;
  // Either the costs, cell (i, j) at i * stride + j; or the points of two series, x [rows, channels] and y [cols, channels], with what one costs
  // against another.
  const float* cost;
  const float* x;
  const float* y;
  PointCost kind;
  std::int32_t channels;
  std::int64_t stride;
  const std::int32_t* begin;  // row i may use the columns [begin[i], end[i]); null: all
  const std::int32_t* end;
  bool openStart, openEnd;  // as of WarpingPaths
  std::int32_t* progress;   // of the turns (turn_warp.h), zeros before

  WETAS_HOST_DEVICE std::int32_t firstColumn(std::int32_t row) const { return begin == nullptr ? 0 : begin[row]; }
  WETAS_HOST_DEVICE std::int32_t endColumn(std::int32_t row) const { return end == nullptr ? cols : end[row]; }
};

constexpr int kTileSteps = 32, kBlockSteps = 16;  // of a block what steps take from the tile is loaded before the first stores
constexpr int kTilePitch = kWarpLanes + 1;  // rows of a tile are written and its steps read without bank conflicts
constexpr int kTileCells = kTileSteps * kTilePitch, kEdgeNumbers = 2 * kTileSteps, kWorkNumbers = 8;

// What the lanes of a warp share, and the warps of a crew.
template <class Warp>
struct WarpTiles {
  typename Warp::Crew crew;
  float* memory;
  float* in;           // [kEdgeNumbers]: what the strip before hands over to a tile's steps, by twos where a number is scaled,
  float* out;          // and what they hand on
  std::int32_t* work;  // [kWorkNumbers]: that the crew shares out
  float* cells;        // [costTiles, kTileCells]: costs, then E
  float* scratch;      // as the kernel needs it

  static WETAS_HOST_DEVICE constexpr int numbers(int costTiles, int scratch) { return 2 * kEdgeNumbers + kWorkNumbers + costTiles * kTileCells + scratch; }
  WETAS_DEVICE WarpTiles(const typename Warp::Crew& crewOf, float* shared, int costTiles)
      : crew(crewOf), memory(shared), in(memory), out(in + kEdgeNumbers), work(reinterpret_cast<std::int32_t*>(out + kEdgeNumbers)), cells(out + kEdgeNumbers + kWorkNumbers),
        scratch(cells + costTiles * kTileCells) {}
};

struct Strip {
  std::int32_t row, rows;
  std::int32_t begin;  // the first step, a multiple of kTileSteps
  std::int32_t tiles;

  WETAS_DEVICE Strip(const PairCells& pair, std::int32_t s) : row(s * kWarpLanes), rows(pair.rows - row < kWarpLanes ? pair.rows - row : kWarpLanes),
        begin(pair.firstColumn(row) / kTileSteps * kTileSteps), tiles((pair.endColumn(row + rows - 1) + rows - 1 - begin + kTileSteps - 1) / kTileSteps) {}
  WETAS_DEVICE std::int32_t step(std::int32_t tile) const { return begin + tile * kTileSteps; }
};

// How many strips of a pair have something to do at the same time: each is two tiles behind the one above.
WETAS_HOST_DEVICE constexpr std::int32_t stripsAtOnce(std::int32_t rows, std::int32_t cols) {
  const std::int32_t strips = (rows + kWarpLanes - 1) / kWarpLanes, behind = (cols + kWarpLanes - 1) / (2 * kTileSteps) + 1;
  return strips < behind ? strips : behind;
}

// Which steps of a strip's lanes lie in their rows' intervals.
template <class Warp>
struct LaneLimits {
  using Int = typename Warp::Int;
  Int first, end;

  WETAS_DEVICE LaneLimits(const PairCells& pair, const Strip& strip) : first(Warp::lane()), end(0) {
    const Int lane = Warp::lane();
    const typename Warp::Mask used = lane < Int(strip.rows);
    if (pair.begin != nullptr) first = lane + Warp::load(pair.begin + strip.row, lane, used, 0);
    const Int columns = pair.end == nullptr ? Int(pair.cols) : Warp::load(pair.end + strip.row, lane, used, 0);
    end = Warp::select(used, lane + columns, Int(0));
  }
  WETAS_DEVICE typename Warp::Mask inside(Int step) const { return (first <= step) & (step < end); }
  // Whether all lanes' steps of the tile from this one on do.
  WETAS_DEVICE bool holdTile(std::int32_t step) const { return Warp::ballot(inside(step) & inside(step + kTileSteps - 1)) == 0xffffffffu; }
};

}  // namespace wetas::cuda
