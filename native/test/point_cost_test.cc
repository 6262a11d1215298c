#include "wetas/point_cost.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "wetas/device.h"

namespace wetas {
namespace {

constexpr PointCost kKinds[] = {PointCost::kSquaredEuclidean, PointCost::kEuclidean, PointCost::kAbsolute, PointCost::kCosine, PointCost::kBinaryCrossEntropy};

struct Shape {
  std::size_t batch, rows, cols, channels;
};

template <class T>
struct Points {
  Shape shape;
  std::vector<T> x, y, dCost;

  explicit Points(const Shape& given)
      : shape(given), x(given.batch * given.rows * given.channels), y(given.batch * given.cols * given.channels), dCost(given.batch * given.rows * given.cols) {
    std::mt19937 random(17);
    std::uniform_real_distribution<double> uniform(0.05, 0.95);  // scores, too
    std::normal_distribution<double> normal;
    for (T& value : x) value = static_cast<T>(uniform(random));
    for (T& value : y) value = static_cast<T>(uniform(random));
    for (T& value : dCost) value = static_cast<T>(normal(random));
  }
  SeriesPairs<T> pairs(PointCost kind) const {
    return {Pairing::kMatched, shape.batch, shape.rows, shape.batch, shape.cols, shape.channels, kind, x.data(), y.data(), nullptr, nullptr};
  }
  std::vector<T> cost(PointCost kind) const {
    std::vector<T> result(dCost.size(), 7);
    pointCost(pairs(kind), result.data());
    return result;
  }
};

double reference(PointCost kind, const double* x, const double* y, std::size_t channels) {
  double squared = 0, absolute = 0, xy = 0, xx = 0, yy = 0, entropy = 0;
  for (std::size_t k = 0; k < channels; ++k) {
    squared += (x[k] - y[k]) * (x[k] - y[k]);
    absolute += std::abs(x[k] - y[k]);
    xy += x[k] * y[k];
    xx += x[k] * x[k];
    yy += y[k] * y[k];
    entropy -= x[k] * std::log(y[k]) + (1 - x[k]) * std::log(1 - y[k]);
  }
  switch (kind) {
    case PointCost::kSquaredEuclidean: return squared;
    case PointCost::kEuclidean: return std::sqrt(squared);
    case PointCost::kAbsolute: return absolute;
    case PointCost::kCosine: return 1 - xy / std::sqrt(xx * yy);
    case PointCost::kBinaryCrossEntropy: return entropy;
  }
  return 0;
}

// sum of dCost * cost, of one pair
double objective(const Points<double>& points, std::size_t pair, PointCost kind) {
  const auto [batch, rows, cols, channels] = points.shape;
  double sum = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < cols; ++j) {
      sum += points.dCost[(pair * rows + i) * cols + j] * reference(kind, &points.x[(pair * rows + i) * channels], &points.y[(pair * cols + j) * channels], channels);
    }
  }
  return sum;
}

TEST(DtwPointCost, ValuesOverShapes) {
  for (const Shape shape : {Shape{1, 1, 1, 1}, {2, 3, 17, 1}, {3, 5, 9, 8}, {1, 33, 16, 19}, {2, 130, 35, 2}}) {
    const Points<double> points(shape);
    const Points<float> points32(shape);
    for (const PointCost kind : kKinds) {
      const auto cost = points.cost(kind);
      const auto cost32 = points32.cost(kind);
      for (std::size_t at = 0; at < cost.size(); ++at) {
        const std::size_t row = at / shape.cols, col = row / shape.rows * shape.cols + at % shape.cols;
        const double expected = reference(kind, &points.x[row * shape.channels], &points.y[col * shape.channels], shape.channels);
        ASSERT_NEAR(cost[at], expected, 1e-13 * (1 + expected)) << static_cast<int>(kind);
        ASSERT_NEAR(cost32[at], expected, 3e-6 * (1 + expected)) << static_cast<int>(kind);
      }
    }
  }
}

