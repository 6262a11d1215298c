#include "kernels/cpu/soft_dtw_log.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace wetas {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The shares of the three moves into a cell in exp(-softmin / gamma), relative to the largest of them.
struct Moves {
  double lowest, diagonal, stay, up, sum;

  // r of the cells the moves come from; `above` and `row` point at this cell's column.
  Moves(StepPattern pattern, double gamma, const double* above, const double* row) {
    const double fromUp = pattern == StepPattern::kSymmetric1 ? above[0] : kInfinity;
    lowest = std::min({above[-1], row[-1], fromUp});
    if (lowest == kInfinity) return;
    diagonal = std::exp((lowest - above[-1]) / gamma);
    stay = std::exp((lowest - row[-1]) / gamma);
    up = std::exp((lowest - fromUp) / gamma);
    sum = diagonal + stay + up;
  }

  bool reachable() const { return lowest != kInfinity; }
  double softMinimum(double gamma) const { return reachable() ? lowest - gamma * std::log(sum) : kInfinity; }
};

// Row 0 of r [rows + 1, cols + 1]: nothing but the start, at (0, 0).
void startRow(double* row, std::size_t cols) {
  row[0] = 0;
  std::fill(row + 1, row + cols + 1, kInfinity);
}

template <class T>
void nextRow(std::size_t cols, StepPattern pattern, double gamma, const T* cost, const double* above, double* row) {
  row[0] = kInfinity;
  for (std::size_t j = 1; j <= cols; ++j) {
    row[j] = static_cast<double>(cost[j - 1]) + Moves(pattern, gamma, above + j, row + j).softMinimum(gamma);
  }
}

}  // namespace

template <class T>
double softDtwLogForward(std::size_t rows, std::size_t cols, StepPattern pattern, double gamma, const T* cost, double* rows2) noexcept {
  double* above = rows2;
  double* row = rows2 + cols + 1;
  startRow(above, cols);
  for (std::size_t i = 0; i < rows; ++i) {
    nextRow(cols, pattern, gamma, cost + i * cols, above, row);
    std::swap(above, row);
  }
  return above[cols];
}

template <class T>
double softDtwLogGradient(std::size_t rows, std::size_t cols, StepPattern pattern, double gamma, const T* cost, double* softCost,
                          double* rows2, T* gradient) noexcept {
  const std::size_t stride = cols + 1;
  startRow(softCost, cols);
  for (std::size_t i = 0; i < rows; ++i) nextRow(cols, pattern, gamma, cost + i * cols, softCost + i * stride, softCost + (i + 1) * stride);
  const double value = softCost[rows * stride + cols];
  if (value == kInfinity) {
    std::fill(gradient, gradient + rows * cols, T(0));
    return value;
  }
  // From the end, each cell hands its probability on to the cells it may have been entered from.
  double* expected = rows2;
  double* expectedAbove = rows2 + stride;
  std::fill(expected, expected + stride, 0.0);
  expected[cols] = 1;
  for (std::size_t i = rows; i > 0; --i) {
    std::fill(expectedAbove, expectedAbove + stride, 0.0);
    for (std::size_t j = cols; j > 0; --j) {
      const double here = expected[j];
      gradient[(i - 1) * cols + j - 1] = static_cast<T>(here);
      if (here == 0) continue;
      const Moves moves(pattern, gamma, softCost + (i - 1) * stride + j, softCost + i * stride + j);
      if (!moves.reachable()) continue;
      const double share = here / moves.sum;
      expectedAbove[j - 1] += share * moves.diagonal;
      expected[j - 1] += share * moves.stay;
      expectedAbove[j] += share * moves.up;
    }
    std::swap(expected, expectedAbove);
  }
  return value;
}

template double softDtwLogForward(std::size_t, std::size_t, StepPattern, double, const float*, double*) noexcept;
template double softDtwLogForward(std::size_t, std::size_t, StepPattern, double, const double*, double*) noexcept;
template double softDtwLogGradient(std::size_t, std::size_t, StepPattern, double, const float*, double*, double*, float*) noexcept;
template double softDtwLogGradient(std::size_t, std::size_t, StepPattern, double, const double*, double*, double*, double*) noexcept;

}  // namespace wetas
