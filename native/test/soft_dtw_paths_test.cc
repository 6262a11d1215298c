// Every combination of options against the sum over all paths.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "dtw_cases.h"
#include "path_enumeration.h"
#include "wetas/point_cost.h"
#include "wetas/soft_dtw.h"

namespace wetas {
namespace {

constexpr std::size_t kRows = 4, kCols = 5, kCells = kRows * kCols;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Three pairs of different sizes. What must not be read, the padding and what is outside the band, is NaN.
constexpr std::int32_t kSizes[3][2] = {{4, 5}, {3, 3}, {4, 2}};

template <class T>
struct Ragged {
  std::vector<T> cost = std::vector<T>(3 * kCells, static_cast<T>(kNaN));
  std::vector<double> compact[3];  // the real part of each pair

  Ragged(const WarpingPaths& paths, unsigned seed, double forbidden) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> uniform(-0.5, 2), share(0, 1);
    for (std::size_t p = 0; p < 3; ++p) {
      const std::size_t rows = static_cast<std::size_t>(kSizes[p][0]), cols = static_cast<std::size_t>(kSizes[p][1]);
      const BandMask mask(paths.band, rows, cols);
      for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t j = 0; j < cols; ++j) {
          const float each = share(random) < forbidden ? INFINITY : static_cast<float>(uniform(random));
          compact[p].push_back(each);
          if (mask.allows(i, j)) cost[p * kCells + i * kCols + j] = each;
        }
      }
    }
  }
};

template <class T>
void compareGiven(const WarpingPaths& paths, double gamma, double forbidden, unsigned seed, double tolerance) {
  SCOPED_TRACE(testing::Message() << paths << ", gamma " << gamma << ", forbidden " << forbidden << ", " << sizeof(T) * 8 << " bits");
  const Ragged<T> given(paths, seed, forbidden);
  std::vector<T> forward(3), value(3), expected(3 * kCells, 7);
  Control control;
  const CostPairs<T> pairs{3, kRows, kCols, given.cost.data(), &kSizes[0][0]};
  softDtwFromCost<T>(pairs, paths, gamma, forward.data(), nullptr, control);
  softDtwFromCost<T>(pairs, paths, gamma, value.data(), expected.data(), control);
  for (std::size_t p = 0; p < 3; ++p) {
    const std::size_t rows = static_cast<std::size_t>(kSizes[p][0]), cols = static_cast<std::size_t>(kSizes[p][1]);
    const SoftReference reference(everyPath(rows, cols, paths), rows * cols, gamma, given.compact[p].data());
    ASSERT_EQ(forward[p], value[p]);
    if (std::isinf(reference.value)) {
      ASSERT_EQ(value[p], INFINITY);
    } else {
      ASSERT_NEAR(value[p], static_cast<double>(reference.value), tolerance * (1 + gamma));
    }
    for (std::size_t i = 0; i < kRows; ++i) {
      for (std::size_t j = 0; j < kCols; ++j) {
        const double want = i < rows && j < cols ? static_cast<double>(reference.expected[i * cols + j]) : 0;
        ASSERT_NEAR(expected[p * kCells + i * kCols + j], want, tolerance) << "pair " << p << " cell " << i << ", " << j;
      }
    }
  }
}

TEST(SoftDtwPaths, GivenCosts) {
  unsigned seed = 0;
  for (const WarpingPaths& paths : everyWarpingPaths()) {
    for (const double gamma : {0.01, 1.0, 100.0}) {
      for (const double forbidden : {0.0, 0.15}) {
        ++seed;
        compareGiven<float>(paths, gamma, forbidden, seed, 1e-6);
        compareGiven<double>(paths, gamma, forbidden, seed, 1e-13);
      }
    }
  }
}

