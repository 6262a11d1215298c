#include "wetas/hard_dtw.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "dtw_cases.h"
#include "hard_dtw_reference.h"
#include "path_enumeration.h"
#include "wetas/device.h"

namespace wetas {
namespace {

constexpr double kUnbounded = std::numeric_limits<double>::infinity();
constexpr PointCost kKinds[] = {PointCost::kSquaredEuclidean, PointCost::kEuclidean, PointCost::kAbsolute, PointCost::kCosine, PointCost::kBinaryCrossEntropy};

template <class T>
struct Found {
  T value;
  std::vector<std::int32_t> path;
};

template <class T>
bool same(T a, T b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

template <class T>
Found<T> solve(const SeriesPairs<T>& pairs, const WarpingPaths& paths, double maxDistance = kUnbounded) {
  Control control;
  Found<T> found{};
  T alone;
  std::int32_t length;
  found.path.resize((pairs.rows + pairs.cols - 1) * 2);
  hardDtw<T>(pairs, paths, maxDistance, {&found.value, found.path.data(), &length}, control);
  hardDtw<T>(pairs, paths, maxDistance, {&alone, nullptr, nullptr}, control);
  EXPECT_TRUE(same(alone, found.value)) << alone << " " << found.value << " " << paths;
  found.path.resize(static_cast<std::size_t>(length) * 2);
  return found;
}

template <class T>
Found<T> solve(std::size_t rows, std::size_t cols, const std::vector<T>& cost, const WarpingPaths& paths, double maxDistance = kUnbounded) {
  Control control;
  Found<T> found{};
  T alone;
  std::int32_t length;
  const CostPairs<T> pairs{1, rows, cols, cost.data(), nullptr};
  found.path.resize((rows + cols - 1) * 2);
  hardDtwFromCost<T>(pairs, paths, maxDistance, {&found.value, found.path.data(), &length}, control);
  hardDtwFromCost<T>(pairs, paths, maxDistance, {&alone, nullptr, nullptr}, control);
  EXPECT_TRUE(same(alone, found.value)) << alone << " " << found.value << " " << paths;
  found.path.resize(static_cast<std::size_t>(length) * 2);
  return found;
}

template <class T>
SeriesPairs<T> onePair(std::size_t rows, std::size_t cols, std::size_t channels, PointCost kind, const std::vector<T>& x, const std::vector<T>& y) {
  return {Pairing::kMatched, 1, rows, 1, cols, channels, kind, x.data(), y.data(), nullptr, nullptr};
}

template <class T>
std::vector<T> costsOf(std::size_t rows, std::size_t cols, std::size_t channels, PointCost kind, const std::vector<T>& x, const std::vector<T>& y, bool differences) {
  std::vector<T> cost;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < cols; ++j) cost.push_back(differences ? y[j] - x[i] : referencePointCost(kind, channels, &x[i * channels], &y[j * channels]));
  }
  return cost;
}

// The smallest cost, and a path that has it, among all paths.
template <class T>
void checkAgainstEveryPath(std::size_t rows, std::size_t cols, const WarpingPaths& paths, unsigned seed) {
  std::vector<T> cost = randomWholeNumbers<T>(rows * cols, seed, -1, 2);
  if (seed % 3 == 0) cost[seed % cost.size()] = std::numeric_limits<T>::infinity();
  const Found<T> found = solve(rows, cols, cost, paths);
  long double best = kUnbounded;
  bool isOne = false;
  const auto all = everyPath(rows, cols, paths);
  for (int pass = 0; pass < 2; ++pass) {
    for (const WholePath& path : all) {
      long double total = path.penalty;
      std::vector<std::int32_t> cells;
      for (const std::size_t cell : path.cells) {
        total += cost[cell];
        cells.push_back(static_cast<std::int32_t>(cell / cols));
        cells.push_back(static_cast<std::int32_t>(cell % cols));
      }
      best = std::min(best, total);
      isOne |= pass == 1 && cells == found.path && std::abs(static_cast<double>(total - best)) < 1e-5;
    }
  }
  if (std::isinf(best)) {
    EXPECT_TRUE(std::isinf(found.value) && found.path.empty()) << rows << " " << cols << " " << paths;
    return;
  }
  EXPECT_NEAR(found.value, static_cast<double>(best), 1e-5) << rows << " " << cols << " " << paths;
  EXPECT_TRUE(isOne) << rows << " " << cols << " " << paths;
}

TEST(HardDtw, IsTheBestOfEveryPath) {
  unsigned seed = 0;
  const std::size_t sizes[][2] = {{1, 1}, {1, 4}, {4, 1}, {2, 3}, {3, 3}, {4, 3}, {3, 5}, {4, 4}};
  for (const auto& [rows, cols] : sizes) {
    for (const WarpingPaths& paths : everyWarpingPaths()) {
      checkAgainstEveryPath<float>(rows, cols, paths, ++seed);
      checkAgainstEveryPath<double>(rows, cols, paths, ++seed);
    }
  }
}

// Value bit by bit and path cell by cell, ties and all.
template <class T>
void checkAgainstCells(std::size_t rows, std::size_t cols, const WarpingPaths& paths, unsigned seed) {
  const auto cost = seed % 2 == 0 ? randomWholeNumbers<T>(rows * cols, seed, 0, 3) : randomNumbers<T>(rows * cols, seed, -0.5, 3);
  const HardReference<T> expected(rows, cols, cost, paths);
  const Found<T> found = solve(rows, cols, cost, paths);
  EXPECT_EQ(found.value, expected.value) << rows << " " << cols << " " << paths;
  EXPECT_EQ(found.path, expected.path) << rows << " " << cols << " " << paths;

  for (const PointCost kind : {PointCost::kSquaredEuclidean, PointCost::kAbsolute, PointCost::kEuclidean}) {
    const std::size_t channels = seed % 3 + 1;
    const bool differences = kind == PointCost::kSquaredEuclidean && channels == 1;
    const auto x = randomNumbers<T>(rows * channels, seed + 1, -1, 1), y = randomNumbers<T>(cols * channels, seed + 2, -1, 1);
    const HardReference<T> fromPoints(rows, cols, costsOf(rows, cols, channels, kind, x, y, differences), paths, differences);
    const Found<T> fused = solve(onePair(rows, cols, channels, kind, x, y), paths);
    EXPECT_EQ(fused.value, fromPoints.value) << rows << " " << cols << " " << channels << " " << paths;
    EXPECT_EQ(fused.path, fromPoints.path) << rows << " " << cols << " " << channels << " " << paths;
  }
}

TEST(HardDtw, IsThePlainRecurrenceToTheLastBit) {
  unsigned seed = 0;
  const std::size_t extents[] = {1, 2, 7, 8, 9, 16, 17, 33, 66, 131};
  for (const std::size_t rows : extents) {
    for (const std::size_t cols : extents) {
      std::size_t turn = 0;
      for (WarpingPaths paths : everyWarpingPaths()) {
        if (paths.band.kind == Band::kSakoeChiba) paths.band.size *= static_cast<double>(std::max(rows, cols)) / 12;
        if (++turn % 13 != seed % 13) continue;
        checkAgainstCells<float>(rows, cols, paths, ++seed);
        checkAgainstCells<double>(rows, cols, paths, seed);
      }
    }
  }
}

TEST(HardDtw, LongPairs) {
  const std::size_t sizes[][2] = {{700, 500}, {50, 3000}, {1500, 40}};
  unsigned seed = 0;
  for (const auto& [rows, cols] : sizes) {
    WarpingPaths paths;
    checkAgainstCells<float>(rows, cols, paths, 3 * ++seed);
    checkAgainstCells<double>(rows, cols, paths, 3 * seed);
    paths.band = {Band::kSakoeChiba, 30};
    checkAgainstCells<float>(rows, cols, paths, 3 * seed);
    paths.openStart = paths.openEnd = true;
    checkAgainstCells<double>(rows, cols, paths, 3 * seed);
  }
}

TEST(HardDtw, CosineAndCrossEntropy) {
  unsigned seed = 0;
  for (const PointCost kind : {PointCost::kCosine, PointCost::kBinaryCrossEntropy}) {
    for (const std::size_t channels : {1, 2, 5}) {
      auto x = randomNumbers<float>(21 * channels, ++seed, 0, 1), y = randomNumbers<float>(34 * channels, ++seed, 0, 1);
      for (std::size_t i = 0; i < x.size(); i += 7) x[i] = kind == PointCost::kCosine ? -x[i] : static_cast<float>(i % 2);
      const auto cost = costsOf(21, 34, channels, kind, x, y, false);
      const HardReference<float> expected(21, 34, cost, {});
      const Found<float> found = solve(onePair(21, 34, channels, kind, x, y), {});
      EXPECT_NEAR(found.value, expected.value, 1e-5 * 50);
    }
  }
  // 0 log 0 = 0; a certain score that is wrong forbids the cell; a point of zeros is at distance 1 of all.
  const Found<double> right = solve(onePair<double>(2, 2, 1, PointCost::kBinaryCrossEntropy, {0, 1}, {0, 1}), {});
  EXPECT_EQ(right.value, 0);
  const Found<double> wrong = solve(onePair<double>(2, 2, 1, PointCost::kBinaryCrossEntropy, {0, 1}, {1, 0}), {});
  EXPECT_EQ(wrong.value, kUnbounded);
  const Found<double> zeros = solve(onePair<double>(2, 2, 2, PointCost::kCosine, {0, 0, 0, 0}, {1, 2, 3, 4}), {});
  EXPECT_EQ(zeros.value, 2);
}

TEST(HardDtw, TiesTakeTheDiagonalThenTheRow) {
  const std::vector<std::int32_t> expected{0, 0, 0, 1, 1, 2, 2, 3}, tall{0, 0, 1, 0, 2, 1};
  EXPECT_EQ(solve<float>(3, 4, std::vector<float>(12, 0), {}).path, expected);
  EXPECT_EQ(solve<double>(3, 4, std::vector<double>(12, 0), {}).path, expected);
  EXPECT_EQ(solve<float>(3, 2, std::vector<float>(6, 0), {}).path, tall);
  // Into (1, 2) stay and up cost the same, the diagonal more.
  EXPECT_EQ(solve<float>(2, 3, {0, 9, 0, 9, 0, 0}, {}).path, (std::vector<std::int32_t>{0, 0, 1, 1, 1, 2}));
}

TEST(HardDtw, NaNAndInfinity) {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();
  for (const std::size_t size : {2, 9, 40, 100}) {
    const auto cost = randomNumbers<float>(size * size, 3, 0, 1);
    for (const std::size_t cell : {std::size_t{0}, size - 1, size * size / 2, size * (size - 1), size * size - 1}) {
      for (const float poison : {kNaN, -kInfinity}) {
        auto poisoned = cost;
        poisoned[cell] = poison;
        EXPECT_TRUE(std::isnan(solve(size, size, poisoned, {}).value)) << size << " " << cell;
      }
    }
    auto outside = cost;
    outside[size - 1] = kNaN;
    WarpingPaths narrow;
    narrow.band = {Band::kSakoeChiba, 0};
    if (size > 2) {
      EXPECT_EQ(solve(size, size, outside, narrow).value, solve(size, size, cost, narrow).value);
    }
    auto closed = cost;
    closed[0] = kInfinity;
    EXPECT_EQ(solve(size, size, closed, {}).value, kInfinity);
    const std::vector<float> largest(size * size, std::numeric_limits<float>::max());
    EXPECT_EQ(solve(size, size, largest, {}).value, kInfinity);

    const auto x = randomNumbers<float>(size, 4, 0, 1), y = randomNumbers<float>(size, 5, 0, 1);
    for (const PointCost kind : kKinds) {
      for (const bool ofX : {false, true}) {
        auto bad = ofX ? x : y;
        bad[size / 2] = kNaN;
        EXPECT_TRUE(std::isnan(solve(onePair(size, size, 1, kind, ofX ? bad : x, ofX ? y : bad), {}).value)) << size << " " << static_cast<int>(kind) << ofX;
        if (kind == PointCost::kCosine || kind == PointCost::kBinaryCrossEntropy) continue;
        bad[size / 2] = kInfinity;
        EXPECT_EQ(solve(onePair(size, size, 1, kind, ofX ? bad : x, ofX ? y : bad), {}).value, kInfinity);
      }
    }
  }
}

TEST(HardDtw, AboveTheLargestDistanceIsInfinite) {
  for (const std::size_t size : {5, 40, 300}) {
    const auto x = randomNumbers<float>(size, 4, 0, 1), y = randomNumbers<float>(size, 5, 0, 1);
    const auto pair = onePair(size, size, 1, PointCost::kSquaredEuclidean, x, y);
    const Found<float> found = solve(pair, {});
    EXPECT_EQ(solve(pair, {}, found.value).value, found.value);
    EXPECT_EQ(solve(pair, {}, found.value).path, found.path);
    for (const double bound : {found.value * (1 - 1e-6), found.value / 2.0, found.value / 100.0, 0.0, -1.0}) {
      EXPECT_EQ(solve(pair, {}, bound).value, kUnbounded);
      EXPECT_TRUE(solve(pair, {}, bound).path.empty());
    }
    // Where costs may be negative the bound is met only at the end.
    std::vector<float> cost(size * size, 1);
    cost.back() = -1000;
    EXPECT_EQ(solve(size, size, cost, {}, -100).value, static_cast<float>(size) - 1001);
  }
}

// Every pair alone, at its real sizes.
template <class T>
void checkPairing(Pairing pairing, std::size_t xCount, std::size_t yCount, std::size_t rows, std::size_t cols, std::size_t channels, PointCost kind, bool ragged,
                  const WarpingPaths& paths, double maxDistance) {
  auto x = randomNumbers<T>(xCount * rows * channels, 1, 0, 1), y = pairing == Pairing::kCondensed ? x : randomNumbers<T>(yCount * cols * channels, 2, 0, 1);
  std::vector<std::int32_t> xLengths, yLengths;
  for (std::size_t i = 0; i < xCount; ++i) xLengths.push_back(static_cast<std::int32_t>(i * 7 % rows + 1));
  for (std::size_t i = 0; i < yCount; ++i) yLengths.push_back(static_cast<std::int32_t>(pairing == Pairing::kCondensed ? i * 7 % cols + 1 : i * 5 % cols + 1));
  x[rows * channels * (xCount / 2)] = std::numeric_limits<T>::quiet_NaN();
  if (pairing == Pairing::kCondensed) y = x;
  for (std::size_t i = 0; ragged && i < xCount; ++i) {
    std::fill(x.begin() + static_cast<std::ptrdiff_t>((i * rows + static_cast<std::size_t>(xLengths[i])) * channels), x.begin() + static_cast<std::ptrdiff_t>((i + 1) * rows * channels), std::numeric_limits<T>::quiet_NaN());
  }
  const SeriesPairs<T> pairs{pairing, xCount, rows, yCount, cols, channels, kind, x.data(), pairing == Pairing::kCondensed ? x.data() : y.data(), ragged ? xLengths.data() : nullptr, ragged ? yLengths.data() : nullptr};
  const std::size_t count = pairing == Pairing::kMatched ? xCount : pairing == Pairing::kAll ? xCount * yCount : xCount * (xCount - 1) / 2;
  std::vector<T> values(count + 1, T(-7));
  Control control;
  hardDtw<T>(pairs, paths, maxDistance, {values.data(), nullptr, nullptr}, control);
  EXPECT_EQ(values.back(), T(-7));
  std::size_t at = 0;
  for (std::size_t p = 0; p < xCount; ++p) {
    for (std::size_t q = 0; q < yCount; ++q) {
      if (pairing == Pairing::kMatched ? p != q : pairing == Pairing::kCondensed && q <= p) continue;
      SeriesPairs<T> one = pairs;
      one.pairing = Pairing::kMatched;
      one.xCount = one.yCount = 1;
      one.x += p * rows * channels;
      one.y += q * cols * channels;
      if (ragged) {
        one.xLengths += p;
        one.yLengths += q;
      }
      const T expected = solve(one, paths, maxDistance).value;
      EXPECT_TRUE(same(values[at], expected)) << p << " " << q << ": " << values[at] << " " << expected << " " << paths;
      ++at;
    }
  }
  EXPECT_EQ(at, count);
}

TEST(HardDtw, EveryPairingIsThePairsAlone) {
  unsigned turn = 0;
  for (const Pairing pairing : {Pairing::kMatched, Pairing::kAll, Pairing::kCondensed}) {
    for (const bool ragged : {false, true}) {
      for (const PointCost kind : kKinds) {
        for (const WarpingPaths& paths : everyWarpingPaths()) {
          if (++turn % 31 != 0) continue;
          const std::size_t cols = pairing == Pairing::kCondensed ? 13 : 18, ys = pairing == Pairing::kAll ? 37 : 21;
          checkPairing<float>(pairing, 21, ys, 13, cols, turn % 3 + 1, kind, ragged, paths, kUnbounded);
          checkPairing<double>(pairing, 21, ys, 13, cols, turn % 3 + 1, kind, ragged, paths, turn % 2 == 0 ? 1.5 : kUnbounded);
        }
      }
    }
  }
}

TEST(HardDtw, SizesOfCosts) {
  const std::size_t rows = 20, cols = 23;
  auto cost = randomNumbers<float>(3 * rows * cols, 9, 0, 1);
  const std::vector<std::int32_t> sizes{20, 23, 5, 9, 17, 1};
  std::vector<float> value(3);
  std::vector<std::int32_t> path(3 * (rows + cols - 1) * 2), length(3);
  Control control;
  for (std::size_t pair = 0; pair < 3; ++pair) {
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < cols; ++j) {
        if (i >= static_cast<std::size_t>(sizes[2 * pair]) || j >= static_cast<std::size_t>(sizes[2 * pair + 1])) cost[(pair * rows + i) * cols + j] = std::numeric_limits<float>::quiet_NaN();
      }
    }
  }
  hardDtwFromCost<float>({3, rows, cols, cost.data(), sizes.data()}, {}, kUnbounded, {value.data(), path.data(), length.data()}, control);
  for (std::size_t pair = 0; pair < 3; ++pair) {
    const auto ownRows = static_cast<std::size_t>(sizes[2 * pair]), ownCols = static_cast<std::size_t>(sizes[2 * pair + 1]);
    std::vector<float> own;
    for (std::size_t i = 0; i < ownRows; ++i) own.insert(own.end(), &cost[(pair * rows + i) * cols], &cost[(pair * rows + i) * cols] + ownCols);
    const HardReference<float> expected(ownRows, ownCols, own, {});
    EXPECT_EQ(value[pair], expected.value);
    const auto begin = path.begin() + static_cast<std::ptrdiff_t>(pair * (rows + cols - 1) * 2);
    EXPECT_EQ(std::vector<std::int32_t>(begin, begin + 2 * length[pair]), expected.path);
  }
}

