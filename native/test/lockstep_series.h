// Series on the GPU that is the lockstep warp of the CPU, against float64 on the CPU.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "core/pair_list.h"
#include "core/soft_dtw_gpu.h"
#include "dtw_cases.h"
#include "kernels/cuda/lockstep_gpu.h"
#include "wetas/soft_dtw.h"

namespace wetas {

// Points of many channels are nearer to each other: costs, and gradients, are not larger than those of few.
struct RandomSeries {
  std::vector<float> x, y;
  SeriesPairs<float> pairs;

  RandomSeries(Pairing pairing, std::size_t xCount, std::size_t rows, std::size_t yCount, std::size_t cols, std::size_t channels, unsigned seed,
               PointCost kind = PointCost::kSquaredEuclidean)
      : x(kind == PointCost::kBinaryCrossEntropy ? randomCosts<float>({xCount, rows, channels}, seed, 0, 1) : randomPoints({xCount, rows, channels}, seed)),
        y(pairing == Pairing::kCondensed ? x : randomScores({yCount, cols, channels}, seed + 1, kind)),
        pairs{pairing, xCount, rows, yCount, cols, channels, kind, x.data(), y.data(), nullptr, nullptr} {}

 private:
  static std::vector<float> randomScores(const CostShape& shape, unsigned seed, PointCost kind) {
    return kind == PointCost::kBinaryCrossEntropy ? randomCosts<float>(shape, seed, 0.1, 0.9) : randomPoints(shape, seed);
  }
  static std::vector<float> randomPoints(const CostShape& shape, unsigned seed) {
    const double most = std::sqrt(5.0 / static_cast<double>(std::max<std::size_t>(5, shape.cols)));
    return randomCosts<float>(shape, seed, -most, most);
  }
};

// Against float64 on the CPU; every gradient where pairs are matched.
inline void compareSeries(cuda::LockstepGpu& gpu, const SeriesPairs<float>& pairs, const WarpingPaths& paths, double gamma) {
  SCOPED_TRACE(testing::Message() << pairs.rows << " x " << pairs.cols << ", channels " << pairs.channels << ", cost " << static_cast<int>(pairs.kind) << ", " << paths);
  const std::size_t count = pairCount(pairs), cells = count * pairs.rows * pairs.cols;
  const std::size_t xs = pairs.xCount * pairs.rows * pairs.channels, ys = pairs.yCount * pairs.cols * pairs.channels;
  const std::vector<double> x(pairs.x, pairs.x + xs), y(pairs.y, pairs.y + ys);
  const SeriesPairs<double> widened{pairs.pairing, pairs.xCount, pairs.rows, pairs.yCount, pairs.cols, pairs.channels, pairs.kind, x.data(), y.data(), pairs.xLengths, pairs.yLengths};
  const bool matched = pairs.pairing == Pairing::kMatched;
  std::vector<double> wantValue(count), wantDx(xs), wantDy(ys), wantExpected(cells);
  std::vector<float> value(count), dx(xs, 7), dy(ys, 7), expected(cells, 7), onlyValue(count), onlyDy(ys, 7);
  Control control;
  softDtw<double>(widened, paths, gamma, {wantValue.data(), matched ? wantDx.data() : nullptr, matched ? wantDy.data() : nullptr, matched ? wantExpected.data() : nullptr}, control);
  EXPECT_TRUE(softDtwOnGpu(gpu, pairs, paths, gamma, {onlyValue.data(), nullptr, nullptr, nullptr}, control).empty());
  for (std::size_t p = 0; p < count; ++p) {
    if (std::isinf(wantValue[p])) {
      ASSERT_EQ(onlyValue[p], std::numeric_limits<float>::infinity()) << p;
    } else {
      ASSERT_NEAR(onlyValue[p], wantValue[p], 1e-6 * (std::abs(wantValue[p]) + 1)) << p;
    }
  }
  if (!matched) return;
  EXPECT_TRUE(softDtwOnGpu(gpu, pairs, paths, gamma, {value.data(), dx.data(), dy.data(), expected.data()}, control).empty());
  EXPECT_TRUE(softDtwOnGpu(gpu, pairs, paths, gamma, {value.data(), nullptr, onlyDy.data(), nullptr}, control).empty());
  EXPECT_EQ(value, onlyValue);
  EXPECT_EQ(dy, onlyDy);
  for (std::size_t at = 0; at < cells; ++at) ASSERT_NEAR(expected[at], wantExpected[at], 5e-6) << at;
  for (std::size_t at = 0; at < xs; ++at) ASSERT_NEAR(dx[at], wantDx[at], 2e-5) << at;
  for (std::size_t at = 0; at < ys; ++at) ASSERT_NEAR(dy[at], wantDy[at], 2e-5) << at;
}

}  // namespace wetas