TEST(DtwPointCost, GradientsAreTheNumericOnes) {
  for (const Shape shape : {Shape{2, 4, 6, 3}, {1, 7, 19, 1}, {1, 1, 1, 2}}) {
    Points<double> points(shape);
    const Points<float> points32(shape);
    for (const PointCost kind : kKinds) {
      std::vector<double> dx(points.x.size(), 7), dy(points.y.size(), 7), onlyDx(dx), onlyDy(dy);
      std::vector<float> dx32(dx.size()), dy32(dy.size());
      pointCostGradient<double>(points.pairs(kind), points.dCost.data(), dx.data(), dy.data());
      pointCostGradient<double>(points.pairs(kind), points.dCost.data(), onlyDx.data(), nullptr);
      pointCostGradient<double>(points.pairs(kind), points.dCost.data(), nullptr, onlyDy.data());
      pointCostGradient<float>(points32.pairs(kind), points32.dCost.data(), dx32.data(), dy32.data());
      EXPECT_EQ(dx, onlyDx);
      EXPECT_EQ(dy, onlyDy);
      const auto compare = [&](std::vector<double>& values, const std::vector<double>& gradient, const std::vector<float>& gradient32) {
        for (std::size_t at = 0; at < values.size(); ++at) {
          const std::size_t pair = at / (values.size() / shape.batch);
          const double kept = values[at], step = 1e-6;
          values[at] = kept + step;
          const double above = objective(points, pair, kind);
          values[at] = kept - step;
          const double below = objective(points, pair, kind);
          values[at] = kept;
          EXPECT_NEAR(gradient[at], (above - below) / (2 * step), 1e-6) << static_cast<int>(kind);
          EXPECT_NEAR(gradient32[at], gradient[at], 2e-5) << static_cast<int>(kind);
        }
      };
      compare(points.x, dx, dx32);
      compare(points.y, dy, dy32);
    }
  }
}

// More rows than a thread takes at once, more columns than the kernel does.
TEST(DtwPointCost, LongSeries) {
  const Shape shape{1, 150, 1111, 3};
  Points<float> points32(shape);
  Points<double> points(shape);
  for (const auto& [from, to] : {std::pair{&points32.x, &points.x}, std::pair{&points32.y, &points.y}, std::pair{&points32.dCost, &points.dCost}}) {
    std::copy(from->begin(), from->end(), to->begin());
  }
  const auto [batch, rows, cols, channels] = shape;
  std::vector<double> squaredDx(points.x.size()), squaredDy(points.y.size());
  for (std::size_t at = 0; at < rows * cols * channels; ++at) {
    const std::size_t k = at % channels, cell = at / channels, i = cell / cols * channels + k, j = cell % cols * channels + k;
    const double each = 2 * points.dCost[cell] * (points.x[i] - points.y[j]);
    squaredDx[i] += each;
    squaredDy[j] -= each;
  }
  for (const PointCost kind : kKinds) {
    std::vector<double> dx(points.x.size()), dy(points.y.size());
    std::vector<float> dx32(dx.size()), dy32(dy.size());
    pointCostGradient<double>(points.pairs(kind), points.dCost.data(), dx.data(), dy.data());
    pointCostGradient<float>(points32.pairs(kind), points32.dCost.data(), dx32.data(), dy32.data());
    if (kind == PointCost::kSquaredEuclidean) {
      for (std::size_t at = 0; at < dx.size(); ++at) ASSERT_NEAR(dx[at], squaredDx[at], 1e-11);
      for (std::size_t at = 0; at < dy.size(); ++at) ASSERT_NEAR(dy[at], squaredDy[at], 1e-11);
    }
    for (std::size_t at = 0; at < dx.size(); ++at) ASSERT_NEAR(dx32[at], dx[at], 1e-3) << static_cast<int>(kind);  // of sums of 1111 terms
    for (std::size_t at = 0; at < dy.size(); ++at) ASSERT_NEAR(dy32[at], dy[at], 3e-4) << static_cast<int>(kind);
  }
}

// The difference of the points counts, not what they have in common.
TEST(DtwPointCost, ACommonOffsetCancels) {
  const std::vector<float> x{4096.25f, 4095.5f}, y{4096.5f, 4095.75f, 4094}, dCost{0.5f, 0.25f, 0, 0, 0.5f, 1};
  std::vector<float> dx(2), dy(3);
  pointCostGradient<float>({Pairing::kMatched, 1, 2, 1, 3, 1, PointCost::kSquaredEuclidean, x.data(), y.data(), nullptr, nullptr}, dCost.data(), dx.data(), dy.data());
  EXPECT_EQ(dx, (std::vector<float>{2 * (0.5f * -0.25f + 0.25f * 0.5f), 2 * (0.5f * -0.25f + 1.5f)}));
  EXPECT_EQ(dy, (std::vector<float>{2 * 0.5f * 0.25f, 2 * (0.25f * -0.5f + 0.5f * 0.25f), 2 * -1.5f}));
}

