#include "kernels/cpu/sum.h"

#include <algorithm>

#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/sum.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/cpu/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kBlockRows = 128;

// Sum of x [count], count at most a few thousand: one float32 sum a lane.
HWY_INLINE float sumBlock(std::size_t count, const float* x) {
  const hn::CappedTag<float, 16> d;
  const std::size_t lanes = hn::Lanes(d);
  float sums[16] = {};
  const std::size_t whole = count / lanes;
  addColumnSumsAt<1>(d, whole, x, lanes, sums);
  float total = 0;
  for (std::size_t lane = 0; lane < lanes; ++lane) total += sums[lane];
  for (std::size_t i = whole * lanes; i < count; ++i) total += x[i];
  return total;
}

}  // namespace

void sumRows(std::size_t rows, std::size_t cols, double scale, const float* x, float* y) {
  const std::size_t block = kBlockRows * hn::Lanes(hn::CappedTag<float, 16>());
  for (std::size_t r = 0; r < rows; ++r, x += cols) {
    double total = 0;
    for (std::size_t first = 0; first < cols; first += block) total += sumBlock(std::min(block, cols - first), x + first);
    y[r] = static_cast<float>(total * scale);
  }
}

void sumColumns(std::size_t rows, std::size_t cols, std::size_t stride, double scale, const float* x, float* y) {
  double totals[kStripColumns] = {};
  for (std::size_t first = 0; first < rows; first += kBlockRows) {
    float sums[kStripColumns] = {};
    addColumnSumsTo(std::min(kBlockRows, rows - first), cols, x + first * stride, stride, sums);
    for (std::size_t c = 0; c < cols; ++c) totals[c] += sums[c];
  }
  for (std::size_t c = 0; c < cols; ++c) y[c] = static_cast<float>(totals[c] * scale);
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

void sumRows(std::size_t rows, std::size_t cols, double scale, const float* x, float* y) noexcept {
  WETAS_SELECT(sumRows)(rows, cols, scale, x, y);
}

void sumColumns(std::size_t rows, std::size_t cols, std::size_t stride, double scale, const float* x, float* y) noexcept {
  WETAS_SELECT(sumColumns)(rows, cols, stride, scale, x, y);
}

}  // namespace wetas
#endif
