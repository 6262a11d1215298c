#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "dtw_cases.h"
#include "hard_dtw_reference.h"
#include "wetas/hard_dtw.h"

namespace wetas {
namespace {

// Where hardDtw's path begins and ends, whatever the other options.
template <class T>
void checkStretch(std::size_t rows, std::size_t cols, WarpingPaths paths, unsigned seed) {
  const auto x = randomWholeNumbers<T>(rows, seed, 0, 3), y = randomWholeNumbers<T>(cols, seed + 1, 0, 3);
  const SeriesPairs<T> pair{Pairing::kMatched, 1, rows, 1, cols, 1, seed % 2 == 0 ? PointCost::kAbsolute : PointCost::kSquaredEuclidean, x.data(), y.data(), nullptr, nullptr};
  T value, expected;
  std::int32_t ends[2], length;
  std::vector<std::int32_t> path((rows + cols - 1) * 2);
  Control control;
  subsequence(pair, paths, &value, ends, control);
  paths.openStart = paths.openEnd = true;
  hardDtw<T>(pair, paths, std::numeric_limits<double>::infinity(), {&expected, path.data(), &length}, control);
  EXPECT_EQ(value, expected) << rows << " " << cols << " " << paths;
  EXPECT_EQ(ends[0], length == 0 ? 0 : path[1]) << rows << " " << cols << " " << paths;
  EXPECT_EQ(ends[1], length == 0 ? 0 : path[2 * static_cast<std::size_t>(length) - 1] + 1) << rows << " " << cols << " " << paths;
}

TEST(SubsequenceDtw, IsTheStretchOfTheOpenPath) {
  unsigned seed = 0;
  for (const std::size_t rows : {1, 3, 8, 20, 70}) {
    for (const std::size_t cols : {1, 5, 40, 300}) {
      for (const WarpingPaths& paths : everyWarpingPaths()) {
        if (paths.openStart || paths.openEnd) continue;
        checkStretch<float>(rows, cols, paths, ++seed);
        checkStretch<double>(rows, cols, paths, ++seed);
      }
    }
  }
}

TEST(SubsequenceDtw, FindsWhatWasHidden) {
  auto y = randomNumbers<float>(2000, 5, -1, 1);
  const std::vector<float> x(y.begin() + 1234, y.begin() + 1300);
  float value;
  std::int32_t ends[2];
  Control control;
  subsequence<float>({Pairing::kMatched, 1, 66, 1, 2000, 1, PointCost::kSquaredEuclidean, x.data(), y.data(), nullptr, nullptr}, {}, &value, ends, control);
  EXPECT_EQ(value, 0);
  EXPECT_EQ(ends[0], 1234);
  EXPECT_EQ(ends[1], 1300);
  y[3] = std::numeric_limits<float>::quiet_NaN();
  subsequence<float>({Pairing::kMatched, 1, 66, 1, 2000, 1, PointCost::kSquaredEuclidean, x.data(), y.data(), nullptr, nullptr}, {}, &value, ends, control);
  EXPECT_TRUE(std::isnan(value));
  EXPECT_EQ(ends[0] + ends[1], 0);
}

}  // namespace
}  // namespace wetas
