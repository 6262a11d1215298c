// One pair of a hard-DTW kernel, and the working space that it gets: plain numbers and addresses, in the memory of whoever runs the kernel.
#pragma once

#include <cstdint>

#include "kernels/cuda/strips_warp.h"

namespace wetas::cuda {

// The turns of a pair, every strip forward and then, with a way back, every strip from the last on; and the memory that it needs beyond its outputs.
struct HardDtwSpace {
  static constexpr std::int32_t kMovesAtOnce = 8;
  std::int32_t strips, tiles, turns;
  std::int64_t boundaryNumbers;  // of the last rows of all strips, or of one after the other
  std::int64_t movesOfStrip, moveNumbers;  // two masks, stay and up, for each step

  WETAS_HOST_DEVICE HardDtwSpace(std::int32_t rows, std::int32_t cols, bool wayBack)
      : strips((rows + kWarpLanes - 1) / kWarpLanes), tiles((cols + kWarpLanes - 1 + kTileSteps - 1) / kTileSteps), turns(wayBack ? 2 * strips : strips),
        boundaryNumbers(wayBack ? static_cast<std::int64_t>(strips) * cols : cols), movesOfStrip(std::int64_t{2} * kTileSteps * tiles),
        moveNumbers(wayBack ? movesOfStrip * (strips < kMovesAtOnce ? strips : kMovesAtOnce) : 0) {}
};

struct HardDtwPair : PairCells {
  float stepPenalty;
  float* boundary;      // HardDtwSpace's boundaryNumbers
  std::int32_t* moves;  // its moveNumbers; null: only the value
  // Of the way back one or the other. labelIndex [cols], the row at each column: ties prefer staying on the row, else diagonal moves, then staying.
  // path [longest, 2], from start to end, and what is left of it 0. Not written where there is no path.
  std::int32_t* labelIndex;
  std::int32_t* path;
  std::int32_t longest;

  WETAS_HOST_DEVICE HardDtwSpace layout() const { return {rows, cols, moves != nullptr}; }
};

struct HardDtwTotal {
  float value;             // +infinity: no path
  std::int32_t pathCells;  // of the path, 0 without
  std::int32_t poisoned;   // a cell that paths may visit holds NaN or -infinity: the rest means nothing
  std::int32_t column;     // that the way back has reached
};

}  // namespace wetas::cuda
