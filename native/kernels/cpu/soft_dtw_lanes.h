// Soft-DTW of several pairs at once, in the arithmetic of soft_dtw_strip.h: lanes are pairs, and every lane does the same cell of its own
// pair, column by column. The cells of a column do not wait for each other under stayOrAdvance, and nothing is lost at the
// edges: the kernel for many pairs of few rows, such as WETAS's.
#pragma once

#include <cstddef>

#include "kernels/cpu/extended_exponent.h"
#include "wetas/dtw_problem.h"

namespace wetas {

template <class T>
struct LanesProblem {
  std::size_t rows, cols;
  StepPattern pattern;
  T scale, largestCost;  // as of StripProblem
};

// Up to `lanes` pairs: cost and gradient [pairs, rows, cols], totals, powers and lastExpected [pairs]. lastExpected: 1, or 0 for a gradient
// of zeros. space: so many bytes, 64-byte aligned; backward finds in it what forward with gradient = true left.
template <class T>
struct LanesKernel {
  std::size_t lanes;
  std::size_t (*space)(const LanesProblem<T>& problem, bool gradient);
  void (*forward)(const LanesProblem<T>& problem, std::size_t pairs, bool gradient, const T* cost, void* space, ScaledNumber<T>* totals, PowerRange* powers);
  void (*backward)(const LanesProblem<T>& problem, std::size_t pairs, const T* lastExpected, void* space, T* gradient);
};

// At most this many.
constexpr std::size_t kMostLanes = 16;

// T: float, double. Null where there is no SIMD.
template <class T>
const LanesKernel<T>* lanesKernel() noexcept;

}  // namespace wetas
