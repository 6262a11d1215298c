#include "kernels/cpu/rows.h"

#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/rows.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/cpu/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {

void addColumnSums(std::size_t rows, std::size_t cols, const float* x, std::size_t stride, float* sums) {
  addColumnSumsTo(rows, cols, x, stride, sums);
}

void fillRows(std::size_t rows, std::size_t cols, const float* addend, const float* bias, float* y) {
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < cols; ++c) {
      y[r * cols + c] = (addend ? addend[r * cols + c] : 0.0f) + (bias ? bias[c] : 0.0f);
    }
  }
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

void addColumnSums(std::size_t rows, std::size_t cols, const float* x, std::size_t stride, float* sums) noexcept {
  WETAS_SELECT(addColumnSums)(rows, cols, x, stride, sums);
}

void fillRows(std::size_t rows, std::size_t cols, const float* addend, const float* bias, float* y) noexcept {
  WETAS_SELECT(fillRows)(rows, cols, addend, bias, y);
}

}  // namespace wetas
#endif
