// Column sums; included once per SIMD target.
#if defined(WETAS_KERNELS_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WETAS_KERNELS_ROWS_INL_H_
#undef WETAS_KERNELS_ROWS_INL_H_
#else
#define WETAS_KERNELS_ROWS_INL_H_
#endif

#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One vector of columns. Four chains of additions hide their latency; which one a row joins depends on its number alone.
template <class D>
HWY_INLINE void addColumnSumsAt(D d, std::size_t rows, const float* x, std::size_t stride, float* sums) {
  auto sum0 = hn::LoadU(d, sums), sum1 = hn::Zero(d), sum2 = hn::Zero(d), sum3 = hn::Zero(d);
  std::size_t r = 0;
  for (; r + 4 <= rows; r += 4) {
    sum0 = hn::Add(sum0, hn::LoadU(d, x + r * stride));
    sum1 = hn::Add(sum1, hn::LoadU(d, x + (r + 1) * stride));
    sum2 = hn::Add(sum2, hn::LoadU(d, x + (r + 2) * stride));
    sum3 = hn::Add(sum3, hn::LoadU(d, x + (r + 3) * stride));
  }
  for (; r < rows; ++r) sum0 = hn::Add(sum0, hn::LoadU(d, x + r * stride));
  hn::StoreU(hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3)), d, sums);
}

// sums [cols] += the sum of x's rows.
HWY_INLINE void addColumnSumsTo(std::size_t rows, std::size_t cols, const float* x, std::size_t stride, float* sums) {
  forEachVector(cols, [&](auto d, std::size_t c) HWY_ATTR { addColumnSumsAt(d, rows, x + c, stride, sums + c); });
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
