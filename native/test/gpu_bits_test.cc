// Bits do not depend on who runs the kernels: one warp in lockstep on the CPU, many of them, crews of them, or a GPU where there is one.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "core/hard_dtw_gpu.h"
#include "core/soft_dtw_gpu.h"
#include "dtw_cases.h"
#include "kernels/cuda/lockstep_gpu.h"
#include "wetas/device.h"

namespace wetas {
namespace {

constexpr std::size_t kBatch = 3, kRows = 300, kCols = 210, kChannels = 9, kWarps = 12;
constexpr std::size_t kLarge = std::size_t{1} << 30, kSmall = 116000;  // there backward runs groups of strips again
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::int32_t kRowsOf[] = {300, 1, 130}, kColsOf[] = {210, 90, 33};

std::vector<WarpingPaths> somePaths() {
  return {{}, {StepPattern::kSymmetric1, {Band::kSakoeChiba, 20}, false, true, 0.3}, {StepPattern::kStayOrAdvance, {}, true, false}};
}

struct Soft {
  std::vector<float> value = std::vector<float>(kBatch, 7), dx = std::vector<float>(kBatch * kRows * kChannels, 7), dy = std::vector<float>(kBatch * kCols * kChannels, 7),
                     expected = std::vector<float>(kBatch * kRows * kCols, 7);

  Soft(cuda::Gpu& gpu, const SeriesPairs<float>& pairs, const WarpingPaths& paths, bool gradients, bool ofCost) {
    Control control;
    softDtwOnGpu(gpu, pairs, paths, 0.5, {value.data(), gradients ? dx.data() : nullptr, gradients ? dy.data() : nullptr, ofCost ? expected.data() : nullptr}, control);
  }
};

void expectSame(const Soft& got, const Soft& want) {
  EXPECT_EQ(got.value, want.value);
  EXPECT_EQ(got.dx, want.dx);
  EXPECT_EQ(got.dy, want.dy);
  EXPECT_EQ(got.expected, want.expected);
}

// On gpu, and on one that has no room for E, as one warp has it.
void compareSoft(cuda::Gpu& gpu, cuda::Gpu* small, PointCost kind = PointCost::kSquaredEuclidean) {
  const bool ofScores = kind == PointCost::kBinaryCrossEntropy;
  const auto x = randomCosts<float>({kBatch, kRows, kChannels}, 1, ofScores ? 0 : -1, 1), y = randomCosts<float>({kBatch, kCols, kChannels}, 2, ofScores ? 0.1 : -1, ofScores ? 0.9 : 1);
  for (const bool ragged : {false, true}) {
    const SeriesPairs<float> pairs{Pairing::kMatched, kBatch, kRows, kBatch, kCols, kChannels, kind, x.data(), y.data(), ragged ? kRowsOf : nullptr, ragged ? kColsOf : nullptr};
    for (const WarpingPaths& paths : somePaths()) {
      SCOPED_TRACE(testing::Message() << paths << (ragged ? ", ragged" : ""));
      cuda::LockstepGpu one;
      expectSame(Soft(gpu, pairs, paths, false, false), Soft(one, pairs, paths, false, false));
      expectSame(Soft(gpu, pairs, paths, true, true), Soft(one, pairs, paths, true, true));
      if (small != nullptr) expectSame(Soft(*small, pairs, paths, true, false), Soft(one, pairs, paths, true, false));
    }
  }
}

struct Hard {
  std::vector<float> value = std::vector<float>(kBatch, 7), alignedValue = std::vector<float>(kBatch, 7);
  std::vector<std::int32_t> path = std::vector<std::int32_t>(kBatch * 2 * (kRows + kCols - 1), 7), pathLength = std::vector<std::int32_t>(kBatch, 7),
                            labelIndex = std::vector<std::int32_t>(kBatch * kCols, 7);

  template <class Pairs>
  Hard(cuda::Gpu& gpu, const Pairs& pairs, const WarpingPaths& paths) {
    Control control;
    const HardDtwOutputs<float> outputs{value.data(), path.data(), pathLength.data()};
    if constexpr (std::is_same_v<Pairs, CostPairs<float>>) {
      hardDtwOnGpu(gpu, pairs, paths, kInfinity, outputs, nullptr, control);
      WarpingPaths aligner;  // the paths that dtwAlign has: other ones leave columns without a label
      aligner.pattern = StepPattern::kStayOrAdvance;
      hardDtwOnGpu(gpu, pairs, aligner, kInfinity, {alignedValue.data(), nullptr, nullptr}, labelIndex.data(), control);
    } else {
      hardDtwOnGpu(gpu, pairs, paths, kInfinity, outputs, control);
    }
  }
};

template <class Pairs>
void compareHard(cuda::Gpu& gpu, const Pairs& pairs, const WarpingPaths& paths) {
  cuda::LockstepGpu one;
  const Hard got(gpu, pairs, paths), want(one, pairs, paths);
  EXPECT_EQ(got.value, want.value);
  EXPECT_EQ(got.pathLength, want.pathLength);
  EXPECT_EQ(got.path, want.path);
  EXPECT_EQ(got.alignedValue, want.alignedValue);
  EXPECT_EQ(got.labelIndex, want.labelIndex);
}

void compareHard(cuda::Gpu& gpu) {
  const auto cost = randomCosts<float>({kBatch, kRows, kCols}, 3);
  std::vector<std::int32_t> sizes;
  for (std::size_t p = 0; p < kBatch; ++p) sizes.insert(sizes.end(), {kRowsOf[p], kColsOf[p]});
  for (const bool ragged : {false, true}) {
    for (const WarpingPaths& paths : somePaths()) {
      SCOPED_TRACE(testing::Message() << paths << (ragged ? ", ragged" : ""));
      const CostPairs<float> pairs{kBatch, kRows, kCols, cost.data(), ragged ? sizes.data() : nullptr};
      compareHard(gpu, pairs, paths);
    }
  }
}

TEST(GpuBits, ManyWarpsHaveThoseOfOne) {
  cuda::LockstepGpu many(kLarge, kWarps), small(kSmall, kWarps);
  compareSoft(many, &small);
  compareHard(many);
}

TEST(GpuBits, CrewsHaveThoseOfOneWarp) {
  cuda::LockstepGpu crews(kLarge, 3, cuda::kMostWarpsOfCrew), small(kSmall, 3, 2);
  for (const PointCost kind : {PointCost::kSquaredEuclidean, PointCost::kEuclidean, PointCost::kAbsolute, PointCost::kCosine, PointCost::kBinaryCrossEntropy}) {
    SCOPED_TRACE(testing::Message() << "cost " << static_cast<int>(kind));
    compareSoft(crews, &small, kind);
  }
  const auto x = randomCosts<float>({kBatch, kRows, kChannels}, 1, -1, 1), y = randomCosts<float>({kBatch, kCols, kChannels}, 2, -1, 1);
  const SeriesPairs<float> pairs{Pairing::kMatched, kBatch, kRows, kBatch, kCols, kChannels, PointCost::kEuclidean, x.data(), y.data(), nullptr, nullptr};
  for (const WarpingPaths& paths : somePaths()) {
    SCOPED_TRACE(testing::Message() << paths);
    compareHard(crews, pairs, paths);
  }
}

TEST(GpuBits, TheGpuHasThoseOfLockstep) {
  const GpuInfo info = gpuInfo();
  if (!info.missing.empty()) GTEST_SKIP() << "no GPU: " << info.missing;
  compareSoft(cuda::gpu(), nullptr);
  compareHard(cuda::gpu());
}

}  // namespace
}  // namespace wetas
