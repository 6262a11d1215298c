// The GPU's kernel of hard DTW, run in lockstep on the CPU, against the CPU's own: the same bits.
#include <gtest/gtest.h>

#include <limits>

#include "core/band.h"
#include "dtw_cases.h"
#include "hard_dtw_reference.h"
#include "lockstep_pair.h"
#include "wetas/hard_dtw.h"

namespace wetas {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

struct LockstepHardDtw {
  cuda::HardDtwTotal value, labelled, total;
  std::vector<std::int32_t> labelIndex, path;

  template <template <class> class Costs>
  void run(cuda::HardDtwPair pair, bool up) {
    const cuda::HardDtwSpace space(pair.rows, pair.cols, true);
    std::vector<float> boundary(static_cast<std::size_t>(space.boundaryNumbers));
    std::vector<std::int32_t> moves(static_cast<std::size_t>(space.moveNumbers));
    labelIndex.assign(static_cast<std::size_t>(pair.cols), -1);
    path.assign(static_cast<std::size_t>(2 * (pair.rows + pair.cols - 1)), 0);
    const auto with = [&](std::int32_t* kept, std::int32_t* labels, std::int32_t* way, cuda::HardDtwTotal* result) {
      boundary.assign(boundary.size(), -3e38f);  // what was not written must not be read
      pair.boundary = boundary.data();
      pair.moves = kept;
      pair.labelIndex = labels;
      pair.path = way;
      pair.longest = pair.rows + pair.cols - 1;
      const Control control;
      runInLockstep<cuda::HardDtwOfPair, Costs>(up, pair, control, result);
    };
    with(nullptr, nullptr, nullptr, &value);
    with(moves.data(), nullptr, path.data(), &total);
    with(moves.data(), labelIndex.data(), nullptr, &labelled);
  }
};

LockstepHardDtw ofCost(std::size_t rows, std::size_t cols, const std::vector<float>& cost, const WarpingPaths& paths) {
  const RowIntervals band(paths.band, rows, cols);
  cuda::HardDtwPair pair{};
  pair.rows = static_cast<std::int32_t>(rows);
  pair.cols = static_cast<std::int32_t>(cols);
  pair.cost = cost.data();
  pair.stride = pair.cols;
  pair.begin = band.everything() ? nullptr : band.begin.data();
  pair.end = band.everything() ? nullptr : band.end.data();
  pair.openStart = paths.openStart;
  pair.openEnd = paths.openEnd;
  pair.stepPenalty = static_cast<float>(paths.stepPenalty);
  LockstepHardDtw result;
  result.run<cuda::GivenCosts>(pair, paths.pattern == StepPattern::kSymmetric1);
  return result;
}

void compare(std::size_t rows, std::size_t cols, const std::vector<float>& cost, const WarpingPaths& paths) {
  SCOPED_TRACE(testing::Message() << rows << " x " << cols << ", " << paths);
  const LockstepHardDtw got = ofCost(rows, cols, cost, paths);
  float value = 0;
  std::vector<std::int32_t> path(2 * (rows + cols - 1)), labels(cols);
  std::int32_t cells = 0;
  Control control;
  const CostPairs<float> pairs{1, rows, cols, cost.data(), nullptr};
  hardDtwFromCost<float>(pairs, paths, kInfinity, {&value, path.data(), &cells}, control);
  EXPECT_FALSE(got.total.poisoned);
  EXPECT_EQ(got.value.value, value);
  EXPECT_EQ(got.total.value, value);
  EXPECT_EQ(got.total.pathCells, cells);
  EXPECT_EQ(got.path, path);
  if (paths.pattern == StepPattern::kSymmetric1 || paths.band.kind != Band::kNone || paths.openStart) return;
  dtwAlign<float>(pairs, &value, labels.data(), control);
  EXPECT_EQ(got.labelled.value, value);
  EXPECT_EQ(got.labelIndex, labels);
}

// Whole numbers have ties, and more than float32 can add up exactly rounds.
TEST(HardDtwGpu, SameBitsPathsAndLabelsAsTheCpu) {
  unsigned seed = 0;
  for (const std::size_t rows : {1, 31, 32, 33, 70}) {
    for (const std::size_t cols : {1, 2, 33, 64, 100}) {
      for (const StepPattern pattern : {StepPattern::kSymmetric1, StepPattern::kStayOrAdvance}) {
        for (const double radius : {-1.0, 0.0, 5.0}) {
          const Band band = radius < 0 ? Band{} : Band{Band::kSakoeChiba, radius};
          for (const WarpingPaths& paths : {WarpingPaths{pattern, band}, WarpingPaths{pattern, band, true, true, 1}}) {
            compare(rows, cols, randomWholeNumbers<float>(rows * cols, ++seed, 0, 3), paths);
            compare(rows, cols, randomNumbers<float>(rows * cols, seed, -1, 1), paths);
          }
        }
      }
    }
  }
}

TEST(HardDtwGpu, NarrowBandsOfWideAndTallPairs) {
  for (const CostShape shape : {CostShape{1, 70, 1500}, CostShape{1, 700, 30}}) {
    for (const double radius : {0.0, 1.0}) compare(shape.rows, shape.cols, randomNumbers<float>(shape.cells(), 8, 0, 1), {StepPattern::kSymmetric1, {Band::kSakoeChiba, radius}});
  }
}

TEST(HardDtwGpu, InfiniteCellsAndNoPath) {
  auto cost = randomNumbers<float>(70 * 80, 4, 0, 1);
  for (std::size_t at = 0; at < cost.size(); at += 7) cost[at] = at == 0 ? 1 : kInfinity;
  compare(70, 80, cost, {});
  cost.back() = kInfinity;
  compare(70, 80, cost, {});
  WarpingPaths paths;
  paths.pattern = StepPattern::kStayOrAdvance;
  compare(70, 40, std::vector<float>(70 * 40, 1), paths);
}

TEST(HardDtwGpu, SaysWhatIsPoisoned) {
  const WarpingPaths banded{StepPattern::kSymmetric1, {Band::kSakoeChiba, 5}};
  for (const float bad : {kNaN, -kNaN, -kInfinity}) {
    for (const std::size_t at : {std::size_t{0}, std::size_t{39}, std::size_t{1600 - 1}, std::size_t{35 * 40 + 2}}) {
      std::vector<float> cost(40 * 40, 1);
      cost[at] = bad;
      EXPECT_TRUE(ofCost(40, 40, cost, {}).value.poisoned) << at;
      EXPECT_TRUE(ofCost(40, 40, cost, {}).labelled.poisoned) << at;
      EXPECT_EQ(ofCost(40, 40, cost, {}).total.pathCells, 0);
      EXPECT_EQ(ofCost(40, 40, cost, banded).value.poisoned != 0, at == 0 || at == 1599) << at;
    }
  }
}

TEST(HardDtwGpu, CostsFromPoints) {
  const auto x = randomNumbers<float>(70 * 3, 1, -1, 1), y = randomNumbers<float>(50 * 3, 2, -1, 1);
  cuda::HardDtwPair pair{};
  pair.rows = 70;
  pair.cols = 50;
  pair.x = x.data();
  pair.y = y.data();
  pair.channels = 3;
  LockstepHardDtw got;
  got.run<cuda::PointCosts>(pair, true);
  float value = 0;
  std::vector<std::int32_t> path(2 * 119);
  std::int32_t cells = 0;
  Control control;
  hardDtw<float>({Pairing::kMatched, 1, 70, 1, 50, 3, PointCost::kSquaredEuclidean, x.data(), y.data(), nullptr, nullptr}, {}, kInfinity, {&value, path.data(), &cells}, control);
  EXPECT_NEAR(got.value.value, value, 1e-6 * value);
  EXPECT_EQ(got.path, path);
}

}  // namespace
}  // namespace wetas
