#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "wetas/point_cost.h"

namespace wetas {
namespace {

constexpr PointCost kKinds[] = {PointCost::kSquaredEuclidean, PointCost::kEuclidean, PointCost::kAbsolute, PointCost::kCosine};

template <class T>
struct Pair {
  SeriesShape shape;
  std::vector<T> x, y, dCost;
  explicit Pair(const SeriesShape& given)
      : shape(given), x(given.batch * given.rows * given.channels), y(given.batch * given.cols * given.channels), dCost(given.batch * given.rows * given.cols) {
    std::mt19937 random(17);
    std::normal_distribution<double> normal;
    for (auto* values : {&x, &y, &dCost}) {
      for (T& value : *values) value = static_cast<T>(normal(random));
    }
  }
  std::vector<T> cost(PointCost kind) const {
    std::vector<T> result(dCost.size());
    pointCost(shape, kind, x.data(), y.data(), result.data());
    return result;
  }
  // sum of dCost * cost
  double objective(PointCost kind) const {
    double sum = 0;
    const auto costs = cost(kind);
    for (std::size_t at = 0; at < costs.size(); ++at) sum += static_cast<double>(costs[at]) * dCost[at];
    return sum;
  }
};

double reference(PointCost kind, const double* x, const double* y, std::size_t channels) {
  double squared = 0, absolute = 0, xy = 0, xx = 0, yy = 0;
  for (std::size_t k = 0; k < channels; ++k) {
    squared += (x[k] - y[k]) * (x[k] - y[k]);
    absolute += std::abs(x[k] - y[k]);
    xy += x[k] * y[k];
    xx += x[k] * x[k];
    yy += y[k] * y[k];
  }
  return kind == PointCost::kSquaredEuclidean ? squared : kind == PointCost::kEuclidean ? std::sqrt(squared) : kind == PointCost::kAbsolute ? absolute : 1 - xy / std::sqrt(xx * yy);
}

TEST(DtwPointCost, ValuesOverShapes) {
  for (const SeriesShape shape : {SeriesShape{1, 1, 1, 1}, {2, 3, 17, 1}, {3, 5, 9, 8}, {1, 33, 16, 19}}) {
    const Pair<double> pair(shape);
    const Pair<float> pair32(shape);
    for (const PointCost kind : kKinds) {
      const auto cost = pair.cost(kind);
      const auto cost32 = pair32.cost(kind);
      for (std::size_t b = 0; b < shape.batch; ++b) {
        for (std::size_t i = 0; i < shape.rows; ++i) {
          for (std::size_t j = 0; j < shape.cols; ++j) {
            const std::size_t at = (b * shape.rows + i) * shape.cols + j;
            const double expected = reference(kind, &pair.x[(b * shape.rows + i) * shape.channels], &pair.y[(b * shape.cols + j) * shape.channels], shape.channels);
            ASSERT_NEAR(cost[at], expected, 1e-12 * (1 + expected));
            ASSERT_NEAR(cost32[at], expected, 2e-6 * (1 + expected));
          }
        }
      }
    }
  }
}

TEST(DtwPointCost, GradientsAreTheNumericOnes) {
  Pair<double> pair({2, 4, 6, 3});
  for (const PointCost kind : kKinds) {
    std::vector<double> dx(pair.x.size()), dy(pair.y.size());
    pointCostGradient(pair.shape, kind, pair.x.data(), pair.y.data(), pair.dCost.data(), dx.data(), dy.data());
    for (auto [values, gradient] : {std::pair{&pair.x, &dx}, std::pair{&pair.y, &dy}}) {
      for (std::size_t at = 0; at < values->size(); ++at) {
        const double kept = (*values)[at], step = 1e-6;
        (*values)[at] = kept + step;
        const double above = pair.objective(kind);
        (*values)[at] = kept - step;
        const double below = pair.objective(kind);
        (*values)[at] = kept;
        EXPECT_NEAR((*gradient)[at], (above - below) / (2 * step), 1e-6);
      }
    }
  }
}

TEST(DtwPointCost, NoDerivativeMeansZero) {
  const std::vector<double> x{0, 0, 1, 2}, y{0, 0, 1, 2}, dCost{1, 1, 1, 1};
  for (const PointCost kind : {PointCost::kEuclidean, PointCost::kAbsolute, PointCost::kCosine}) {
    std::vector<double> dx(4, -1), dy(4, -1);
    const std::vector<double> first{1, 0, 0, 0};
    pointCostGradient({1, 2, 2, 2}, kind, x.data(), y.data(), first.data(), dx.data(), dy.data());
    EXPECT_EQ(dx, std::vector<double>(4, 0));
    EXPECT_EQ(dy, std::vector<double>(4, 0));
  }
  std::vector<double> cost(4);
  pointCost({1, 2, 2, 2}, PointCost::kCosine, x.data(), y.data(), cost.data());
  EXPECT_EQ(cost[0], 1);
  EXPECT_EQ(cost[1], 1);
  EXPECT_NEAR(cost[3], 0, 1e-15);
}

}  // namespace
}  // namespace wetas
