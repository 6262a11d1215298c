// One pair of a soft-DTW kernel, and the working space that it gets: plain numbers and addresses, in the memory of whoever runs the kernel.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/extended_exponent.h"
#include "kernels/cuda/strips_warp.h"

namespace wetas::cuda {

constexpr int kStateNumbers = 4 * kWarpLanes;

// The memory that a pair needs beyond its outputs. A value needs one boundary row. A gradient keeps, of one group of strips, the boundary rows and
// the state at each tile's begin, from which backward makes the moves again; and of every group the row above it, from which the group
// is run again. So a pair takes O(cols sqrt(rows)) where groups have O(sqrt(rows)) strips.
struct SoftDtwSpace {
  std::int32_t strips, inGroup, tiles;
  std::int64_t rowNumbers, stateNumbers;  // of a boundary row: mantissas, then exponents; of the states of a strip
  std::int64_t groupRows, states, fromBelow, count;  // where they begin, and how many numbers there are in all

  WETAS_HOST_DEVICE SoftDtwSpace(std::int32_t rows, std::int32_t cols, std::int32_t stripsInGroup, bool gradient)
      : strips((rows + kWarpLanes - 1) / kWarpLanes), inGroup(gradient ? stripsInGroup : strips), tiles((cols + kWarpLanes - 1 + kTileSteps - 1) / kTileSteps),
        rowNumbers(2 * static_cast<std::int64_t>(cols)), stateNumbers(static_cast<std::int64_t>(tiles) * kStateNumbers) {
    const std::int64_t groups = (strips + inGroup - 1) / inGroup;
    groupRows = gradient ? (inGroup + 1) * rowNumbers : rowNumbers;
    states = groupRows + (groups - 1) * rowNumbers;
    fromBelow = states + (gradient ? inGroup * stateNumbers : 0);
    count = fromBelow + (gradient ? cols : 0);
  }
};

struct SoftDtwPair : PairCells {
  float scale, largestCost;  // as of StripProblem (kernels/cpu/soft_dtw_strip.h)
  ScaledNumber<float> penaltyFactor;
  float startMantissa;  // of the row above the first, with an open start
  // The gradients that are wanted: E, its rows `stride` apart, and those of the points, which are added to zeros.
  float* expected;
  float* dx;
  float* dy;
  std::int32_t stripsInGroup;
  float* space;  // SoftDtwSpace's count

  WETAS_HOST_DEVICE bool gradient() const { return expected != nullptr || dx != nullptr || dy != nullptr; }
};

// What the forward pass tells of a pair: z of the last cell, or with an open end its sum over the last row; and the powers met as of PowerRange, still with
// the rounding magic.
struct SoftDtwTotal {
  float mantissa;
  std::int32_t exponent;
  float highest, lowest;
};

}  // namespace wetas::cuda
