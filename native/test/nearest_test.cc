#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/lower_bounds.h"
#include "dtw_cases.h"
#include "hard_dtw_reference.h"
#include "wetas/device.h"
#include "wetas/hard_dtw.h"

namespace wetas {
namespace {

constexpr double kUnbounded = std::numeric_limits<double>::infinity();

template <class T>
std::vector<T> randomWalks(std::size_t count, std::size_t length, std::size_t channels, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0, 0.1);
  std::vector<T> walks(count * length * channels);
  for (std::size_t i = 0; i < count * channels; ++i) {
    double at = 0.5;
    for (std::size_t t = 0; t < length; ++t) {
      at = std::clamp(at + normal(random), 0.001, 0.999);
      walks[(i / channels * length + t) * channels + i % channels] = static_cast<T>(at);
    }
  }
  return walks;
}

// All distances, sorted.
template <class T>
void checkNearest(const SeriesPairs<T>& pairs, const WarpingPaths& paths, std::size_t k) {
  const std::size_t kept = std::min(k, pairs.yCount);
  std::vector<T> all(pairs.xCount * pairs.yCount), value(pairs.xCount * kept);
  std::vector<std::int32_t> index(pairs.xCount * kept);
  Control control;
  hardDtw<T>(pairs, paths, kUnbounded, {all.data(), nullptr, nullptr}, control);
  nearest(pairs, paths, k, index.data(), value.data(), control);
  for (std::size_t p = 0; p < pairs.xCount; ++p) {
    const T* const own = &all[p * pairs.yCount];
    std::vector<std::int32_t> order(pairs.yCount);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) { return own[a] < own[b] || (!std::isnan(own[a]) && std::isnan(own[b])); });
    order.resize(kept);
    EXPECT_EQ(std::vector<std::int32_t>(index.begin() + static_cast<std::ptrdiff_t>(p * kept), index.begin() + static_cast<std::ptrdiff_t>((p + 1) * kept)), order) << paths;
    for (std::size_t rank = 0; rank < kept; ++rank) {
      const T expected = own[order[rank]], found = value[p * kept + rank];
      EXPECT_TRUE(found == expected || (std::isnan(found) && std::isnan(expected))) << found << " " << expected << " " << paths;
    }
  }
}

template <class T>
void checkEveryOption(std::size_t length, std::size_t channels, bool ragged, bool poisoned, PointCost kind, unsigned seed) {
  auto x = randomWalks<T>(5, length, channels, seed), y = randomWalks<T>(60, length + 3, channels, seed + 1);
  // Two candidates that are the same, so that there are ties.
  std::copy_n(y.begin(), (length + 3) * channels, y.begin() + static_cast<std::ptrdiff_t>(17 * (length + 3) * channels));
  if (poisoned) y[7 * (length + 3) * channels] = x[2 * length * channels] = std::numeric_limits<T>::quiet_NaN();
  std::vector<std::int32_t> xLengths, yLengths;
  for (std::size_t i = 0; i < 60; ++i) {
    if (i < 5) xLengths.push_back(static_cast<std::int32_t>(length - i % 3));
    yLengths.push_back(static_cast<std::int32_t>(i == 17 ? length + 3 : length + 3 - i % 4));
  }
  const SeriesPairs<T> pairs{Pairing::kAll, 5, length, 60, length + 3, channels, kind, x.data(), y.data(), ragged ? xLengths.data() : nullptr, ragged ? yLengths.data() : nullptr};
  std::size_t turn = 0;
  for (const WarpingPaths& paths : everyWarpingPaths()) {
    if (++turn % 7 != seed % 7) continue;
    for (const std::size_t k : {1, 4, 100}) checkNearest(pairs, paths, k);
  }
}

