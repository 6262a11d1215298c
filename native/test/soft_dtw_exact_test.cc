// The log domain, which the library itself takes only where the other arithmetic ends: alone, against all paths and against float64 strips.
#include <gtest/gtest.h>

#include <cmath>

#include "core/row_history.h"
#include "core/soft_dtw_parts.h"
#include "dtw_cases.h"
#include "path_enumeration.h"
#include "wetas/soft_dtw.h"

namespace wetas {
namespace {

template <class T>
struct Exact {
  T forward, value;
  std::vector<T> expected;

  Exact(std::size_t rows, std::size_t cols, const std::vector<T>& cost, const WarpingPaths& paths, double gamma) : expected(rows * cols, 7) {
    Pair<T> pair{rows, cols};
    pair.cost = cost.data();
    pair.costStride = cols;
    PairGradients<T> gradients;
    gradients.dCost = expected.data();
    gradients.stride = cols;
    Control control;
    const RowIntervals band(paths.band, rows, cols);
    forward = softDtwExact(pair, band, paths, gamma, PairGradients<T>{}, control);
    value = softDtwExact(pair, band, paths, gamma, gradients, control);
  }
};

TEST(SoftDtwExact, EveryPath) {
  unsigned seed = 0;
  for (const WarpingPaths& paths : everyWarpingPaths()) {
    for (const double gamma : {0.01, 1.0, 100.0}) {
      const auto cost = randomCosts<double>({1, 4, 5}, ++seed);
      const Exact<double> exact(4, 5, cost, paths, gamma);
      const Exact<float> exact32(4, 5, std::vector<float>(cost.begin(), cost.end()), paths, gamma);
      const SoftReference reference(everyPath(4, 5, paths), 20, gamma, cost.data());
      EXPECT_EQ(exact.forward, exact.value);
      if (std::isinf(reference.value)) {
        EXPECT_EQ(exact.value, INFINITY);
      } else {
        EXPECT_NEAR(exact.value, static_cast<double>(reference.value), 1e-13 * (1 + gamma));
      }
      EXPECT_EQ(exact32.value, static_cast<float>(exact.value));
      for (std::size_t cell = 0; cell < 20; ++cell) {
        ASSERT_NEAR(exact.expected[cell], static_cast<double>(reference.expected[cell]), 1e-13) << paths << " gamma " << gamma << " cell " << cell;
        ASSERT_EQ(exact32.expected[cell], static_cast<float>(exact.expected[cell]));
      }
    }
  }
}

// Pairs whose rows are kept in part only, with costs of either sign.
TEST(SoftDtwExact, LongPairs) {
  for (const CostShape shape : {CostShape{1, 130, 4100}, CostShape{1, 760, 700}}) {
    WarpingPaths paths;
    for (const Band band : {Band{}, Band{Band::kSakoeChiba, 20}}) {
      paths.band = band;
      const auto cost = randomCosts<double>(shape, 3);
      std::vector<double> expected(cost.size());
      double value = 0;
      Control control;
      softDtwFromCost<double>(pairsOf(shape, cost), paths, 0.3, &value, expected.data(), control);
      const Exact<double> exact(shape.rows, shape.cols, cost, paths, 0.3);
      EXPECT_NEAR(exact.value, value, 1e-11 * std::abs(value));
      EXPECT_EQ(exact.forward, exact.value);
      double worst = 0;
      for (std::size_t cell = 0; cell < cost.size(); ++cell) worst = std::max(worst, std::abs(exact.expected[cell] - expected[cell]));
      EXPECT_LT(worst, 1e-9);
    }
  }
}

// All that the library can return for series, by the log domain and by what the library takes.
template <class T>
struct OfSeries {
  T value = 0;
  std::vector<T> dx, dy, expected;
  OfSeries(std::size_t rows, std::size_t cols, std::size_t channels) : dx(rows * channels, 7), dy(cols * channels, 7), expected(rows * cols, 7) {}
};

template <class T>
void expectNear(const std::vector<T>& actual, const std::vector<double>& wanted, double tolerance, const char* what) {
  for (std::size_t at = 0; at < actual.size(); ++at) ASSERT_NEAR(actual[at], wanted[at], tolerance) << what << " at " << at;
}

template <class T>
void compareSeries(std::size_t rows, std::size_t cols, PointCost kind, const WarpingPaths& paths, double gamma, unsigned seed, double tolerance) {
  SCOPED_TRACE(testing::Message() << rows << " x " << cols << ", kind " << static_cast<int>(kind) << ", " << paths << ", gamma " << gamma << ", " << sizeof(T) * 8 << " bits");
  const std::size_t channels = 1 + seed % 3;
  const auto x = randomCosts<double>({1, rows, channels}, seed, 0.05, 0.95), y = randomCosts<double>({1, cols, channels}, seed + 1, 0.05, 0.95);
  Pair<double> pair{rows, cols};
  pair.x = x.data();
  pair.y = y.data();
  pair.channels = channels;
  pair.kind = kind;
  OfSeries<double> exact(rows, cols, channels);
  Control control;
  exact.value = softDtwExact(pair, RowIntervals(paths.band, rows, cols), paths, gamma, {exact.dx.data(), exact.dy.data(), exact.expected.data(), cols}, control);

  const std::vector<T> ownX(x.begin(), x.end()), ownY(y.begin(), y.end());
  OfSeries<T> actual(rows, cols, channels);
  T forward = 0;
  const SeriesPairs<T> pairs{Pairing::kMatched, 1, rows, 1, cols, channels, kind, ownX.data(), ownY.data(), nullptr, nullptr};
  softDtw<T>(pairs, paths, gamma, {&forward, nullptr, nullptr, nullptr}, control);
  softDtw<T>(pairs, paths, gamma, {&actual.value, actual.dx.data(), actual.dy.data(), actual.expected.data()}, control);
  ASSERT_EQ(forward, actual.value);
  if (std::isinf(exact.value)) {
    ASSERT_EQ(actual.value, INFINITY);
  } else {
    ASSERT_NEAR(actual.value, exact.value, tolerance * (std::abs(exact.value) + gamma * static_cast<double>(rows + cols)));
  }
  expectNear(actual.expected, exact.expected, tolerance, "E");
  expectNear(actual.dx, exact.dx, 100 * tolerance, "dx");
  expectNear(actual.dy, exact.dy, 100 * tolerance, "dy");
}

TEST(SoftDtwExact, IsWhatTheLibraryReturnsForSeries) {
  const std::size_t extents[] = {1, 2, 4, 7, 8, 9, 15, 16, 17, 31, 33, 47, 66, 130};
  unsigned turn = 0;
  for (const WarpingPaths& paths : everyWarpingPaths()) {
    for (std::size_t repetition = 0; repetition < 8; ++repetition, ++turn) {
      const std::size_t rows = extents[turn * 7 % 14], cols = extents[(turn * 5 + turn / 14) % 14];
      const PointCost kind = static_cast<PointCost>(turn % 5);
      const double gamma = turn % 3 == 0 ? 0.02 : turn % 3 == 1 ? 0.7 : 20;
      compareSeries<float>(rows, cols, kind, paths, gamma, turn, 1e-5);
      compareSeries<double>(rows, cols, kind, paths, gamma, turn, 1e-12);
    }
  }
}

TEST(SoftDtwExact, StopsWhenTold) {
  const CostShape shape{1, 50, 60};
  const auto cost = randomCosts<double>(shape, 3);
  double value = 0;
  Control control;
  control.stop();
  softDtwFromCost<double>(pairsOf(shape, cost), {}, 1, &value, nullptr, control);
  EXPECT_EQ(control.cellsDone(), 0u);
}

TEST(SoftDtwExact, CountsEveryCellOnce) {
  const CostShape shape{3, 50, 61};
  const auto cost = randomCosts<double>(shape, 3);
  std::vector<double> value(3), expected(cost.size());
  Control forward, both;
  softDtwFromCost<double>(pairsOf(shape, cost), {}, 1, value.data(), nullptr, forward);
  softDtwFromCost<double>(pairsOf(shape, cost), {}, 1, value.data(), expected.data(), both);
  EXPECT_EQ(forward.cellsDone(), 3u * 50 * 61);
  EXPECT_EQ(both.cellsDone(), 3u * 50 * 61);
}

// Row i holds i + 1 and is made of the row above.
TEST(SoftDtwRowHistory, GivesEveryRowBackAndKeepsFew) {
  const std::size_t width = 3000;
  for (const std::size_t rows : {1, 2, 100, 173, 174, 175, 176, 1000}) {  // up to 174 rows are all kept
    RowHistory history(rows, width);
    std::size_t made = 0;
    const auto next = [&](std::size_t i, const double* above, double* row) {
      ASSERT_EQ(above[width - 1], static_cast<double>(i));
      std::fill_n(row, width, above[0] + 1);
      ++made;
    };
    std::fill_n(history.start(), width, 0.0);
    EXPECT_EQ(history.forward(next)[0], static_cast<double>(rows));
    EXPECT_EQ(made, rows);
    std::size_t left = rows;
    history.backward(next, [&](std::size_t i, const double* above, const double* row) {
      ASSERT_EQ(i + 1, left--);
      ASSERT_EQ(above[width - 1], static_cast<double>(i));
      ASSERT_EQ(row[width - 1], static_cast<double>(i + 1));
    });
    EXPECT_EQ(left, 0u);
    EXPECT_LT(made, 2 * rows);
    if (rows <= 174) {
      EXPECT_EQ(made, rows);
    }
  }
}

}  // namespace
}  // namespace wetas