template <class T>
void compareHard(const WarpingPaths& paths, unsigned seed) {
  SCOPED_TRACE(testing::Message() << paths << ", gamma 0, " << sizeof(T) * 8 << " bits");
  const Ragged<T> given(paths, seed, 0.1);
  std::vector<T> forward(3), value(3), expected(3 * kCells, 7);
  Control control;
  const CostPairs<T> pairs{3, kRows, kCols, given.cost.data(), &kSizes[0][0]};
  softDtwFromCost<T>(pairs, paths, 0, forward.data(), nullptr, control);
  softDtwFromCost<T>(pairs, paths, 0, value.data(), expected.data(), control);
  for (std::size_t p = 0; p < 3; ++p) {
    const std::size_t rows = static_cast<std::size_t>(kSizes[p][0]), cols = static_cast<std::size_t>(kSizes[p][1]);
    long double lowest = kInfinity;
    bool onePath = false;  // E is 1 on a path of that cost, and 0 elsewhere
    for (const WholePath& path : everyPath(rows, cols, paths)) {
      long double total = path.penalty;
      for (const std::size_t cell : path.cells) total += given.compact[p][cell];
      lowest = std::min(lowest, total);
      bool marked = std::abs(static_cast<double>(total) - static_cast<double>(value[p])) < 1e-5;
      double marks = 0;
      for (std::size_t cell = 0; cell < kCells; ++cell) marks += static_cast<double>(expected[p * kCells + cell]);
      for (const std::size_t cell : path.cells) marked &= expected[p * kCells + cell / cols * kCols + cell % cols] == 1;
      onePath |= marked && marks == static_cast<double>(path.cells.size());
    }
    ASSERT_EQ(forward[p], value[p]);
    if (std::isinf(lowest)) {
      ASSERT_EQ(value[p], INFINITY);
    } else {
      ASSERT_NEAR(value[p], static_cast<double>(lowest), 1e-6);
      ASSERT_TRUE(onePath) << "pair " << p;
    }
  }
}

TEST(SoftDtwPaths, GammaZero) {
  unsigned seed = 5000;
  for (const WarpingPaths& paths : everyWarpingPaths()) {
    compareHard<float>(paths, ++seed);
    compareHard<double>(paths, seed);
  }
}

// Series of two channels; what stands behind the lengths is NaN. Values in (0, 1), so that they may be scores too.
struct Series {
  std::vector<double> x = std::vector<double>(3 * kRows * 2, kNaN), y = std::vector<double>(3 * kCols * 2, kNaN);
  std::vector<std::int32_t> xLengths, yLengths;

  explicit Series(unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> uniform(0.05, 0.95);
    for (std::size_t p = 0; p < 3; ++p) {
      xLengths.push_back(kSizes[p][0]);
      yLengths.push_back(kSizes[p][1]);
      for (std::int32_t at = 0; at < 2 * kSizes[p][0]; ++at) x[p * kRows * 2 + static_cast<std::size_t>(at)] = static_cast<float>(uniform(random));
      for (std::int32_t at = 0; at < 2 * kSizes[p][1]; ++at) y[p * kCols * 2 + static_cast<std::size_t>(at)] = static_cast<float>(uniform(random));
    }
  }
};

double pointCostReference(PointCost kind, const double* x, const double* y) {
  double squared = 0, absolute = 0, xy = 0, xx = 0, yy = 0, entropy = 0;
  for (std::size_t k = 0; k < 2; ++k) {
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

SoftReference ofSeries(const std::vector<WholePath>& all, const Series& series, std::size_t p, PointCost kind, double gamma) {
  const std::size_t rows = static_cast<std::size_t>(kSizes[p][0]), cols = static_cast<std::size_t>(kSizes[p][1]);
  std::vector<double> cost;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < cols; ++j) cost.push_back(pointCostReference(kind, &series.x[(p * kRows + i) * 2], &series.y[(p * kCols + j) * 2]));
  }
  return SoftReference(all, rows * cols, gamma == 0 ? 1e-7 : gamma, cost.data());  // no two paths are as near
}