TEST(DtwPointCost, NoDerivativeMeansZero) {
  const std::vector<double> x{0, 0, 1, 2}, y{0, 0, 1, 2}, first{1, 0, 0, 0};
  for (const PointCost kind : {PointCost::kEuclidean, PointCost::kAbsolute, PointCost::kCosine}) {
    std::vector<double> dx(4, -1), dy(4, -1);
    pointCostGradient<double>({Pairing::kMatched, 1, 2, 1, 2, 2, kind, x.data(), y.data(), nullptr, nullptr}, first.data(), dx.data(), dy.data());
    EXPECT_EQ(dx, std::vector<double>(4, 0));
    EXPECT_EQ(dy, std::vector<double>(4, 0));
  }
  std::vector<double> cost(4);
  pointCost<double>({Pairing::kMatched, 1, 2, 1, 2, 2, PointCost::kCosine, x.data(), y.data(), nullptr, nullptr}, cost.data());
  EXPECT_EQ(cost[0], 1);
  EXPECT_EQ(cost[1], 1);
  EXPECT_NEAR(cost[3], 0, 1e-15);
}

TEST(DtwPointCost, WhereDCostIsZeroNothingIsAdded) {
  for (const float wild : {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN(), 3e38f}) {
    const std::vector<float> x{0.5f, wild}, y{0.25f, wild}, dCost{2, 0, 0, 0};
    for (const PointCost kind : kKinds) {
      std::vector<float> dx(2, 7), dy(2, 7);
      pointCostGradient<float>({Pairing::kMatched, 1, 2, 1, 2, 1, kind, x.data(), y.data(), nullptr, nullptr}, dCost.data(), dx.data(), dy.data());
      EXPECT_TRUE(std::isfinite(dx[0]) && std::isfinite(dy[0])) << static_cast<int>(kind) << " " << wild;
      EXPECT_TRUE(kind == PointCost::kCosine || (dx[0] != 0 && dy[0] != 0)) << static_cast<int>(kind);
      EXPECT_EQ(dx[1], 0) << static_cast<int>(kind) << " " << wild;
      EXPECT_EQ(dy[1], 0) << static_cast<int>(kind) << " " << wild;
    }
  }
}

TEST(DtwPointCost, WhereTheCostIsInfiniteNothingIsAdded) {
  const float most = std::numeric_limits<float>::infinity();
  for (const PointCost kind : {PointCost::kSquaredEuclidean, PointCost::kEuclidean, PointCost::kAbsolute}) {
    for (const float wild : {most, -most, kind == PointCost::kAbsolute ? most : 1e30f}) {
      const std::vector<float> x{0.5f, -1}, y{0.25f, wild}, dCost{2, 1e-30f, 1, 1};
      std::vector<float> dx(2), dy(2);
      pointCostGradient<float>({Pairing::kMatched, 1, 2, 1, 2, 1, kind, x.data(), y.data(), nullptr, nullptr}, dCost.data(), dx.data(), dy.data());
      EXPECT_TRUE(dx[0] > 0 && dx[0] < 3 && dx[1] < 0 && dx[1] > -3) << static_cast<int>(kind) << " " << wild;
      EXPECT_EQ(dy[1], 0);
    }
  }
  const std::vector<double> label{0.5, 0.5}, score{0, 0.25}, dCost{1, 1, 1, 1};
  std::vector<double> dLabel(2), dScore(2);
  pointCostGradient<double>({Pairing::kMatched, 1, 2, 1, 2, 1, PointCost::kBinaryCrossEntropy, label.data(), score.data(), nullptr, nullptr}, dCost.data(), dLabel.data(),
                            dScore.data());
  EXPECT_NEAR(dLabel[0], std::log(3), 1e-15);
  EXPECT_EQ(dScore[0], 0);
}

TEST(DtwPointCost, CosineOfTinyAndHugePoints) {
  const std::vector<float> x{3e-30f, 4e-30f, 3e30f, 4e30f}, y{4, 3};
  std::vector<float> cost(2);
  pointCost<float>({Pairing::kMatched, 1, 2, 1, 1, 2, PointCost::kCosine, x.data(), y.data(), nullptr, nullptr}, cost.data());
  EXPECT_NEAR(cost[0], 1 - 24.0 / 25, 1e-6);
  EXPECT_NEAR(cost[1], 1 - 24.0 / 25, 1e-6);
}

