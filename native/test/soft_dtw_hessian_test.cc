#include <gtest/gtest.h>

#include <cmath>

#include "dtw_cases.h"
#include "path_enumeration.h"
#include "wetas/soft_dtw.h"

namespace wetas {
namespace {

template <class T>
std::vector<T> productOf(const CostPairs<T>& pairs, const WarpingPaths& paths, double gamma, const std::vector<T>& direction) {
  std::vector<T> product(direction.size(), 7);
  Control control;
  softDtwHessianProduct<T>(pairs, paths, gamma, direction.data(), product.data(), control);
  return product;
}

TEST(SoftDtwHessian, IsTheCovarianceOverAllPaths) {
  const CostShape shape{2, 4, 5};
  unsigned seed = 0;
  for (const WarpingPaths& paths : everyWarpingPaths()) {
    for (const double gamma : {0.1, 2.0}) {
      auto cost = randomCosts<double>(shape, ++seed);
      cost[7] = INFINITY;
      const auto direction = randomCosts<double>(shape, seed + 1000, -1, 1);
      const auto product = productOf(pairsOf(shape, cost), paths, gamma, direction);
      const auto product32 = productOf(pairsOf(shape, std::vector<float>(cost.begin(), cost.end())), paths, gamma, std::vector<float>(direction.begin(), direction.end()));
      const auto all = everyPath(4, 5, paths);
      for (std::size_t pair = 0; pair < 2; ++pair) {
        const SoftReference reference(all, 20, gamma, &cost[pair * 20], &direction[pair * 20]);
        for (std::size_t cell = 0; cell < 20; ++cell) {
          const double want = static_cast<double>(reference.product[cell]);
          ASSERT_NEAR(product[pair * 20 + cell], want, 1e-12 / gamma) << paths << " gamma " << gamma << " cell " << cell;
          ASSERT_NEAR(product32[pair * 20 + cell], want, 1e-5 / gamma) << paths << " gamma " << gamma << " cell " << cell;
        }
      }
    }
  }
}

TEST(SoftDtwHessian, IsTheDifferenceOfGradients) {
  const CostShape shape{1, 40, 33};
  Control control;
  for (const WarpingPaths& paths : everyWarpingPaths()) {
    if (paths.pattern == StepPattern::kStayOrAdvance && !paths.openStart) continue;  // more rows than columns
    const auto cost = randomCosts<double>(shape, 9), direction = randomCosts<double>(shape, 10, -1, 1);
    const auto product = productOf(pairsOf(shape, cost), paths, 0.7, direction);
    std::vector<double> moved[2];
    const double step = 1e-5;
    for (const int side : {0, 1}) {
      auto shifted = cost;
      for (std::size_t cell = 0; cell < cost.size(); ++cell) shifted[cell] += (side == 0 ? step : -step) * direction[cell];
      double value = 0;
      moved[side].resize(cost.size());
      softDtwFromCost<double>(pairsOf(shape, shifted), paths, 0.7, &value, moved[side].data(), control);
    }
    for (std::size_t cell = 0; cell < cost.size(); ++cell) {
      ASSERT_NEAR(product[cell], (moved[0][cell] - moved[1][cell]) / (2 * step), 1e-8) << paths << " cell " << cell;
    }
  }
}

TEST(SoftDtwHessian, NoPathAndNaN) {
  const CostShape shape{3, 3, 3};
  auto cost = randomCosts<double>(shape, 1);
  cost[0] = INFINITY;
  cost[9 + 4] = NAN;
  const auto product = productOf(pairsOf(shape, cost), {}, 1, randomCosts<double>(shape, 2));
  for (std::size_t cell = 0; cell < 9; ++cell) {
    EXPECT_EQ(product[cell], 0);
    EXPECT_TRUE(std::isnan(product[9 + cell]));
    EXPECT_TRUE(std::isfinite(product[18 + cell]));
  }
}

TEST(SoftDtwHessian, PaddingIsZeroAndUnread) {
  const std::int32_t sizes[2] = {2, 3};
  const double kNaN = std::nan("");
  const std::vector<double> cost{1, 2, 0, kNaN, 0, 1, 1, kNaN, kNaN, kNaN, kNaN, kNaN}, direction{1, -1, 2, kNaN, 0, 1, 3, kNaN, kNaN, kNaN, kNaN, kNaN};
  const auto product = productOf<double>({1, 3, 4, cost.data(), sizes}, {}, 1, direction);
  const double compact[] = {1, 2, 0, 0, 1, 1}, along[] = {1, -1, 2, 0, 1, 3};
  const SoftReference reference(everyPath(2, 3, {}), 6, 1, compact, along);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 4; ++j) {
      EXPECT_NEAR(product[i * 4 + j], i < 2 && j < 3 ? static_cast<double>(reference.product[i * 3 + j]) : 0, 1e-12) << i << ", " << j;
    }
  }
}

TEST(SoftDtwHessian, RejectsGammaZero) {
  double cost = 0, product = 0;
  Control control;
  EXPECT_THROW(softDtwHessianProduct<double>({1, 1, 1, &cost, nullptr}, {}, 0, &cost, &product, control), std::invalid_argument);
}

}  // namespace
}  // namespace wetas
