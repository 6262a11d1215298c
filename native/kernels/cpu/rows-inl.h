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

// Vectors of columns that are added up together: lines that are neighbours come out of the second cache faster.
constexpr std::size_t kColumnVectors = HWY_TARGET == HWY_AVX3 ? 4 : 1;

// `Vectors` vectors of columns. Four chains of additions hide their latency; which one a row joins depends on its number alone.
template <std::size_t Vectors, class D>
HWY_INLINE void addColumnSumsAt(D d, std::size_t rows, const float* x, std::size_t stride, float* sums) {
  constexpr std::size_t kChains = 4;
  const std::size_t lanes = hn::Lanes(d);
  hn::Vec<D> chains[Vectors][kChains];
  for (std::size_t v = 0; v < Vectors; ++v) {
    chains[v][0] = hn::LoadU(d, sums + v * lanes);
    for (std::size_t chain = 1; chain < kChains; ++chain) chains[v][chain] = hn::Zero(d);
  }
  std::size_t r = 0;
  for (; r + kChains <= rows; r += kChains) {
#pragma GCC unroll 4
    for (std::size_t chain = 0; chain < kChains; ++chain) {
#pragma GCC unroll 4
      for (std::size_t v = 0; v < Vectors; ++v) chains[v][chain] = hn::Add(chains[v][chain], hn::LoadU(d, x + (r + chain) * stride + v * lanes));
    }
  }
  for (; r < rows; ++r) {
    for (std::size_t v = 0; v < Vectors; ++v) chains[v][0] = hn::Add(chains[v][0], hn::LoadU(d, x + r * stride + v * lanes));
  }
  for (std::size_t v = 0; v < Vectors; ++v) {
    hn::StoreU(hn::Add(hn::Add(chains[v][0], chains[v][1]), hn::Add(chains[v][2], chains[v][3])), d, sums + v * lanes);
  }
}

// sums [cols] += the sum of x's rows.
HWY_INLINE void addColumnSumsTo(std::size_t rows, std::size_t cols, const float* x, std::size_t stride, float* sums) {
  const hn::CappedTag<float, 16> whole;
  const std::size_t together = kColumnVectors * hn::Lanes(whole);
  std::size_t c = 0;
  for (; c + together <= cols; c += together) addColumnSumsAt<kColumnVectors>(whole, rows, x + c, stride, sums + c);
  forEachVector(cols - c, [&](auto d, std::size_t i) HWY_ATTR { addColumnSumsAt<1>(d, rows, x + c + i, stride, sums + c + i); });
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
