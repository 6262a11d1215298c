// Random cost matrices and shapes that the DTW tests share.
#pragma once

#include <cstddef>
#include <ostream>
#include <random>
#include <vector>

#include "wetas/cost_shape.h"

namespace wetas {

struct DtwCase {
  CostShape shape;
  StepPattern pattern;
  double gamma;
};

inline std::ostream& operator<<(std::ostream& out, const DtwCase& test) {
  return out << "[" << test.shape.batch << ", " << test.shape.rows << ", " << test.shape.cols << "] "
             << (test.pattern == StepPattern::kSymmetric1 ? "symmetric1" : "stayOrAdvance") << " gamma " << test.gamma;
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

template <class T>
std::vector<T> randomCosts(const CostShape& shape, unsigned seed, double low = -0.5, double high = 3) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(low, high);
  std::vector<T> cost(shape.batch * shape.cells());
  for (T& value : cost) value = static_cast<T>(static_cast<float>(uniform(random)));
  return cost;
}

}  // namespace wetas