template <class T>
void checkThreads(const SeriesPairs<T>& pairs, std::size_t count) {
  const std::size_t before = threadCount();
  std::vector<T> expected(count), value(count);
  Control control;
  setThreadCount(1);
  hardDtw<T>(pairs, {}, kUnbounded, {expected.data(), nullptr, nullptr}, control);
  for (const std::size_t threads : {2, 5, 64}) {
    setThreadCount(threads);
    hardDtw<T>(pairs, {}, kUnbounded, {value.data(), nullptr, nullptr}, control);
    EXPECT_EQ(value, expected);
  }
  setThreadCount(before);
}

TEST(HardDtw, SameBitsAtAnyNumberOfThreads) {
  const auto x = randomNumbers<float>(40 * 30, 1, 0, 1);
  checkThreads<float>({Pairing::kCondensed, 40, 30, 40, 30, 1, PointCost::kSquaredEuclidean, x.data(), x.data(), nullptr, nullptr}, 780);
}

// Whose groups are taken apart where threads would be without work.
TEST(HardDtw, SameBitsOfLongMatchedPairsAtAnyNumberOfThreads) {
  const std::size_t count = 41, rows = 520, cols = 23;
  const auto x = randomNumbers<double>(count * rows, 1, 0, 1), y = randomNumbers<double>(count * cols, 2, 0, 1);
  const std::vector<float> xFloat(x.begin(), x.end()), yFloat(y.begin(), y.end());
  checkThreads<double>({Pairing::kMatched, count, rows, count, cols, 1, PointCost::kSquaredEuclidean, x.data(), y.data(), nullptr, nullptr}, count);
  checkThreads<float>({Pairing::kMatched, count, rows, count, cols, 1, PointCost::kAbsolute, xFloat.data(), yFloat.data(), nullptr, nullptr}, count);
}