template <class T>
void compareSeries(const WarpingPaths& paths, double gamma, PointCost kind, unsigned seed, double tolerance) {
  SCOPED_TRACE(testing::Message() << paths << ", gamma " << gamma << ", kind " << static_cast<int>(kind) << ", " << sizeof(T) * 8 << " bits");
  Series series(seed);
  const std::vector<T> x(series.x.begin(), series.x.end()), y(series.y.begin(), series.y.end());
  std::vector<T> forward(3), value(3), dx(x.size(), 7), dy(y.size(), 7), expected(3 * kCells, 7);
  Control control;
  const SeriesPairs<T> pairs{Pairing::kMatched, 3, kRows, 3, kCols, 2, kind, x.data(), y.data(), series.xLengths.data(), series.yLengths.data()};
  softDtw<T>(pairs, paths, gamma, {forward.data(), nullptr, nullptr, nullptr}, control);
  softDtw<T>(pairs, paths, gamma, {value.data(), dx.data(), dy.data(), expected.data()}, control);
  for (std::size_t p = 0; p < 3; ++p) {
    const std::size_t rows = static_cast<std::size_t>(kSizes[p][0]), cols = static_cast<std::size_t>(kSizes[p][1]);
    const auto all = everyPath(rows, cols, paths);
    const SoftReference reference = ofSeries(all, series, p, kind, gamma);
    ASSERT_EQ(forward[p], value[p]);
    if (all.empty()) {
      ASSERT_EQ(value[p], INFINITY);
    } else {
      ASSERT_NEAR(value[p], static_cast<double>(reference.value), tolerance * (1 + gamma));
    }
    for (std::size_t i = 0; i < kRows; ++i) {
      for (std::size_t j = 0; j < kCols; ++j) {
        const double want = i < rows && j < cols ? static_cast<double>(reference.expected[i * cols + j]) : 0;
        ASSERT_NEAR(expected[p * kCells + i * kCols + j], want, tolerance) << "pair " << p << " cell " << i << ", " << j;
      }
    }
    const auto compareGradient = [&](std::vector<double>& values, const std::vector<T>& gradient, std::size_t first, std::size_t count) {
      for (std::size_t at = first; at < first + count; ++at) {
        const double kept = values[at], step = 1e-5;
        if (std::isnan(kept)) {
          ASSERT_EQ(gradient[at], 0);
          continue;
        }
        values[at] = kept + step;
        const long double above = ofSeries(all, series, p, kind, gamma).value;
        values[at] = kept - step;
        const long double below = ofSeries(all, series, p, kind, gamma).value;
        values[at] = kept;
        const double numeric = all.empty() ? 0 : static_cast<double>((above - below) / (2 * step));
        ASSERT_NEAR(gradient[at], numeric, 1e-6 + 10 * tolerance) << "pair " << p << " at " << at;
      }
    };
    compareGradient(series.x, dx, p * kRows * 2, kRows * 2);
    compareGradient(series.y, dy, p * kCols * 2, kCols * 2);
  }
}

TEST(SoftDtwPaths, SeriesOfEveryPointCost) {
  unsigned seed = 0;
  for (const WarpingPaths& paths : everyWarpingPaths()) {
    for (const PointCost kind : {PointCost::kSquaredEuclidean, PointCost::kEuclidean, PointCost::kAbsolute, PointCost::kCosine, PointCost::kBinaryCrossEntropy}) {
      const double gamma = seed % 3 == 0 ? 0.3 : seed % 3 == 1 || kind == PointCost::kAbsolute ? 5 : 0;
      compareSeries<float>(paths, gamma, kind, ++seed, 2e-6);
      compareSeries<double>(paths, gamma, kind, seed, 1e-13);
    }
  }
}

// Pair by pair, each of them alone.
TEST(SoftDtwPaths, Pairings) {
  const Series series(3);
  const std::vector<float> x(series.y.begin(), series.y.end()), y(series.x.begin(), series.x.end());
  Control control;
  const WarpingPaths paths;
  const auto alone = [&](const float* first, std::size_t rows, const float* second, std::size_t cols) {
    float value = 0;
    softDtw<float>({Pairing::kMatched, 1, rows, 1, cols, 2, PointCost::kAbsolute, first, second, nullptr, nullptr}, paths, 0.5, {&value, nullptr, nullptr, nullptr}, control);
    return value;
  };
  const auto length = [&](std::size_t p) { return static_cast<std::size_t>(series.yLengths[p]); };
  std::vector<float> all(6), condensed(3);
  softDtw<float>({Pairing::kAll, 3, kCols, 2, kRows, 2, PointCost::kAbsolute, x.data(), y.data(), series.yLengths.data(), series.xLengths.data()}, paths, 0.5,
                 {all.data(), nullptr, nullptr, nullptr}, control);
  softDtw<float>({Pairing::kCondensed, 3, kCols, 3, kCols, 2, PointCost::kAbsolute, x.data(), x.data(), series.yLengths.data(), series.yLengths.data()}, paths, 0.5,
                 {condensed.data(), nullptr, nullptr, nullptr}, control);
  for (std::size_t p = 0; p < 3; ++p) {
    for (std::size_t q = 0; q < 2; ++q) {
      EXPECT_EQ(all[p * 2 + q], alone(&x[p * kCols * 2], length(p), &y[q * kRows * 2], static_cast<std::size_t>(series.xLengths[q])));
    }
  }
  std::size_t index = 0;
  for (std::size_t p = 0; p < 3; ++p) {
    for (std::size_t q = p + 1; q < 3; ++q) EXPECT_EQ(condensed[index++], alone(&x[p * kCols * 2], length(p), &x[q * kCols * 2], length(q)));
  }
}

