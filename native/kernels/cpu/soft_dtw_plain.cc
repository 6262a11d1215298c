#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/cpu/soft_dtw_fast.h"

namespace wetas {
namespace {

struct PlainScaled {
  float mantissa;
  std::int32_t exponent;
};

constexpr PlainScaled kUnreachable{0, kUnreachableExponent};

struct PlainCell {
  float diagonal, stay, up, mantissa;  // the weights of the moves into the cell, and its own mantissa
};

// The working space: two rows of z, and with a gradient every cell.
struct PlainSpace {
  PlainScaled* rows;  // [2, cols + 1]
  PlainCell* cells;   // [rows, cols]
  PlainSpace(const FastProblem& problem, void* space)
      : rows(static_cast<PlainScaled*>(space)), cells(reinterpret_cast<PlainCell*>(rows + 2 * (problem.cols + 1))) {}
};

// The product is exact in double: one rounding to float short of a fused multiply-add, on any machine.
float multiplyAdd(float a, float b, float c) { return static_cast<float>(static_cast<double>(a) * b + c); }

float powerOfTwo(std::int32_t exponent) {
  const std::int32_t bits = (exponent + 127) << 23;
  float result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

PlainScaled costFactor(float cost, const FastProblem& problem) {
  const float bounded = std::min(cost, problem.largestCost);
  const float whole = multiplyAdd(bounded, problem.scale, kRoundingMagic) - kRoundingMagic;
  const float f = multiplyAdd(bounded, problem.scale, -whole);
  float p = kExp2Coefficients[0];
  for (int k = 1; k < 6; ++k) p = multiplyAdd(p, f, kExp2Coefficients[k]);
  return {p, static_cast<std::int32_t>(whole)};
}

PlainScaled enterCell(const FastProblem& problem, float cost, PlainScaled diagonal, PlainScaled stay, PlainScaled up, PlainCell& cell) {
  const PlainScaled k = costFactor(cost, problem);
  const std::int32_t largest = std::max({diagonal.exponent, stay.exponent, up.exponent});
  const auto weight = [&](PlainScaled from) { return k.mantissa * powerOfTwo(std::max(from.exponent - largest, -100)); };
  cell.diagonal = weight(diagonal);
  cell.stay = weight(stay);
  cell.up = weight(up);
  cell.mantissa = multiplyAdd(cell.up, up.mantissa, multiplyAdd(cell.stay, stay.mantissa, cell.diagonal * diagonal.mantissa));
  if (cell.mantissa == 0) return kUnreachable;
  // Back to a mantissa in [1, 2).
  const std::int32_t power = std::ilogb(cell.mantissa);
  const float inverse = powerOfTwo(-power);
  cell = {cell.diagonal * inverse, cell.stay * inverse, cell.up * inverse, cell.mantissa * inverse};
  return {cell.mantissa, largest + k.exponent + power};
}

}  // namespace

std::size_t plainSpace(const FastProblem& problem, bool gradient) noexcept {
  return 2 * (problem.cols + 1) * sizeof(PlainScaled) + (gradient ? problem.rows * problem.cols * sizeof(PlainCell) : 0);
}

LastCell plainForward(const FastProblem& problem, bool gradient, const float* cost, void* space) noexcept {
  const PlainSpace own(problem, space);
  PlainScaled* above = own.rows;
  PlainScaled* row = above + problem.cols + 1;
  std::fill(above, above + problem.cols + 1, kUnreachable);
  above[0] = {1, 0};
  for (std::size_t i = 0; i < problem.rows; ++i) {
    row[0] = kUnreachable;
    for (std::size_t j = 1; j <= problem.cols; ++j) {
      const std::size_t at = i * problem.cols + j - 1;
      PlainCell cell;
      row[j] = enterCell(problem, cost[at], above[j - 1], row[j - 1], problem.pattern == StepPattern::kSymmetric1 ? above[j] : kUnreachable, cell);
      if (gradient) own.cells[at] = cell;
    }
    std::swap(above, row);
  }
  return {above[problem.cols].mantissa, above[problem.cols].exponent};
}

void plainBackward(const FastProblem& problem, float lastLambda, void* space, float* gradient) noexcept {
  const PlainCell* const cells = PlainSpace(problem, space).cells;
  const std::size_t cols = problem.cols;
  // gradient holds lambda until the cells entered from a cell, on its row and the one below, are all done.
  std::fill(gradient, gradient + problem.rows * cols, 0.0f);
  gradient[problem.rows * cols - 1] = lastLambda;
  for (std::size_t i = problem.rows; i-- > 0;) {
    for (std::size_t j = cols; j-- > 0;) {
      const PlainCell& cell = cells[i * cols + j];
      float* const here = gradient + i * cols + j;
      const float lambda = *here;
      if (cell.mantissa != 0) {
        if (i > 0 && j > 0) here[-static_cast<std::ptrdiff_t>(cols) - 1] += cell.diagonal * lambda;
        if (j > 0) here[-1] += cell.stay * lambda;
        if (i > 0) here[-static_cast<std::ptrdiff_t>(cols)] += cell.up * lambda;
      }
      *here = lambda * cell.mantissa;
    }
  }
}

}  // namespace wetas
