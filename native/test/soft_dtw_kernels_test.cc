// The three float32 kernels against each other: the same arithmetic, so nearly the same bits, on shapes none was chosen for.
#include <gtest/gtest.h>

#include <cmath>

#include "core/dtw_batch.h"
#include "dtw_cases.h"
#include "kernels/cpu/soft_dtw_fast.h"

namespace wetas {
namespace {

struct Result {
  std::vector<LastCell> last;
  std::vector<float> gradient;
  Result(const CostShape& shape) : last(shape.batch), gradient(shape.batch * shape.cells(), -1) {}
};

float lambdaOf(const LastCell& last) { return last.mantissa == 0 ? 0 : 1 / last.mantissa; }

Result plain(const FastProblem& problem, const CostShape& shape, const std::vector<float>& cost) {
  Result result(shape);
  const RunSpace space(1, plainSpace(problem, true));
  for (std::size_t pair = 0; pair < shape.batch; ++pair) {
    result.last[pair] = plainForward(problem, true, &cost[pair * shape.cells()], space.of(0));
    plainBackward(problem, lambdaOf(result.last[pair]), space.of(0), &result.gradient[pair * shape.cells()]);
  }
  return result;
}

Result strip(const FastProblem& problem, const CostShape& shape, const std::vector<float>& cost) {
  Result result(shape);
  const RunSpace space(1, stripSpace(problem, true));
  for (std::size_t pair = 0; pair < shape.batch; ++pair) {
    const float* const pairCost = &cost[pair * shape.cells()];
    result.last[pair] = stripForward(problem, true, pairCost, space.of(0));
    stripBackward(problem, pairCost, lambdaOf(result.last[pair]), space.of(0), &result.gradient[pair * shape.cells()]);
  }
  return result;
}

Result lanes(const FastProblem& problem, const CostShape& shape, const std::vector<float>& cost) {
  Result result(shape);
  const RunSpace space(1, lanesSpace(problem, true));
  for (std::size_t pair = 0; pair < shape.batch; pair += vectorLanes()) {
    const std::size_t pairs = std::min(vectorLanes(), shape.batch - pair);
    lanesForward(problem, pairs, true, &cost[pair * shape.cells()], space.of(0), &result.last[pair]);
    std::vector<float> lambda;
    for (std::size_t p = 0; p < pairs; ++p) lambda.push_back(lambdaOf(result.last[pair + p]));
    lanesBackward(problem, pairs, lambda.data(), space.of(0), &result.gradient[pair * shape.cells()]);
  }
  return result;
}

void expectSame(const DtwCase& test, const Result& actual, const Result& expected) {
  for (std::size_t pair = 0; pair < test.shape.batch; ++pair) {
    ASSERT_EQ(actual.last[pair].mantissa == 0, expected.last[pair].mantissa == 0) << test;
    if (expected.last[pair].mantissa == 0) continue;
    // In powers of two; one that is not normalised is the same number.
    EXPECT_NEAR(actual.last[pair].exponent - expected.last[pair].exponent + std::log2(actual.last[pair].mantissa / expected.last[pair].mantissa), 0, 2e-6) << test;
  }
  for (std::size_t at = 0; at < expected.gradient.size(); ++at) ASSERT_NEAR(actual.gradient[at], expected.gradient[at], 3e-6) << test << " at " << at;
}

template <class Kernel>
void compareWithPlain(const Kernel& kernel, std::size_t mostRows) {
  unsigned seed = 100;
  for (const DtwCase& test : dtwCases()) {
    if (test.shape.rows > mostRows) continue;
    const float scale = static_cast<float>(-1.4426950408889634 / test.gamma);
    const FastProblem problem{test.shape.rows, test.shape.cols, test.pattern, scale,
                              static_cast<float>(maxPower(test.shape.rows, test.shape.cols) / -scale)};
    const auto cost = randomCosts<float>(test.shape, ++seed);
    expectSame(test, kernel(problem, test.shape, cost), plain(problem, test.shape, cost));
  }
}

TEST(SoftDtwKernels, StripAgreesWithPlain) { compareWithPlain(strip, 1000); }
TEST(SoftDtwKernels, LanesAgreeWithPlain) { compareWithPlain(lanes, 15); }

TEST(SoftDtwKernels, TheSpaceOfLongPairsIsBounded) {
  if (vectorLanes() == 1) GTEST_SKIP() << "the plain kernel keeps every cell";
  const FastProblem problem{4096, 4096, StepPattern::kSymmetric1, -1, 1e6f};
  EXPECT_LT(stripSpace(problem, true), std::size_t{80} << 20);  // and not 16 bytes a cell, 256 MB
}

}  // namespace
}  // namespace wetas
