// Hard DTW one cell at a time: the slow and obvious reference.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "core/band.h"
#include "kernels/cpu/simd.h"
#include "wetas/dtw_problem.h"

namespace wetas {

// a * a + b as the kernels round it.
template <class T>
T squareAdded(T a, T b) {
#if defined(__x86_64__)
  return activeSimd() >= Simd::kAvx2 ? std::fma(a, a, b) : a * a + b;
#else
  return std::fma(a, a, b);
#endif
}

template <class T>
T referencePointCost(PointCost kind, std::size_t channels, const T* x, const T* y) {
  T sum = 0;
  double xy = 0, xx = 0, yy = 0, entropy = 0;
  for (std::size_t c = 0; c < channels; ++c) {
    if (kind == PointCost::kSquaredEuclidean || kind == PointCost::kEuclidean) sum = squareAdded(y[c] - x[c], sum);
    if (kind == PointCost::kAbsolute) sum += std::abs(y[c] - x[c]);
    xy += static_cast<double>(x[c]) * y[c];
    xx += static_cast<double>(x[c]) * x[c];
    yy += static_cast<double>(y[c]) * y[c];
    if (x[c] != 0) entropy -= x[c] * std::log(static_cast<double>(y[c]));
    if (x[c] != 1) entropy -= (1.0 - x[c]) * std::log(1.0 - y[c]);
  }
  if (kind == PointCost::kEuclidean) return std::sqrt(sum);
  if (kind == PointCost::kCosine) return static_cast<T>(xx == 0 || yy == 0 ? 1 : 1 - xy / std::sqrt(xx) / std::sqrt(yy));
  if (kind == PointCost::kBinaryCrossEntropy) return static_cast<T>(entropy);
  return sum;
}

// The cells of one best path from start to end, and its cost. stayFirst: which of two equal moves on a row. squareOf: the costs are
// differences, to be squared.
template <class T>
struct HardReference {
  T value = std::numeric_limits<T>::infinity();
  std::vector<std::int32_t> path;

  HardReference(std::size_t rows, std::size_t cols, const std::vector<T>& cost, const WarpingPaths& paths, bool squareOf = false, bool stayFirst = false) {
    constexpr T kInfinity = std::numeric_limits<T>::infinity();
    const RowIntervals band(paths.band, rows, cols);
    const T penalty = static_cast<T>(paths.stepPenalty);
    std::vector<T> r(rows * cols, kInfinity);
    std::vector<char> moves(rows * cols);
    const auto at = [&](std::size_t i, std::size_t j) { return r[i * cols + j]; };
    for (std::size_t i = 0; i < rows; ++i) {
      if (!band.everything() && band.begin[i] == band.end[i]) return;
    }
    bool bad = false;
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < cols; ++j) {
        if (!band.everything() && (static_cast<std::int32_t>(j) < band.begin[i] || static_cast<std::int32_t>(j) >= band.end[i])) continue;
        const bool start = i == 0 && (j == 0 || paths.openStart);
        const T diagonal = start ? 0 : i > 0 && j > 0 ? at(i - 1, j - 1) : kInfinity;
        const T stay = j > 0 ? at(i, j - 1) + penalty : kInfinity;
        const T up = i > 0 && paths.pattern == StepPattern::kSymmetric1 ? at(i - 1, j) + penalty : kInfinity;
        const bool takeDiagonal = stayFirst ? diagonal < stay : diagonal <= stay;
        const T onRow = takeDiagonal ? diagonal : stay, best = std::min(onRow, up), own = cost[i * cols + j];
        bad |= !(own > -kInfinity);
        r[i * cols + j] = squareOf ? squareAdded(own, best) : own + best;
        moves[i * cols + j] = up < onRow ? 'u' : !takeDiagonal ? 's' : start ? 'x' : 'd';
      }
    }
    std::size_t i = rows - 1, j = cols - 1;
    if (paths.openEnd) j = static_cast<std::size_t>(std::min_element(r.end() - static_cast<std::ptrdiff_t>(cols), r.end()) - r.begin()) % cols;
    value = bad ? std::numeric_limits<T>::quiet_NaN() : at(i, j);
    if (!std::isfinite(value)) return;
    for (;;) {
      path.push_back(static_cast<std::int32_t>(j));
      path.push_back(static_cast<std::int32_t>(i));
      const char move = moves[i * cols + j];
      if (move == 'x') break;
      i -= move != 's';
      j -= move != 'u';
    }
    std::reverse(path.begin(), path.end());
  }
};

template <class T>
std::vector<T> randomNumbers(std::size_t count, unsigned seed, double low, double high) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(low, high);
  std::vector<T> numbers(count);
  for (T& number : numbers) number = static_cast<T>(uniform(random));
  return numbers;
}

// Small whole numbers: many paths cost the same, and every sum is exact.
template <class T>
std::vector<T> randomWholeNumbers(std::size_t count, unsigned seed, int low, int high) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> uniform(low, high);
  std::vector<T> numbers(count);
  for (T& number : numbers) number = static_cast<T>(uniform(random));
  return numbers;
}

}  // namespace wetas
