// Many warps at one pair, in lockstep on threads of the CPU: the bits of one warp.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "core/hard_dtw_gpu.h"
#include "core/soft_dtw_gpu.h"
#include "dtw_cases.h"
#include "kernels/cuda/lockstep_gpu.h"

namespace wetas {
namespace {

constexpr std::size_t kBatch = 3, kRows = 300, kCols = 210, kChannels = 2, kWarps = 12;
constexpr std::size_t kLarge = std::size_t{1} << 30, kSmall = 100000;  // the small one has no room for E, and backward runs groups of strips again
constexpr std::int32_t kRowsOf[] = {300, 1, 130}, kColsOf[] = {210, 90, 33};

std::vector<WarpingPaths> somePaths() {
  return {{}, {StepPattern::kSymmetric1, {Band::kSakoeChiba, 20}, false, true, 0.3}, {StepPattern::kStayOrAdvance, {}, true, false}};
}

struct Soft {
  std::vector<float> value = std::vector<float>(kBatch, 7), dx = std::vector<float>(kBatch * kRows * kChannels, 7), dy = std::vector<float>(kBatch * kCols * kChannels, 7),
                     expected = std::vector<float>(kBatch * kRows * kCols, 7);

  Soft(const SeriesPairs<float>& pairs, const WarpingPaths& paths, bool gradient, std::size_t bytes, std::size_t warps) {
    cuda::LockstepGpu gpu(bytes, warps);
    Control control;
    softDtwOnGpu(gpu, pairs, paths, 0.5,
                 {value.data(), gradient ? dx.data() : nullptr, gradient ? dy.data() : nullptr, gradient && bytes == kLarge ? expected.data() : nullptr}, control);
  }
};

TEST(TurnsGpu, SoftDtwHasTheBitsOfOneWarp) {
  const auto x = randomCosts<float>({kBatch, kRows, kChannels}, 1, -1, 1), y = randomCosts<float>({kBatch, kCols, kChannels}, 2, -1, 1);
  for (const std::int32_t* const rowsOf : {static_cast<const std::int32_t*>(nullptr), kRowsOf}) {
    const SeriesPairs<float> pairs{Pairing::kMatched, kBatch, kRows, kBatch, kCols, kChannels, PointCost::kSquaredEuclidean, x.data(), y.data(), rowsOf, rowsOf == nullptr ? nullptr : kColsOf};
    for (const WarpingPaths& paths : somePaths()) {
      for (const bool gradient : {false, true}) {
        SCOPED_TRACE(testing::Message() << paths << (gradient ? ", gradient" : "") << (rowsOf == nullptr ? "" : ", ragged"));
        const Soft one(pairs, paths, gradient, kLarge, 1);
        for (const std::size_t bytes : {kLarge, kSmall}) {
          const Soft many(pairs, paths, gradient, bytes, kWarps);
          EXPECT_EQ(many.value, one.value);
          if (bytes == kLarge) { EXPECT_EQ(many.expected, one.expected); }
          EXPECT_EQ(many.dx, one.dx);
          EXPECT_EQ(many.dy, one.dy);
        }
      }
    }
  }
}

struct Hard {
  std::vector<float> value = std::vector<float>(kBatch, 7);
  std::vector<std::int32_t> path = std::vector<std::int32_t>(kBatch * 2 * (kRows + kCols - 1), 7), pathLength = std::vector<std::int32_t>(kBatch, 7),
                            labelIndex = std::vector<std::int32_t>(kBatch * kCols, 7);

  Hard(const CostPairs<float>& pairs, const WarpingPaths& paths, std::size_t warps) {
    cuda::LockstepGpu gpu(kLarge, warps);
    Control control;
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    hardDtwOnGpu(gpu, pairs, paths, kInfinity, {value.data(), path.data(), pathLength.data()}, nullptr, control);
    hardDtwOnGpu(gpu, pairs, paths, kInfinity, {value.data(), nullptr, nullptr}, labelIndex.data(), control);
  }
};

TEST(TurnsGpu, HardDtwHasTheBitsOfOneWarp) {
  const auto cost = randomCosts<float>({kBatch, kRows, kCols}, 3);
  std::vector<std::int32_t> sizes;
  for (std::size_t p = 0; p < kBatch; ++p) sizes.insert(sizes.end(), {kRowsOf[p], kColsOf[p]});
  for (const std::int32_t* const ragged : {static_cast<const std::int32_t*>(nullptr), static_cast<const std::int32_t*>(sizes.data())}) {
    for (const WarpingPaths& paths : somePaths()) {
      SCOPED_TRACE(testing::Message() << paths << (ragged == nullptr ? "" : ", ragged"));
      const CostPairs<float> pairs{kBatch, kRows, kCols, cost.data(), ragged};
      const Hard one(pairs, paths, 1), many(pairs, paths, kWarps);
      EXPECT_EQ(many.value, one.value);
      EXPECT_EQ(many.pathLength, one.pathLength);
      EXPECT_EQ(many.path, one.path);
      EXPECT_EQ(many.labelIndex, one.labelIndex);
    }
  }
}

}  // namespace
}  // namespace wetas
