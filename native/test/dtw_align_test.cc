#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hard_dtw_reference.h"
#include "wetas/device.h"
#include "wetas/hard_dtw.h"

namespace wetas {
namespace {

template <class T>
void checkLabels(std::size_t batch, std::size_t rows, std::size_t cols, bool ragged) {
  auto cost = randomWholeNumbers<T>(batch * rows * cols, static_cast<unsigned>(rows * cols), 0, 4);
  std::vector<std::int32_t> sizes;
  for (std::size_t pair = 0; pair < batch; ++pair) {
    sizes.push_back(static_cast<std::int32_t>(ragged ? pair % rows + 1 : rows));
    sizes.push_back(static_cast<std::int32_t>(ragged ? pair * 7 % cols + 1 : cols));
  }
  std::vector<T> value(batch);
  std::vector<std::int32_t> labels(batch * cols, -5);
  Control control;
  dtwAlign<T>({batch, rows, cols, cost.data(), ragged ? sizes.data() : nullptr}, value.data(), labels.data(), control);
  WarpingPaths paths;
  paths.pattern = StepPattern::kStayOrAdvance;
  for (std::size_t pair = 0; pair < batch; ++pair) {
    const auto ownRows = static_cast<std::size_t>(sizes[2 * pair]), ownCols = static_cast<std::size_t>(sizes[2 * pair + 1]);
    std::vector<T> own;
    for (std::size_t i = 0; i < ownRows; ++i) own.insert(own.end(), &cost[(pair * rows + i) * cols], &cost[(pair * rows + i) * cols] + ownCols);
    const HardReference<T> expected(ownRows, ownCols, own, paths, false, true);
    EXPECT_EQ(value[pair], expected.value);
    std::vector<std::int32_t> expectedLabels(cols, -1);
    for (std::size_t k = 0; k < expected.path.size(); k += 2) expectedLabels[static_cast<std::size_t>(expected.path[k + 1])] = expected.path[k];
    const auto begin = labels.begin() + static_cast<std::ptrdiff_t>(pair * cols);
    EXPECT_EQ(std::vector<std::int32_t>(begin, begin + static_cast<std::ptrdiff_t>(cols)), expectedLabels) << rows << " " << cols << " " << pair;
  }
}

TEST(DtwAlign, LabelsOverShapes) {
  for (const std::size_t rows : {1, 2, 6, 8, 9, 20}) {
    for (const std::size_t cols : {1, 5, 6, 7, 40, 300}) {
      for (const bool ragged : {false, true}) {
        checkLabels<float>(9, rows, cols, ragged);
        checkLabels<double>(9, rows, cols, ragged);
      }
    }
  }
}

TEST(DtwAlign, TiesStayAndTheLabelsAdvanceByOne) {
  std::vector<float> value(1);
  std::vector<std::int32_t> labels(5);
  Control control;
  dtwAlign<float>({1, 3, 5, std::vector<float>(15, 0).data(), nullptr}, value.data(), labels.data(), control);
  EXPECT_EQ(labels, (std::vector<std::int32_t>{0, 1, 2, 2, 2}));
}

TEST(DtwAlign, NoLabelling) {
  std::vector<float> value(2);
  std::vector<std::int32_t> labels(4);
  std::vector<float> cost(12, 0);
  Control control;
  dtwAlign<float>({2, 3, 2, cost.data(), nullptr}, value.data(), labels.data(), control);
  EXPECT_TRUE(std::isinf(value[0]) && std::isinf(value[1]));
  EXPECT_EQ(labels, (std::vector<std::int32_t>{-1, -1, -1, -1}));
  cost[4] = std::numeric_limits<float>::quiet_NaN();
  dtwAlign<float>({1, 2, 6, cost.data(), nullptr}, value.data(), std::vector<std::int32_t>(6).data(), control);
  EXPECT_TRUE(std::isnan(value[0]));
}

TEST(DtwAlign, SameBitsAtAnyNumberOfThreads) {
  const std::size_t before = threadCount();
  const auto cost = randomNumbers<float>(23 * 30 * 41, 12, 0, 1);
  std::vector<float> expected(23), value(23);
  std::vector<std::int32_t> expectedLabels(23 * 41), labels(23 * 41);
  Control control;
  setThreadCount(1);
  dtwAlign<float>({23, 30, 41, cost.data(), nullptr}, expected.data(), expectedLabels.data(), control);
  for (const std::size_t threads : {2, 5, 64}) {
    setThreadCount(threads);
    dtwAlign<float>({23, 30, 41, cost.data(), nullptr}, value.data(), labels.data(), control);
    EXPECT_EQ(value, expected);
    EXPECT_EQ(labels, expectedLabels);
  }
  setThreadCount(before);
}

}  // namespace
}  // namespace wetas