TEST(HardDtw, StopsAndCounts) {
  const auto x = randomNumbers<float>(300, 1, 0, 1);
  const auto pair = onePair(300, 300, 1, PointCost::kSquaredEuclidean, x, x);
  float value = 0;
  Control control;
  hardDtw<float>(pair, {}, kUnbounded, {&value, nullptr, nullptr}, control);
  EXPECT_EQ(control.cellsDone(), 90000u);
  Control stopped;
  stopped.stop();
  hardDtw<float>(pair, {}, kUnbounded, {&value, nullptr, nullptr}, stopped);
  EXPECT_EQ(stopped.cellsDone(), 0u);
}

TEST(HardDtw, RefusesWhatMakesNoSense) {
  const std::vector<float> x{1, 2, 3};
  const std::vector<std::int32_t> tooLong{4}, none{0};
  float value;
  Control control;
  const HardDtwOutputs<float> outputs{&value, nullptr, nullptr};
  auto pair = onePair(3, 3, 1, PointCost::kAbsolute, x, x);
  EXPECT_THROW(hardDtw(pair, {}, std::nan(""), outputs, control), std::invalid_argument);
  pair.xLengths = tooLong.data();
  EXPECT_THROW(hardDtw(pair, {}, kUnbounded, outputs, control), std::invalid_argument);
  pair.xLengths = none.data();
  EXPECT_THROW(hardDtw(pair, {}, kUnbounded, outputs, control), std::invalid_argument);
  pair.xLengths = nullptr;
  pair.channels = 0;
  EXPECT_THROW(hardDtw(pair, {}, kUnbounded, outputs, control), std::invalid_argument);
  pair.channels = 1;
  pair.pairing = Pairing::kCondensed;
  pair.yCount = 2;
  EXPECT_THROW(hardDtw(pair, {}, kUnbounded, outputs, control), std::invalid_argument);
  WarpingPaths paths;
  paths.stepPenalty = -1;
  EXPECT_THROW(hardDtw(onePair(3, 3, 1, PointCost::kAbsolute, x, x), paths, kUnbounded, outputs, control), std::invalid_argument);
}

}  // namespace
}  // namespace wetas