TEST(NearestDtw, IsTheSortedListOfAllDistances) {
  unsigned seed = 0;
  for (const PointCost kind : {PointCost::kSquaredEuclidean, PointCost::kEuclidean, PointCost::kAbsolute, PointCost::kCosine, PointCost::kBinaryCrossEntropy}) {
    for (const std::size_t channels : {1, 3}) {
      for (const bool ragged : {false, true}) {
        ++seed;
        checkEveryOption<float>(20, channels, ragged, seed % 2 == 0, kind, seed);
        checkEveryOption<double>(33, channels, ragged, seed % 3 == 0, kind, seed + 3);
      }
    }
  }
}

TEST(NearestDtw, LongSeries) {
  WarpingPaths paths;
  const auto x = randomWalks<float>(2, 900, 1, 1), y = randomWalks<float>(40, 900, 1, 2);
  const SeriesPairs<float> pairs{Pairing::kAll, 2, 900, 40, 900, 1, PointCost::kSquaredEuclidean, x.data(), y.data(), nullptr, nullptr};
  checkNearest(pairs, paths, 3);
  paths.band = {Band::kSakoeChiba, 30};
  checkNearest(pairs, paths, 1);
  paths.band = {Band::kSakoeChiba, 300};
  checkNearest(pairs, paths, 2);
}

TEST(NearestDtw, SameAtAnyNumberOfThreads) {
  const std::size_t before = threadCount();
  const auto x = randomWalks<float>(3, 50, 1, 1), y = randomWalks<float>(300, 50, 1, 2);
  const SeriesPairs<float> pairs{Pairing::kAll, 3, 50, 300, 50, 1, PointCost::kSquaredEuclidean, x.data(), y.data(), nullptr, nullptr};
  for (const std::size_t threads : {1, 2, 5}) {
    setThreadCount(threads);
    checkNearest(pairs, {}, 5);
  }
  setThreadCount(before);
}

// No bound is above the distance; and they are no idle ones.
template <class T>
void checkBounds(std::size_t rows, std::size_t cols, std::size_t channels, const WarpingPaths& paths, PointCost kind, unsigned seed, double& largestShare) {
  const auto x = randomWalks<T>(1, rows, channels, seed), y = randomWalks<T>(1, cols, channels, seed + 1);
  Pair<T> pair{};
  pair.rows = rows;
  pair.cols = cols;
  pair.x = x.data();
  pair.y = y.data();
  pair.channels = channels;
  pair.kind = kind;
  const RowIntervals band(paths.band, rows, cols);
  T value;
  Control control;
  hardDtw<T>({Pairing::kMatched, 1, rows, 1, cols, channels, kind, x.data(), y.data(), nullptr, nullptr}, paths, kUnbounded, {&value, nullptr, nullptr}, control);
  EXPECT_LE(boundByEnds(pair), value);
  if (!haveEnvelopes(pair, band)) return;
  const double ofColumns = boundOfColumns(pair, envelopeOfX(pair, band)), ofRows = boundOfRows(pair, envelopeOfY(pair, band));
  EXPECT_LE(ofColumns, value) << paths;
  EXPECT_LE(ofRows, value) << paths;
  if (std::isfinite(value)) largestShare = std::max(largestShare, std::max(ofColumns, ofRows) / static_cast<double>(value));
}

TEST(LowerBoundsOfDtw, AreBelow) {
  unsigned seed = 0;
  for (const PointCost kind : {PointCost::kSquaredEuclidean, PointCost::kEuclidean, PointCost::kAbsolute}) {
    double largestShare = 0;
    for (const WarpingPaths& paths : everyWarpingPaths()) {
      if (paths.openStart || paths.openEnd) continue;
      for (const std::size_t channels : {1, 2}) {
        checkBounds<float>(1, 1, channels, paths, kind, ++seed, largestShare);
        checkBounds<float>(20, 20, channels, paths, kind, ++seed, largestShare);
        checkBounds<double>(40, 25, channels, paths, kind, ++seed, largestShare);
        checkBounds<double>(25, 60, channels, paths, kind, ++seed, largestShare);
      }
    }
    EXPECT_GT(largestShare, 0.9);
  }
}

}  // namespace
}  // namespace wetas
