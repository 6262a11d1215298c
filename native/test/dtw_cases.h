// Random cost matrices and shapes that the DTW tests share.
#pragma once

#include <cstddef>
#include <ostream>
#include <limits>
#include <random>
#include <vector>

#include "wetas/dtw_problem.h"

namespace wetas {

struct CostShape {
  std::size_t batch, rows, cols;
  std::size_t cells() const noexcept { return rows * cols; }
};

template <class T>
CostPairs<T> pairsOf(const CostShape& shape, const std::vector<T>& cost) {
  return {shape.batch, shape.rows, shape.cols, cost.data(), nullptr};
}

struct DtwCase {
  CostShape shape;
  StepPattern pattern;
  double gamma;
  WarpingPaths paths() const {
    WarpingPaths paths;
    paths.pattern = pattern;
    return paths;
  }
};

inline std::ostream& operator<<(std::ostream& out, const DtwCase& test) {
  return out << "[" << test.shape.batch << ", " << test.shape.rows << ", " << test.shape.cols << "] "
             << (test.pattern == StepPattern::kSymmetric1 ? "symmetric1" : "stayOrAdvance") << " gamma " << test.gamma;
}

inline std::ostream& operator<<(std::ostream& out, const WarpingPaths& paths) {
  const char* const bands[] = {"no band", "Sakoe-Chiba ", "Itakura "};
  out << (paths.pattern == StepPattern::kSymmetric1 ? "symmetric1, " : "stayOrAdvance, ") << bands[paths.band.kind];
  if (paths.band.kind != Band::kNone) out << paths.band.size;
  return out << (paths.openStart ? ", open start" : "") << (paths.openEnd ? ", open end" : "") << ", penalty " << paths.stepPenalty;
}

// Shapes around every vector width, both step patterns, gammas from nearly hard to nearly a mean.
inline std::vector<DtwCase> dtwCases() {
  std::vector<DtwCase> cases;
  const std::size_t extents[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 66};
  std::size_t turn = 0;
  for (const std::size_t rows : extents) {
    for (const std::size_t cols : extents) {
      for (const StepPattern pattern : {StepPattern::kSymmetric1, StepPattern::kStayOrAdvance}) {
        const double gammas[] = {0.001, 0.1, 1, 10, 1e6};
        const std::size_t batches[] = {1, 3, 17};
        cases.push_back({{batches[turn % 3], rows, cols}, pattern, gammas[turn % 5]});
        ++turn;
      }
    }
  }
  return cases;
}

// Every combination of pattern, band and open ends, with and without a step penalty.
inline std::vector<WarpingPaths> everyWarpingPaths() {
  std::vector<WarpingPaths> all;
  const Band bands[] = {{}, {Band::kSakoeChiba, 0}, {Band::kSakoeChiba, 1}, {Band::kSakoeChiba, 1.7}, {Band::kItakura, 1}, {Band::kItakura, 2}, {Band::kItakura, 3.5}};
  for (const StepPattern pattern : {StepPattern::kSymmetric1, StepPattern::kStayOrAdvance}) {
    for (const Band& band : bands) {
      for (const bool openStart : {false, true}) {
        for (const bool openEnd : {false, true}) {
          for (const double penalty : {0.0, 0.4}) all.push_back({pattern, band, openStart, openEnd, penalty});
        }
      }
    }
  }
  return all;
}

template <class T>
std::vector<T> randomCosts(const CostShape& shape, unsigned seed, double low = -0.5, double high = 3) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(low, high);
  std::vector<T> cost(shape.batch * shape.cells());
  for (T& value : cost) value = static_cast<T>(static_cast<float>(uniform(random)));
  return cost;
}

// 0.353 on the diagonal that begins at column `offset` and in both corners, infinity elsewhere.
inline std::vector<float> oneDiagonal(const CostShape& shape, std::size_t offset) {
  std::vector<float> cost(shape.cells(), std::numeric_limits<float>::infinity());
  cost[0] = cost.back() = 0.353f;
  for (std::size_t i = 0; i < shape.rows; ++i) cost[i * shape.cols + i + offset] = 0.353f;
  return cost;
}

}  // namespace wetas
