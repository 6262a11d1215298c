// Float32 soft-DTW in extended-exponent arithmetic (see extended_exponent-inl.h). Backward is the adjoint of the linear recurrence: with
// the weights g of the moves, kept from the forward pass,
//   lambda[last] = 1 / mantissa[last],   lambda[i,j] = sum over the cells entered from (i, j) of g * lambda,   E = lambda * mantissa
// and needs no exponential. Three kernels do the same work: `strip`, lanes across the rows of one pair; `lanes`, lanes
// across pairs, for pairs with few rows; `plain`, one cell at a time, the reference of the two and the kernel where there is no SIMD.
//
// They hold for pairs without NaN and -infinity whose largest power of two, lowest cost * scale, is at most maxPower(rows, cols).
// Costs above largestCost are clamped there: core/soft_dtw_fast.cc decides from the result whether that mattered.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wetas/dtw_problem.h"

namespace wetas {

// Below the exponent of every reachable cell, and far enough from the end of the range for differences of two exponents.
constexpr std::int32_t kUnreachableExponent = -(1 << 30);
constexpr float kRoundingMagic = 12582912.0f;  // 1.5 * 2^23
// 2^f on [-1/2, 1/2], highest power first; right to 2e-7.
constexpr float kExp2Coefficients[6] = {1.32646860647861e-3f, 9.671515677461419e-3f, 5.550733881072983e-2f,
                                        2.4022242020084653e-1f, 6.931469775030761e-1f, 1.0f};

// The largest |cost * scale| that the kernels can do: 2^22 for the rounding, and no sum of them may overflow an exponent.
inline double maxPower(std::size_t rows, std::size_t cols) noexcept {
  const double byLength = 1073741824.0 / (static_cast<double>(rows) + static_cast<double>(cols) + 32.0);
  return byLength < 4.0e6 ? byLength : 4.0e6;
}

struct FastProblem {
  std::size_t rows, cols;
  StepPattern pattern;
  float scale;        // -log2(e) / gamma
  float largestCost;  // clamped here: maxPower / |scale|
};

// z of the last cell: mantissa * 2^exponent.
struct LastCell {
  float mantissa;
  std::int32_t exponent;
};

// A pair by strips. space: stripSpace bytes, 64-byte aligned; backward finds in it what forward with gradient = true left there.
// lastLambda = 1 / mantissa of the last cell, or 0 for a gradient of zeros.
std::size_t stripSpace(const FastProblem& problem, bool gradient) noexcept;
LastCell stripForward(const FastProblem& problem, bool gradient, const float* cost, void* space) noexcept;
void stripBackward(const FastProblem& problem, const float* cost, float lastLambda, void* space, float* gradient) noexcept;

// Up to vectorLanes() pairs at once: cost and gradient [pairs, rows, cols], last and lastLambda [pairs].
std::size_t vectorLanes() noexcept;
std::size_t lanesSpace(const FastProblem& problem, bool gradient) noexcept;
void lanesForward(const FastProblem& problem, std::size_t pairs, bool gradient, const float* cost, void* space, LastCell* last) noexcept;
void lanesBackward(const FastProblem& problem, std::size_t pairs, const float* lastLambda, void* space, float* gradient) noexcept;

// A pair, plainly. space: plainSpace bytes, with a gradient 16 a cell.
std::size_t plainSpace(const FastProblem& problem, bool gradient) noexcept;
LastCell plainForward(const FastProblem& problem, bool gradient, const float* cost, void* space) noexcept;
void plainBackward(const FastProblem& problem, float lastLambda, void* space, float* gradient) noexcept;

}  // namespace wetas
