#include "kernels/cpu/gemm.h"

#include <algorithm>
#include <utility>

#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/gemm.cc"
#include "hwy/foreach_target.h"
#include "hwy/cache_control.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, 16>;
using V = hn::Vec<D>;

// Rows of the micro-kernel: with two vectors a row its accumulators fill the registers (16, or 32 with AVX-512) but for
// two vectors of b and one of a.
#if HWY_TARGET == HWY_AVX3
constexpr std::size_t kMicroRows = 12;
#else
constexpr std::size_t kMicroRows = 6;
#endif
// A block of b, kBlockDepth rows by one panel, stays in L1; a block of a, kBlockRows by kBlockDepth, in L2.
constexpr std::size_t kBlockDepth = 256;
constexpr std::size_t kBlockRows = 96;

HWY_INLINE std::size_t panelColumns() { return 2 * hn::Lanes(D()); }

// Calls f(0), f(1), ... with constants, so that arrays of vectors that f indexes live in registers. (Loops with
// `#pragma GCC unroll` are unrolled too late for that: the accumulators went through the stack.)
#define WETAS_INLINE_LAMBDA HWY_ATTR __attribute__((always_inline))
template <std::size_t... Index, class F>
HWY_INLINE void unrolled(std::index_sequence<Index...>, const F& f) {
  (f(Index), ...);
}

// c [Rows, one panel] = a b + addend + bias. a [Rows, depth], or packed [depth, kMicroRows].
template <std::size_t Rows, bool PackedA>
HWY_INLINE void microKernel(std::size_t depth, const float* HWY_RESTRICT a, std::size_t aStride,
                            const float* HWY_RESTRICT panel, const float* addend, std::size_t addendStride,
                            const float* bias, float* c, std::size_t cStride) {
  constexpr std::make_index_sequence<Rows> kRows{};
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  V low[Rows], high[Rows];
  // c and addend lie a whole row apart, which no hardware prefetcher follows: ask for them now, use them after the loop.
  unrolled(kRows, [&](std::size_t r) WETAS_INLINE_LAMBDA {
    low[r] = high[r] = hn::Zero(d);
    hwy::Prefetch(c + r * cStride);
    if (addend) hwy::Prefetch(addend + r * addendStride);
  });
  for (std::size_t i = 0; i < depth; ++i) {
    const V bLow = hn::LoadU(d, panel + i * 2 * lanes);
    const V bHigh = hn::LoadU(d, panel + i * 2 * lanes + lanes);
    unrolled(kRows, [&](std::size_t r) WETAS_INLINE_LAMBDA {
      const V aValue = hn::Set(d, PackedA ? a[i * kMicroRows + r] : a[r * aStride + i]);
      low[r] = hn::MulAdd(aValue, bLow, low[r]);
      high[r] = hn::MulAdd(aValue, bHigh, high[r]);
    });
  }
  if (bias) {
    const V biasLow = hn::LoadU(d, bias), biasHigh = hn::LoadU(d, bias + lanes);
    unrolled(kRows, [&](std::size_t r) WETAS_INLINE_LAMBDA {
      low[r] = hn::Add(low[r], biasLow);
      high[r] = hn::Add(high[r], biasHigh);
    });
  }
  if (addend) {
    unrolled(kRows, [&](std::size_t r) WETAS_INLINE_LAMBDA {
      low[r] = hn::Add(low[r], hn::LoadU(d, addend + r * addendStride));
      high[r] = hn::Add(high[r], hn::LoadU(d, addend + r * addendStride + lanes));
    });
  }
  unrolled(kRows, [&](std::size_t r) WETAS_INLINE_LAMBDA {
    hn::StoreU(low[r], d, c + r * cStride);
    hn::StoreU(high[r], d, c + r * cStride + lanes);
  });
}
#undef WETAS_INLINE_LAMBDA

template <bool PackedA, std::size_t Rows = kMicroRows>
HWY_INLINE void microKernelOf(std::size_t rows, std::size_t depth, const float* a, std::size_t aStride,
                              const float* panel, const float* addend, std::size_t addendStride, const float* bias,
                              float* c, std::size_t cStride) {
  if constexpr (Rows > 1) {
    if (rows < Rows) {
      return microKernelOf<PackedA, Rows - 1>(rows, depth, a, aStride, panel, addend, addendStride, bias, c, cStride);
    }
  }
  microKernel<Rows, PackedA>(depth, a, aStride, panel, addend, addendStride, bias, c, cStride);
}

