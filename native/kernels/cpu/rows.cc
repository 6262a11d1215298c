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

void clearWhereNotPositive(std::size_t count, const float* x, float* y) {
  forEachVector(count, [&](auto d, std::size_t i) HWY_ATTR {
    const auto isAbove = hn::Gt(hn::LoadU(d, x + i), hn::Zero(d));
    hn::StoreU(hn::IfThenElseZero(isAbove, hn::LoadU(d, y + i)), d, y + i);
  });
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

void addColumnSums(std::size_t rows, std::size_t cols, const float* x, std::size_t stride, float* sums) noexcept {
  WETAS_SELECT(addColumnSums)(rows, cols, x, stride, sums);
}

void clearWhereNotPositive(std::size_t count, const float* x, float* y) noexcept { WETAS_SELECT(clearWhereNotPositive)(count, x, y); }

}  // namespace wetas
#endif