// Cell (i, j) of r is the value of the pair that ends there.
template <class T>
void compareAccumulated(const WarpingPaths& paths, double gamma, unsigned seed) {
  SCOPED_TRACE(testing::Message() << paths << ", gamma " << gamma);
  const Series series(seed);
  const std::vector<T> x(series.x.begin(), series.x.begin() + kRows * 2), y(series.y.begin(), series.y.begin() + kCols * 2);
  std::vector<T> r(kCells, 7);
  Control control;
  accumulatedCost<T>({Pairing::kMatched, 1, kRows, 1, kCols, 2, PointCost::kSquaredEuclidean, x.data(), y.data(), nullptr, nullptr}, paths, gamma, r.data(), control);
  std::vector<double> cost;
  for (std::size_t cell = 0; cell < kCells; ++cell) {
    cost.push_back(pointCostReference(PointCost::kSquaredEuclidean, &series.x[cell / kCols * 2], &series.y[cell % kCols * 2]));
  }
  const BandMask mask(paths.band, kRows, kCols);
  for (std::size_t i = 0; i < kRows; ++i) {
    for (std::size_t j = 0; j < kCols; ++j) {
      // Every path to the cell, in a matrix of its own: what lies further on is forbidden.
      WarpingPaths here = paths;
      here.band = {};
      here.openEnd = false;
      std::vector<double> part;
      for (std::size_t cell = 0; cell < (i + 1) * (j + 1); ++cell) {
        const std::size_t row = cell / (j + 1), col = cell % (j + 1);
        part.push_back(mask.allows(row, col) ? cost[row * kCols + col] : kInfinity);
      }
      const SoftReference reference(everyPath(i + 1, j + 1, here), part.size(), gamma == 0 ? 1e-9 : gamma, part.data());
      if (std::isinf(reference.value)) {
        ASSERT_EQ(r[i * kCols + j], INFINITY) << i << ", " << j;
      } else {
        ASSERT_NEAR(r[i * kCols + j], static_cast<double>(reference.value), 1e-6) << i << ", " << j;
      }
    }
  }
}

TEST(SoftDtwPaths, AccumulatedCost) {
  unsigned seed = 70;
  for (const WarpingPaths& paths : everyWarpingPaths()) {
    for (const double gamma : {0.0, 0.5}) {
      compareAccumulated<float>(paths, gamma, ++seed);
      compareAccumulated<double>(paths, gamma, seed);
    }
  }
}

TEST(SoftDtwPaths, AStoppedCallFillsNothing) {
  const std::vector<float> x(30, 1), y(40, 2);
  const SeriesPairs<float> pairs{Pairing::kMatched, 1, 30, 1, 40, 1, PointCost::kSquaredEuclidean, x.data(), y.data(), nullptr, nullptr};
  const std::vector<float> untouched(30 * 40, 7);
  std::vector<float> filled = untouched;
  Control control;
  control.stop();
  accumulatedCost<float>(pairs, {}, 1, filled.data(), control);
  EXPECT_EQ(filled, untouched);
  softDtwHessianProduct<float>({1, 30, 40, untouched.data(), nullptr}, {}, 1, untouched.data(), filled.data(), control);
  EXPECT_EQ(filled, untouched);
}

}  // namespace
}  // namespace wetas
