#include "wetas/dtw_align.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "dtw_cases.h"
#include "wetas/device.h"

namespace wetas {
namespace {

// The recurrence, one cell at a time.
double reference(const DtwCase& test, const float* cost) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto [batch, rows, cols] = test.shape;
  std::vector<double> total((rows + 1) * (cols + 1), kInfinity);
  total[0] = 0;
  for (std::size_t i = 1; i <= rows; ++i) {
    for (std::size_t j = 1; j <= cols; ++j) {
      const double* const here = &total[i * (cols + 1) + j];
      const double up = test.pattern == StepPattern::kSymmetric1 ? here[-static_cast<std::ptrdiff_t>(cols) - 1] : kInfinity;
      total[i * (cols + 1) + j] = cost[(i - 1) * cols + j - 1] + std::min({here[-static_cast<std::ptrdiff_t>(cols) - 2], here[-1], up});
    }
  }
  return total.back();
}

template <class T>
void checkPaths(const DtwCase& test, const std::vector<float>& cost) {
  const auto [batch, rows, cols] = test.shape;
  const std::vector<T> given(cost.begin(), cost.end());
  const std::size_t longest = rows + cols - 1;
  std::vector<T> value(batch), valueOfPath(batch);
  std::vector<std::int32_t> path(batch * longest * 2), length(batch);
  hardDtw(test.shape, test.pattern, given.data(), value.data());
  hardDtwPath(test.shape, test.pattern, given.data(), valueOfPath.data(), path.data(), length.data());
  for (std::size_t pair = 0; pair < batch; ++pair) {
    const float* const pairCost = &cost[pair * rows * cols];
    const double expected = reference(test, pairCost);
    EXPECT_EQ(value[pair], valueOfPath[pair]) << test;
    if (std::isinf(expected)) {
      EXPECT_EQ(value[pair], static_cast<T>(expected)) << test;
      EXPECT_EQ(length[pair], 0) << test;
      continue;
    }
    EXPECT_NEAR(value[pair], expected, 1e-6 * static_cast<double>(longest)) << test;
    double sum = 0;
    const std::int32_t* const cells = &path[pair * longest * 2];
    for (std::int32_t k = 0; k < length[pair]; ++k) {
      const std::int32_t i = cells[2 * k], j = cells[2 * k + 1];
      sum += pairCost[static_cast<std::size_t>(i) * cols + static_cast<std::size_t>(j)];
      if (k == 0) continue;
      const std::int32_t di = i - cells[2 * k - 2], dj = j - cells[2 * k - 1];
      EXPECT_TRUE((di == 1 && dj == 1) || (di == 0 && dj == 1) || (di == 1 && dj == 0 && test.pattern == StepPattern::kSymmetric1)) << test;
    }
    EXPECT_NEAR(sum, expected, 1e-6 * static_cast<double>(longest)) << test;
    EXPECT_EQ(cells[0] + cells[1], 0) << test;
    EXPECT_EQ(cells[2 * length[pair] - 2], static_cast<std::int32_t>(rows) - 1) << test;
    EXPECT_EQ(cells[2 * length[pair] - 1], static_cast<std::int32_t>(cols) - 1) << test;
  }
}

TEST(HardDtw, ValueAndPathOverShapes) {
  unsigned seed = 0;
  for (const DtwCase& test : dtwCases()) {
    const auto cost = randomCosts<float>(test.shape, ++seed);
    checkPaths<float>(test, cost);
    checkPaths<double>(test, cost);
  }
}

TEST(HardDtw, LongPairs) {
  for (const CostShape shape : {CostShape{2, 300, 200}, CostShape{1, 50, 3000}}) {
    const DtwCase test{shape, StepPattern::kSymmetric1, 0};
    checkPaths<float>(test, randomCosts<float>(shape, 3));
  }
}

template <class T>
std::vector<std::int32_t> pathOf(const CostShape& shape, StepPattern pattern, const std::vector<T>& cost) {
  T value;
  std::vector<std::int32_t> path((shape.rows + shape.cols - 1) * 2), length(1);
  hardDtwPath(shape, pattern, cost.data(), &value, path.data(), length.data());
  path.resize(static_cast<std::size_t>(length[0]) * 2);
  return path;
}

TEST(HardDtw, TiesTakeTheDiagonalThenTheRow) {
  const std::vector<std::int32_t> expected{0, 0, 0, 1, 1, 2, 2, 3}, tall{0, 0, 1, 0, 2, 1};
  EXPECT_EQ(pathOf<float>({1, 3, 4}, StepPattern::kSymmetric1, std::vector<float>(12, 0)), expected);
  EXPECT_EQ(pathOf<double>({1, 3, 4}, StepPattern::kSymmetric1, std::vector<double>(12, 0)), expected);
  EXPECT_EQ(pathOf<float>({1, 3, 2}, StepPattern::kSymmetric1, std::vector<float>(6, 0)), tall);
  // Into (1, 2) stay and up cost the same, the diagonal more.
  EXPECT_EQ(pathOf<float>({1, 2, 3}, StepPattern::kSymmetric1, {0, 9, 0, 9, 0, 0}), (std::vector<std::int32_t>{0, 0, 1, 1, 1, 2}));
}

TEST(DtwAlign, TiesStayAndTheLabelsAdvanceByOne) {
  std::vector<float> value(1);
  std::vector<std::int32_t> labels(5);
  dtwAlign<float>({1, 3, 5}, std::vector<float>(15, 0).data(), value.data(), labels.data());
  EXPECT_EQ(labels, (std::vector<std::int32_t>{0, 1, 2, 2, 2}));
  std::vector<double> value64(1);
  dtwAlign<double>({1, 3, 5}, std::vector<double>(15, 0).data(), value64.data(), labels.data());
  EXPECT_EQ(labels, (std::vector<std::int32_t>{0, 1, 2, 2, 2}));
}

TEST(DtwAlign, LabelsAreThePathAndCostTheValue) {
  for (const std::size_t cols : {6, 7, 40, 500}) {
    const DtwCase test{{9, 6, cols}, StepPattern::kStayOrAdvance, 0};
    const auto cost = randomCosts<float>(test.shape, 8);
    std::vector<float> value(9);
    std::vector<std::int32_t> labels(9 * cols);
    dtwAlign(test.shape, cost.data(), value.data(), labels.data());
    for (std::size_t pair = 0; pair < 9; ++pair) {
      double sum = 0;
      for (std::size_t j = 0; j < cols; ++j) {
        const std::int32_t label = labels[pair * cols + j];
        ASSERT_TRUE(label >= 0 && label < 6);
        if (j > 0) {
          const std::int32_t advance = label - labels[pair * cols + j - 1];
          ASSERT_TRUE(advance == 0 || advance == 1);
        }
        sum += cost[(pair * 6 + static_cast<std::size_t>(label)) * cols + j];
      }
      EXPECT_NEAR(sum, reference(test, &cost[pair * 6 * cols]), 1e-6 * static_cast<double>(cols));
      EXPECT_NEAR(sum, value[pair], 1e-6 * static_cast<double>(cols));
    }
  }
}

TEST(DtwAlign, NoLabelling) {
  std::vector<float> value(2);
  std::vector<std::int32_t> labels(4);
  dtwAlign<float>({2, 3, 2}, std::vector<float>(12, 0).data(), value.data(), labels.data());
  EXPECT_TRUE(std::isinf(value[0]) && std::isinf(value[1]));
  EXPECT_EQ(labels, (std::vector<std::int32_t>{-1, -1, -1, -1}));
}

TEST(HardDtw, NaNStaysInItsPair) {
  for (const float poison : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    const CostShape shape{3, 20, 20};
    auto cost = randomCosts<float>(shape, 6);
    std::vector<float> clean(3), value(3);
    hardDtw(shape, StepPattern::kSymmetric1, cost.data(), clean.data());
    cost[400 + 399 - 19] = poison;  // in a corner that no good path would visit
    hardDtw(shape, StepPattern::kSymmetric1, cost.data(), value.data());
    EXPECT_TRUE(std::isnan(value[1]));
    EXPECT_EQ(value[0], clean[0]);
    EXPECT_EQ(value[2], clean[2]);
  }
}

TEST(HardDtw, SameBitsAtAnyNumberOfThreads) {
  const std::size_t before = threadCount();
  const CostShape shape{23, 30, 41};
  const auto cost = randomCosts<float>(shape, 12);
  std::vector<float> expected(23), value(23);
  std::vector<std::int32_t> expectedLabels(23 * 41), labels(23 * 41);
  setThreadCount(1);
  dtwAlign(shape, cost.data(), expected.data(), expectedLabels.data());
  for (const std::size_t threads : {2, 5, 64}) {
    setThreadCount(threads);
    dtwAlign(shape, cost.data(), value.data(), labels.data());
    EXPECT_EQ(value, expected);
    EXPECT_EQ(labels, expectedLabels);
  }
  setThreadCount(before);
}

}  // namespace
}  // namespace wetas