// One panel of c, `width` columns of it real.
template <bool PackedA>
void panelProduct(std::size_t rows, std::size_t width, std::size_t depth, const float* a, std::size_t aStride,
                  const float* panel, const float* addend, std::size_t addendStride, const float* bias, float* c,
                  std::size_t cStride) {
  const std::size_t columns = panelColumns();
  for (std::size_t row = 0; row < rows; row += kMicroRows) {
    const std::size_t count = std::min(kMicroRows, rows - row);
    const float* aRows = a + row * (PackedA ? depth : aStride);
    const float* addendRows = addend ? addend + row * addendStride : nullptr;
    float* cRows = c + row * cStride;
    if (width == columns) {
      microKernelOf<PackedA>(count, depth, aRows, aStride, panel, addendRows, addendStride, bias, cRows, cStride);
      continue;
    }
    alignas(64) float wide[kMicroRows * 32];
    microKernelOf<PackedA>(count, depth, aRows, aStride, panel, nullptr, 0, nullptr, wide, columns);
    for (std::size_t r = 0; r < count; ++r) {
      for (std::size_t j = 0; j < width; ++j) {
        const float start = (addend ? addendRows[r * addendStride + j] : 0.0f) + (bias ? bias[j] : 0.0f);
        cRows[r * cStride + j] = start + wide[r * columns + j];
      }
    }
  }
}

// a [depth, rows] -> panels [rows / kMicroRows][depth, kMicroRows].
void packTransposed(std::size_t rows, std::size_t depth, const float* a, std::size_t aStride, float* packed) {
  for (std::size_t row = 0; row < rows; row += kMicroRows) {
    const std::size_t count = std::min(kMicroRows, rows - row);
    for (std::size_t i = 0; i < depth; ++i, packed += kMicroRows) {
      for (std::size_t r = 0; r < count; ++r) packed[r] = a[i * aStride + row + r];
    }
  }
}

}  // namespace

void packMatrix(std::size_t k, std::size_t n, const float* b, std::size_t stride, bool transposed, float* packed) {
  const std::size_t columns = panelColumns();
  for (std::size_t first = 0; first < n; first += columns, packed += k * columns) {
    const std::size_t width = std::min(columns, n - first);
    for (std::size_t i = 0; i < k; ++i) {
      float* row = packed + i * columns;
      if (transposed) {
        for (std::size_t j = 0; j < width; ++j) row[j] = b[(first + j) * stride + i];
      } else {
        std::copy_n(b + i * stride + first, width, row);
      }
      std::fill(row + width, row + columns, 0.0f);
    }
  }
}

void gemm(const Gemm& g) {
  const std::size_t columns = panelColumns();
  std::size_t k0 = 0;
  do {
    const std::size_t depth = std::min(kBlockDepth, g.k - k0);
    // The first block of k starts from addend + bias, the others go on from c.
    const float* addend = k0 == 0 ? g.addend : g.c;
    const std::size_t addendStride = k0 == 0 ? g.addendStride : g.cStride;
    for (std::size_t m0 = 0; m0 < g.m; m0 += kBlockRows) {
      const std::size_t rows = std::min(kBlockRows, g.m - m0);
      alignas(64) float packedA[kBlockRows * kBlockDepth];
      if (g.transposeA) packTransposed(rows, depth, g.a + k0 * g.aStride + m0, g.aStride, packedA);
      for (std::size_t n0 = 0; n0 < g.n; n0 += columns) {
        const std::size_t width = std::min(columns, g.n - n0);
        const float* panel = g.packedB + n0 * g.packedRows + (g.firstRow + k0) * columns;
        const float* addendBlock = addend ? addend + m0 * addendStride + n0 : nullptr;
        const float* bias = g.bias && k0 == 0 ? g.bias + n0 : nullptr;
        float* c = g.c + m0 * g.cStride + n0;
        if (g.transposeA) {
          panelProduct<true>(rows, width, depth, packedA, 0, panel, addendBlock, addendStride, bias, c, g.cStride);
        } else {
          panelProduct<false>(rows, width, depth, g.a + m0 * g.aStride + k0, g.aStride, panel, addendBlock,
                              addendStride, bias, c, g.cStride);
        }
      }
    }
    k0 += depth;
  } while (k0 < g.k);
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

void packMatrix(std::size_t k, std::size_t n, const float* b, std::size_t stride, bool transposed, float* packed) noexcept {
  WETAS_SELECT(packMatrix)(k, n, b, stride, transposed, packed);
}

void gemm(const Gemm& task) noexcept { WETAS_SELECT(gemm)(task); }

}  // namespace wetas
#endif
