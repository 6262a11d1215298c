#include "core/band.h"

#include <gtest/gtest.h>

#include <string>

#include "path_enumeration.h"

namespace wetas {
namespace {

std::string drawn(const Band& band, std::size_t rows, std::size_t cols) {
  const RowIntervals intervals(band, rows, cols);
  std::string picture;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < cols; ++j) picture += j >= intervals.first(i) && j < intervals.behind(i) ? 'x' : '.';
    picture += ' ';
  }
  return picture;
}

TEST(DtwBand, SakoeChibaOnSquaresIsTheDifferenceOfIndices) {
  EXPECT_EQ(drawn({Band::kSakoeChiba, 1}, 4, 4), "xx.. xxx. .xxx ..xx ");
  EXPECT_EQ(drawn({Band::kSakoeChiba, 0}, 3, 3), "x.. .x. ..x ");
  EXPECT_EQ(drawn({Band::kSakoeChiba, 1.9}, 4, 4), "xx.. xxx. .xxx ..xx ");
}

TEST(DtwBand, SakoeChibaFollowsTheSlope) {
  EXPECT_EQ(drawn({Band::kSakoeChiba, 0}, 2, 4), "xx.. ..xx ");
  EXPECT_EQ(drawn({Band::kSakoeChiba, 0}, 4, 2), "x. x. .x .x ");
  EXPECT_EQ(drawn({Band::kSakoeChiba, 1}, 3, 7), "xxxx... xxxxxxx ...xxxx ");
}

// itakura_mask of tslearn 0.10.
TEST(DtwBand, ItakuraIsTslearns) {
  EXPECT_EQ(drawn({Band::kItakura, 3}, 6, 6), "x..... .xxx.. .xxxx. .xxxx. ..xxx. .....x ");
  EXPECT_EQ(drawn({Band::kItakura, 2}, 5, 8), "x....... .xxx.... ..xxxx.. ....xxx. .......x ");
  EXPECT_EQ(drawn({Band::kItakura, 2}, 9, 6), "x..... .x.... .xx... .xxx.. ..xx.. ..xxx. ...xx. ....x. .....x ");
}

TEST(DtwBand, AgreesWithTheMaskCellByCell) {
  for (const Band band : {Band{Band::kSakoeChiba, 0}, {Band::kSakoeChiba, 0.7}, {Band::kSakoeChiba, 3}, {Band::kSakoeChiba, 1e300},
                          {Band::kItakura, 1}, {Band::kItakura, 1.3}, {Band::kItakura, 2}, {Band::kItakura, 7}}) {
    for (std::size_t rows = 1; rows < 24; ++rows) {
      for (std::size_t cols = 1; cols < 24; ++cols) {
        const BandMask mask(band, rows, cols);
        std::string expected;
        for (std::size_t i = 0; i < rows; ++i) {
          for (std::size_t j = 0; j < cols; ++j) expected += mask.allows(i, j) ? 'x' : '.';
          expected += ' ';
        }
        ASSERT_EQ(drawn(band, rows, cols), expected) << band.kind << " " << band.size << ": " << rows << " x " << cols;
        const RowIntervals intervals(band, rows, cols);
        for (std::size_t i = 0; i < rows; ++i) {
          ASSERT_LE(intervals.begin[i], intervals.end[i]);
          ASSERT_LE(intervals.end[i], static_cast<std::int32_t>(cols));
          ASSERT_TRUE(i == 0 || (intervals.begin[i - 1] <= intervals.begin[i] && intervals.end[i - 1] <= intervals.end[i]));
        }
      }
    }
  }
}

TEST(DtwBand, SakoeChibaAlwaysLeavesAPath) {
  for (std::size_t rows = 1; rows < 40; ++rows) {
    for (std::size_t cols = 1; cols < 40; ++cols) {
      const RowIntervals band({Band::kSakoeChiba, 0}, rows, cols);
      ASSERT_EQ(band.first(0), 0u);
      ASSERT_EQ(band.behind(rows - 1), cols);
      for (std::size_t i = 1; i < rows; ++i) ASSERT_LE(band.first(i), band.behind(i - 1)) << rows << " x " << cols;
    }
  }
}

TEST(DtwBand, KnowsThatARowWithoutColumnsBlocksEveryPath) {
  EXPECT_TRUE(RowIntervals({Band::kItakura, 3.5}, 1, 130).blocked());
  EXPECT_FALSE(RowIntervals({Band::kItakura, 3}, 6, 6).blocked());
  EXPECT_FALSE(RowIntervals({Band::kSakoeChiba, 0}, 1, 130).blocked());
}

TEST(DtwBand, NoneIsEverything) {
  const RowIntervals band({}, 3, 5);
  EXPECT_TRUE(band.everything());
  EXPECT_EQ(band.behind(2), 5u);
}

}  // namespace
}  // namespace wetas