// Labels 0 and 1 against scores 0, 1/4 and 1: infinite where the score rules the label out.
TEST(DtwPointCost, CrossEntropyAtTheEndsOfItsRange) {
  const std::vector<double> x{0, 1}, y{0, 0.25, 1}, dCost{2, 3, 0, 0, 5, 7};
  std::vector<double> cost(6), dx(2), dy(3);
  const SeriesPairs<double> pairs{Pairing::kMatched, 1, 2, 1, 3, 1, PointCost::kBinaryCrossEntropy, x.data(), y.data(), nullptr, nullptr};
  pointCost(pairs, cost.data());
  EXPECT_EQ(cost[0], 0);
  EXPECT_NEAR(cost[1], -std::log(0.75), 1e-15);
  EXPECT_EQ(cost[2], INFINITY);
  EXPECT_EQ(cost[3], INFINITY);
  EXPECT_NEAR(cost[4], -std::log(0.25), 1e-15);
  EXPECT_EQ(cost[5], 0);
  pointCostGradient<double>(pairs, dCost.data(), dx.data(), dy.data());
  EXPECT_NEAR(dy[0], 2, 1e-14);
  EXPECT_NEAR(dy[1], 3 / 0.75 - 5 / 0.25, 1e-13);
  EXPECT_NEAR(dy[2], -7, 1e-14);
  EXPECT_EQ(dx[0], INFINITY);  // the cost rises from 0 to +infinity as the label leaves the score 0
  EXPECT_EQ(dx[1], -INFINITY);
  const std::vector<double> outside{-0.5, 0.5, 1.5};
  pointCost<double>({Pairing::kMatched, 1, 2, 1, 3, 1, PointCost::kBinaryCrossEntropy, x.data(), outside.data(), nullptr, nullptr}, cost.data());
  for (const std::size_t at : {0, 2, 3, 5}) EXPECT_TRUE(std::isnan(cost[at])) << at;
  EXPECT_NEAR(cost[1], -std::log(0.5), 1e-15);
}

TEST(DtwPointCost, SameBitsAtAnyNumberOfThreads) {
  const std::size_t before = threadCount();
  for (const Shape shape : {Shape{1, 300, 70, 3}, {3, 200, 33, 2}, {40, 9, 11, 1}}) {
    const Points<float> points(shape);
    for (const PointCost kind : kKinds) {
      std::vector<float> first[2];
      for (const std::size_t threads : {1, 2, 5, 64}) {
        setThreadCount(threads);
        std::vector<float> dx(points.x.size()), dy(points.y.size());
        pointCostGradient<float>(points.pairs(kind), points.dCost.data(), dx.data(), dy.data());
        if (threads == 1) first[0] = dx, first[1] = dy;
        EXPECT_EQ(std::memcmp(dx.data(), first[0].data(), dx.size() * sizeof(float)), 0);
        EXPECT_EQ(std::memcmp(dy.data(), first[1].data(), dy.size() * sizeof(float)), 0);
      }
    }
  }
  setThreadCount(before);
}

TEST(DtwPointCost, RejectsWhatHasNoMeaning) {
  float number = 0;
  const std::int32_t length = 1;
  EXPECT_THROW(pointCost<float>({Pairing::kMatched, 1, 0, 1, 1, 1, kKinds[0], &number, &number, nullptr, nullptr}, &number), std::invalid_argument);
  EXPECT_THROW(pointCost<float>({Pairing::kMatched, 1, 1, 1, 1, 0, kKinds[0], &number, &number, nullptr, nullptr}, &number), std::invalid_argument);
  EXPECT_THROW(pointCost<float>({Pairing::kMatched, 1, 1, 1, 1, 1, kKinds[0], &number, &number, &length, nullptr}, &number), std::invalid_argument);
  EXPECT_THROW(pointCost<float>({Pairing::kAll, 1, 1, 1, 1, 1, kKinds[0], &number, &number, nullptr, nullptr}, &number), std::invalid_argument);
  EXPECT_NO_THROW(pointCost<float>({Pairing::kMatched, 0, 1, 0, 1, 1, kKinds[0], &number, &number, nullptr, nullptr}, &number));
}

}  // namespace
}  // namespace wetas
