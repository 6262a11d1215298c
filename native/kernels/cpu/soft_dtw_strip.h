// Soft-DTW of one pair in extended-exponent arithmetic (see extended_exponent.h), in float32 or float64, lanes across rows. Backward is
// the adjoint of the linear recurrence: with the probabilities p of the moves into each cell, whose contributions forward has kept or makes again,
//   E[i,j] = sum over the cells entered from (i, j) of p * E
// from 1 at the end; it needs no exponential.
//
// A power beyond largestPower is clamped there. What the forward pass reports of the powers says whether the result holds.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/cost_tiles.h"
#include "kernels/cpu/extended_exponent.h"
#include "wetas/control.h"
#include "wetas/dtw_problem.h"

namespace wetas {

template <class T>
struct StripProblem {
  std::size_t rows, cols;
  StepPattern pattern;
  bool openStart, openEnd;
  const std::int32_t* begin;  // row i may use the columns [begin[i], end[i]); null: all
  const std::int32_t* end;
  T scale;                       // -log2(e) / gamma
  T largestCost;                 // clamped here: largestPower / |scale|
  ScaledNumber<T> penaltyFactor;  // 2^(stepPenalty * scale); {1, 0} without
  CostTiles<T> cost;
  // A gradient keeps the moves into every cell while they take no more than this; else it makes them again, from the boundary rows of all
  // strips while these take no more than this; else from those of O(sqrt(rows)) of them.
  std::size_t moveBytes = std::size_t{18} << 20;
  std::size_t boundaryBytes = std::size_t{48} << 20;
};

template <class T>
struct StripResult {
  ScaledNumber<T> total;  // z of the last cell, or with openEnd the sum over the last row
  PowerRange powers;
  std::size_t counted;    // cells, on the control
};

// Receives E strip by strip, from the last rows to the first: expected holds `rows` rows from `row` on, `stride` apart; element
// (i, j) at expected[i * stride + j], for columns in [begin, end); outside E is 0.
template <class T>
struct ExpectedStrips {
  void (*take)(void* target, std::size_t row, std::size_t rows, std::size_t begin, std::size_t end, const T* expected, std::size_t stride);
  void* target;
};

// Space: so many bytes, 64-byte aligned; backward finds in it what forward with gradient = true left there. Both stop early, with nothing
// said, once the control is stopped. Forward counts half of the cells where a gradient is to follow, backward the rest.
template <class T>
struct StripKernel {
  std::size_t lanes;
  std::size_t (*space)(const StripProblem<T>& problem, bool gradient);
  StripResult<T> (*forward)(const StripProblem<T>& problem, bool gradient, void* space, Control& control);
  void (*backward)(const StripProblem<T>& problem, ScaledNumber<T> total, void* space, const ExpectedStrips<T>& expected, Control& control);
};

// T: float, double. Null where there is no SIMD.
template <class T>
const StripKernel<T>* stripKernel() noexcept;

}  // namespace wetas
