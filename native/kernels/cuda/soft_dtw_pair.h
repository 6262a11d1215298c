// One pair of a soft-DTW kernel, and the working space that it gets: plain numbers and addresses, in the memory of whoever runs the kernel.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/extended_exponent.h"
#include "kernels/cuda/strips_warp.h"

namespace wetas::cuda {

constexpr int kStateNumbers = 4 * kWarpLanes;

// What one turn of a pair does.
struct SoftDtwTurn {
  enum Pass { kForward, kForwardAgain, kBackward } pass;
  std::int32_t strip;
  bool isFirst;  // of the pass, or of a group's: there is more to wait for than a neighbour's lead
};

// The turns of a pair, and the memory that it needs beyond its outputs. A value needs one boundary row. A gradient keeps, of one group of strips, the boundary
// rows and the state at each tile's begin, from which backward makes the moves again; and of every group its last row, from which the group
// below is run again. So a pair takes O(cols sqrt(rows)) where groups have O(sqrt(rows)) strips.
struct SoftDtwSpace {
  std::int32_t strips, inGroup, groups, tiles, turns;
  std::int64_t rowNumbers, stateNumbers;  // of a boundary row: mantissas, then exponents; of the states of a strip
  std::int64_t states, fromBelow, count;  // where they begin, and how many numbers there are in all

  WETAS_HOST_DEVICE SoftDtwSpace(std::int32_t rows, std::int32_t cols, std::int32_t stripsInGroup, bool gradient)
      : strips((rows + kWarpLanes - 1) / kWarpLanes), inGroup(stripsInGroup), groups((strips + inGroup - 1) / inGroup),
        tiles((cols + kWarpLanes - 1 + kTileSteps - 1) / kTileSteps), turns(gradient ? 2 * strips + (groups - 1) * inGroup : strips),
        rowNumbers(2 * static_cast<std::int64_t>(cols)), stateNumbers(static_cast<std::int64_t>(tiles) * kStateNumbers) {
    states = (gradient ? inGroup - 1 + groups : 1) * rowNumbers;
    fromBelow = states + (gradient ? inGroup * stateNumbers : 0);
    count = fromBelow + (gradient ? cols : 0);
  }

  // All strips forward. Then, from the last group to the first, its strips backward, after they were run again where it is not the last.
  WETAS_HOST_DEVICE SoftDtwTurn turn(std::int32_t number) const {
    if (number < strips) return {SoftDtwTurn::kForward, number, number == 0};
    const std::int32_t back = number - strips, inLast = strips - (groups - 1) * inGroup;
    if (back < inLast) return {SoftDtwTurn::kBackward, strips - 1 - back, back == 0};
    const std::int32_t rest = back - inLast, first = (groups - 2 - rest / (2 * inGroup)) * inGroup, inTurn = rest % (2 * inGroup);
    if (inTurn < inGroup) return {SoftDtwTurn::kForwardAgain, first + inTurn, inTurn == 0};
    return {SoftDtwTurn::kBackward, first + 2 * inGroup - 1 - inTurn, inTurn == inGroup};
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
  WETAS_HOST_DEVICE SoftDtwSpace layout() const { return {rows, cols, stripsInGroup, gradient()}; }
};

// What the forward pass tells of a pair: z of the last cell, or with an open end its sum over the last row; and the powers met as of PowerRange, still with
// the rounding magic.
struct SoftDtwTotal {
  float mantissa;
  std::int32_t exponent;
  float highest, lowest;
};

}  // namespace wetas::cuda
