// The instruction set is chosen once a process: each lower one runs the DTW tests in a process of its own.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include <unistd.h>

#include "kernels/cpu/simd.h"

namespace wetas {
namespace {

#if defined(__linux__)
class SimdLevels : public testing::TestWithParam<const char*> {};

TEST_P(SimdLevels, DtwTestsPass) {
  const std::string environment = std::string("WETAS_SIMD=") + GetParam();
  const std::string command = environment + " /proc/" + std::to_string(getpid()) + "/exe --gtest_brief=1 --gtest_filter='*Dtw*:SimdName.*:-*SimdLevels*:*Gpu*'";
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
}

INSTANTIATE_TEST_SUITE_P(Lower, SimdLevels, testing::Values("scalar", "sse4", "avx2"), [](const auto& info) { return std::string(info.param); });
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
