// The instruction set is chosen once a process: each that is not chosen here runs its tests in a process of its own.
#include <gtest/gtest.h>

#include <cstdlib>
#include <ostream>
#include <string>

#include <unistd.h>

#include "kernels/cpu/simd.h"

namespace wetas {
namespace {

#if defined(__linux__)
// Which arithmetic, and the tests of it.
struct Level {
  const char *simd, *tests;
};
void PrintTo(const Level& level, std::ostream* out) { *out << level.simd; }
constexpr const char kDtw[] = "*Dtw*", kProducts[] = "MatMul*:*DilatedConv*:*ResidualBlocks*";

class SimdLevels : public testing::TestWithParam<Level> {};

TEST_P(SimdLevels, TestsPass) {
  const auto [simd, tests] = GetParam();
  const std::string filter = std::string(tests) + ":SimdName.*:-*SimdLevels*:*Gpu*";
  const std::string command = std::string("WETAS_SIMD=") + simd + " /proc/" + std::to_string(getpid()) + "/exe --gtest_brief=1 --gtest_filter='" + filter + "'";
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
}

std::string nameOf(const testing::TestParamInfo<Level>& info) { return info.param.simd; }
INSTANTIATE_TEST_SUITE_P(Dtw, SimdLevels, testing::Values(Level{"scalar", kDtw}, Level{"sse4", kDtw}, Level{"avx2", kDtw}), nameOf);
INSTANTIATE_TEST_SUITE_P(Products, SimdLevels,
                         testing::Values(Level{"scalar", kProducts}, Level{"sse4", kProducts}, Level{"avx2", kProducts}, Level{"avx512bf16", kProducts}), nameOf);
#endif

// In the processes above: the level asked for, or the best of this CPU where that is lower.
TEST(SimdName, IsTheForcedOne) {
  const char* const wanted = std::getenv("WETAS_SIMD");
  if (wanted == nullptr) GTEST_SKIP() << "not forced";
  const std::string names[] = {"scalar", "sse4", "avx2", "avx512", "avx512bf16", "amx"};
  for (int level = 0; level <= static_cast<int>(activeSimd()); ++level) {
    if (names[level] == wanted) {
      EXPECT_EQ(simdName(), names[level]);
    }
  }
}

}  // namespace
}  // namespace wetas
