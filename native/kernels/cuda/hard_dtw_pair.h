// One pair of a hard-DTW kernel, and the working space that it gets: plain numbers and addresses, in the memory of whoever runs the kernel.
#pragma once

#include <cstdint>

#include "kernels/cuda/strips_warp.h"

namespace wetas::cuda {

struct HardDtwPair : PairCells {
  float stepPenalty;
  // [cols]; with a way back [strips, cols], and moves: two masks, stay and up, for each of a strip's steps.
  float* boundary;
  std::int32_t* moves;   // null: only the value
  // Of the way back one or the other. labelIndex [cols], the row at each column: ties prefer staying on the row, else diagonal moves, then staying.
  // path [longest, 2], from start to end, and what is left of it 0. Not written where there is no path.
  std::int32_t* labelIndex;
  std::int32_t* path;
  std::int32_t longest;

  static WETAS_HOST_DEVICE std::int64_t boundaryNumbers(std::int32_t rows, std::int32_t cols, bool wayBack) {
    return wayBack ? static_cast<std::int64_t>((rows + kWarpLanes - 1) / kWarpLanes) * cols : cols;
  }
  static WETAS_HOST_DEVICE std::int64_t moveMasks(std::int32_t cols) { return 2 * static_cast<std::int64_t>((cols + kWarpLanes - 1 + kTileSteps - 1) / kTileSteps * kTileSteps); }
};

struct HardDtwTotal {
  float value;             // +infinity: no path
  std::int32_t pathCells;  // of the path, 0 without
  std::int32_t poisoned;   // a cell that paths may visit holds NaN or -infinity: the rest means nothing
};

}  // namespace wetas::cuda
