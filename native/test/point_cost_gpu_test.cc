// The point costs of the kernels for GPUs, run in lockstep on the CPU, against the CPU's own.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "lockstep_series.h"

namespace wetas {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr PointCost kKinds[] = {PointCost::kSquaredEuclidean, PointCost::kEuclidean, PointCost::kAbsolute, PointCost::kCosine, PointCost::kBinaryCrossEntropy};

TEST(PointCostGpu, EveryCostOverShapes) {
  cuda::LockstepGpu gpu;
  unsigned seed = 0;
  for (const PointCost kind : kKinds) {
    for (const StepPattern pattern : {StepPattern::kSymmetric1, StepPattern::kStayOrAdvance}) {
      for (const std::size_t channels : {1, 3, 5, 11}) {  // eight go together
        const double gamma = kind == PointCost::kBinaryCrossEntropy && channels > 5 ? 1 : 0.5;
        for (const CostShape shape : {CostShape{2, 1, 1}, CostShape{2, 5, 40}, CostShape{2, 33, 31}, CostShape{2, 70, 97}}) {
          const RandomSeries series(Pairing::kMatched, 2, shape.rows, 2, shape.cols, channels, ++seed, kind);
          compareSeries(gpu, series.pairs, {pattern, {}}, gamma);
          compareSeries(gpu, series.pairs, {pattern, {Band::kSakoeChiba, 4}, true, true, 0.4}, gamma);
        }
      }
    }
  }
}

struct Gradients {
  std::vector<float> value, dx, dy;
  std::vector<std::size_t> beyond;
};

struct OnePair {
  std::size_t channels;
  std::vector<float> x, y;

  SeriesPairs<float> pairs(PointCost kind) const {
    return {Pairing::kMatched, 1, x.size() / channels, 1, y.size() / channels, channels, kind, x.data(), y.data(), nullptr, nullptr};
  }
  Gradients onGpu(PointCost kind) const {
    cuda::LockstepGpu gpu;
    Gradients got{std::vector<float>(1), std::vector<float>(x.size()), std::vector<float>(y.size()), {}};
    Control control;
    got.beyond = softDtwOnGpu(gpu, pairs(kind), {}, 1, {got.value.data(), got.dx.data(), got.dy.data(), nullptr}, control);
    return got;
  }
  Gradients onCpu(PointCost kind) const {
    Gradients want{std::vector<float>(1), std::vector<float>(x.size()), std::vector<float>(y.size()), {}};
    Control control;
    softDtw<float>(pairs(kind), {}, 1, {want.value.data(), want.dx.data(), want.dy.data(), nullptr}, control);
    return want;
  }
};

void expectNear(const std::vector<float>& got, const std::vector<float>& want) {
  for (std::size_t at = 0; at < want.size(); ++at) {
    if (std::isinf(want[at])) {
      EXPECT_EQ(got[at], want[at]) << at;
    } else {
      EXPECT_NEAR(got[at], want[at], 2e-5 * (1 + std::abs(want[at]))) << at;
    }
  }
}

void compare(const OnePair& pair, PointCost kind) {
  SCOPED_TRACE(testing::Message() << "cost " << static_cast<int>(kind));
  const Gradients got = pair.onGpu(kind), want = pair.onCpu(kind);
  EXPECT_TRUE(got.beyond.empty());
  expectNear(got.value, want.value);
  expectNear(got.dx, want.dx);
  expectNear(got.dy, want.dy);
}

TEST(PointCostGpu, NoDerivativeMeansZero) {
  for (const PointCost kind : {PointCost::kEuclidean, PointCost::kAbsolute, PointCost::kCosine}) compare({2, {0, 0, 1, 2, 3, 4}, {0, 0, 1, 2, -1, 5, 3, 4}}, kind);
}

TEST(PointCostGpu, InfiniteCostsBesideThePath) {
  for (const PointCost kind : {PointCost::kSquaredEuclidean, PointCost::kEuclidean, PointCost::kAbsolute}) compare({1, {3e38f, -3e38f}, {3e38f, -3e38f}}, kind);
}

TEST(PointCostGpu, CosineOfTinyAndHugePoints) {
  compare({2, {3e-30f, 4e-30f, 3e30f, 4e30f, 1, 2}, {4, 3, 4e30f, 3e30f, 5e-30f, 1e-30f}}, PointCost::kCosine);
  compare({2, {1e-40f, 0, 0, 3}, {2, 0, 0, 1e-40f}}, PointCost::kCosine);  // one over such a length is infinite
}

// Infinite where a score rules the label out, and so are some gradients; with two channels, one may rule out what the other does not.
TEST(PointCostGpu, CrossEntropyAtTheEndsOfItsRange) {
  compare({1, {0, 1}, {0, 0.25f, 1}}, PointCost::kBinaryCrossEntropy);
  compare({1, {0, 1, 0}, {1e-40f, 1, 0.25f}}, PointCost::kBinaryCrossEntropy);
  compare({1, {0, 0.5f, 1}, {0, 0.25f, 0.75f, 1}}, PointCost::kBinaryCrossEntropy);
  compare({2, {0, 0.5f, 0, 1, 1, 0.5f}, {0, 0.5f, 0.25f, 1, 1, 0.75f}}, PointCost::kBinaryCrossEntropy);
}

TEST(PointCostGpu, WhatIsNoNumberIsLeftToTheCpu) {
  const std::vector<std::size_t> first{0};
  for (const PointCost kind : kKinds) {
    EXPECT_EQ((OnePair{1, {0.5f, 0.25f}, {0.5f, std::numeric_limits<float>::quiet_NaN()}}).onGpu(kind).beyond, first);
    EXPECT_EQ((OnePair{1, {0.5f, 0.25f}, {0.5f, kInfinity}}).onGpu(kind).beyond, first);
  }
  for (const float outside : {-0.5f, 1.5f}) {
    for (const float label : {0.0f, 1.0f}) EXPECT_EQ((OnePair{1, {label, label}, {0.5f, outside}}).onGpu(PointCost::kBinaryCrossEntropy).beyond, first);
  }
}

}  // namespace
}  // namespace wetas
