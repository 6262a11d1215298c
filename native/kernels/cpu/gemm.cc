#include "kernels/cpu/gemm.h"

#include <algorithm>

#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/gemm.cc"
#include "hwy/foreach_target.h"
#include "hwy/cache_control.h"
#include "hwy/highway.h"
#include "kernels/cpu/bfloat16-inl.h"
#include "kernels/cpu/vectors-inl.h"

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
constexpr std::size_t kMostColumns = 32;
constexpr std::size_t kLineFloats = 16;  // of a cache line
// Terms are taken together while their panels of b, this deep in all, stay near the core.
constexpr std::size_t kBlockDepth = 512;
// Rows that are taken together where a has to be copied first.
constexpr std::size_t kBlockRows = 96;

HWY_INLINE std::size_t panelColumns() { return 2 * hn::Lanes(D()); }

// Brings memory in, as many lines at each of `calls` calls.
class Prefetcher {
 public:
  Prefetcher(const Ahead& ahead, std::size_t calls)
      : next_(ahead.data), end_(ahead.data + ahead.count),
        step_(((ahead.count + kLineFloats - 1) / kLineFloats + calls - 1) / calls * kLineFloats) {}

  HWY_INLINE void operator()() {
    const float* end = next_ + std::min(step_, static_cast<std::size_t>(end_ - next_));
    for (; next_ < end; next_ += kLineFloats) hwy::Prefetch(next_);
    next_ = end;
  }

 private:
  const float *next_, *end_;
  std::size_t step_;
};

// What a micro-kernel adds to its sums, in this order.
struct Ends {
  bool c;
  const float *bias, *addend;
  std::size_t addendStride;
};

// Rows x one panel of c.
template <std::size_t Rows, bool TransposedA>
HWY_INLINE void microKernel(const Term* terms, std::size_t termCount, std::size_t row, std::size_t panel, const Ends& ends,
                            float* c, std::size_t cStride) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  V low[Rows], high[Rows];
#pragma GCC unroll 16
  for (std::size_t r = 0; r < Rows; ++r) low[r] = high[r] = hn::Zero(d);
  for (const Term* term = terms; term < terms + termCount; ++term) {
    const std::size_t aStride = term->aStride, bStride = term->b.rowStride;
    const float* HWY_RESTRICT a = term->a + (TransposedA ? row : row * aStride);
    const float* HWY_RESTRICT b = term->b.data + panel * term->b.panelStride;
    for (std::size_t k = term->k; k > 0; --k) {
      const V bLow = hn::LoadU(d, b);
      const V bHigh = hn::LoadU(d, b + lanes);
#pragma GCC unroll 16
      for (std::size_t r = 0; r < Rows; ++r) {
        const V aValue = hn::Set(d, a[TransposedA ? r : r * aStride]);
        low[r] = hn::MulAdd(aValue, bLow, low[r]);
        high[r] = hn::MulAdd(aValue, bHigh, high[r]);
      }
      a += TransposedA ? aStride : 1;
      b += bStride;
    }
  }
  if (ends.c) {
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r) {
      low[r] = hn::Add(low[r], hn::LoadU(d, c + r * cStride));
      high[r] = hn::Add(high[r], hn::LoadU(d, c + r * cStride + lanes));
    }
  }
  if (ends.bias) {
    const V biasLow = hn::LoadU(d, ends.bias), biasHigh = hn::LoadU(d, ends.bias + lanes);
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r) {
      low[r] = hn::Add(low[r], biasLow);
      high[r] = hn::Add(high[r], biasHigh);
    }
  }
  if (ends.addend) {
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r) {
      low[r] = hn::Add(low[r], hn::LoadU(d, ends.addend + r * ends.addendStride));
      high[r] = hn::Add(high[r], hn::LoadU(d, ends.addend + r * ends.addendStride + lanes));
    }
  }
#pragma GCC unroll 16
  for (std::size_t r = 0; r < Rows; ++r) {
    hn::StoreU(low[r], d, c + r * cStride);
    hn::StoreU(high[r], d, c + r * cStride + lanes);
  }
}

// The same for `rows` at most kMicroRows. Not inlined: it serves the edges alone, and copies would be slow to compile.
template <bool TransposedA, std::size_t Rows = kMicroRows>
HWY_NOINLINE void microKernelOf(std::size_t rows, const Term* terms, std::size_t termCount, std::size_t row, std::size_t panel,
                                const Ends& ends, float* c, std::size_t cStride) {
  if constexpr (Rows > 1) {
    if (rows < Rows) return microKernelOf<TransposedA, Rows - 1>(rows, terms, termCount, row, panel, ends, c, cStride);
  }
  microKernel<Rows, TransposedA>(terms, termCount, row, panel, ends, c, cStride);
}

// The last panel, `width` of its columns real: by way of a whole one.
template <bool TransposedA>
void narrowKernel(std::size_t rows, std::size_t width, const Term* terms, std::size_t termCount, std::size_t row,
                  std::size_t panel, const Ends& ends, float* c, std::size_t cStride) {
  alignas(64) float wide[kMicroRows * kMostColumns], wideAddend[kMicroRows * kMostColumns], wideBias[kMostColumns];
  if (ends.bias) std::copy_n(ends.bias, width, wideBias);
  for (std::size_t r = 0; r < rows; ++r) {
    if (ends.c) std::copy_n(c + r * cStride, width, wide + r * kMostColumns);
    if (ends.addend) std::copy_n(ends.addend + r * ends.addendStride, width, wideAddend + r * kMostColumns);
  }
  const Ends wideEnds{ends.c, ends.bias ? wideBias : nullptr, ends.addend ? wideAddend : nullptr, kMostColumns};
  microKernelOf<TransposedA>(rows, terms, termCount, row, panel, wideEnds, wide, kMostColumns);
  for (std::size_t r = 0; r < rows; ++r) std::copy_n(wide + r * kMostColumns, width, c + r * cStride);
}

// Rows of the next micro-kernel where `left` are left: kMicroRows, but two kernels share what would leave few for the last,
// whose few sums would each wait for the one before.
HWY_INLINE std::size_t rowsOfNext(std::size_t left) {
  if (left <= kMicroRows) return left;
  return left < 2 * kMicroRows ? (left + 1) / 2 : kMicroRows;
}

// Some whole terms or parts of them, at most kBlockDepth deep in all, for rows of c from `row` on.
class Block {
 public:
  // The next block of g's terms: an empty one where g has none.
  Block(const Gemm& g, std::size_t row, std::size_t& term, std::size_t& depthOfTerm) {
    std::size_t room = kBlockDepth;
    while (term < g.termCount && count < kMostTerms && room > 0) {
      const Term& whole = g.terms[term];
      const std::size_t k = std::min(room, whole.k - depthOfTerm);
      const float* a = whole.a + (g.transposeA ? depthOfTerm * whole.aStride + row : row * whole.aStride + depthOfTerm);
      terms[count++] = {a, whole.aStride, whole.b.fromRow(depthOfTerm), k};
      room -= k;
      depthOfTerm += k;
      if (depthOfTerm == whole.k) ++term, depthOfTerm = 0;
    }
  }

  // Lets the terms read copies of their a, rectified or rounded as g says.
  void prepare(const Gemm& g, std::size_t rows, float* copies) {
    for (std::size_t i = 0; i < count; ++i) {
      Term& term = terms[i];
      const std::size_t width = g.transposeA ? rows : term.k, height = g.transposeA ? term.k : rows;
      for (std::size_t r = 0; r < height; ++r) prepareRow(g, width, term.a + r * term.aStride, copies + r * width);
      term.a = copies;
      term.aStride = width;
      copies += width * height;
    }
  }

  static constexpr std::size_t kMostTerms = 8;
  Term terms[kMostTerms];
  std::size_t count = 0;

 private:
  static void prepareRow(const Gemm& g, std::size_t width, const float* from, float* to) {
    forEachVector(width, [&](auto d, std::size_t i) HWY_ATTR {
      auto a = hn::LoadU(d, from + i);
      // NaN stays NaN.
      if (g.rectifiedA) a = hn::IfThenElse(hn::Le(a, hn::Zero(d)), hn::Zero(d), a);
      if (g.precision == Precision::kBfloat16) a = roundToBfloat16(d, a);
      hn::StoreU(a, d, to + i);
    });
  }
};

template <bool TransposedA>
void multiplyBlock(const Gemm& g, const Block& block, std::size_t firstRow, std::size_t rows, bool isFirst, bool isLast,
                   Prefetcher& firstAhead, Prefetcher& secondAhead) {
  const std::size_t columns = panelColumns();
  for (std::size_t n0 = 0; n0 < g.n; n0 += columns) {
    const std::size_t width = std::min(columns, g.n - n0), panel = n0 / columns;
    for (std::size_t row = 0, count; row < rows; row += count) {
      count = rowsOfNext(rows - row);
      float* c = g.c + (firstRow + row) * g.cStride + n0;
      const Ends ends{g.accumulate || !isFirst, isLast && g.bias ? g.bias + n0 : nullptr,
                      isLast && g.addend ? g.addend + (firstRow + row) * g.addendStride + n0 : nullptr, g.addendStride};
      firstAhead();
      secondAhead();
      if (width < columns) {
        narrowKernel<TransposedA>(count, width, block.terms, block.count, row, panel, ends, c, g.cStride);
      } else if (count < kMicroRows) {
        microKernelOf<TransposedA>(count, block.terms, block.count, row, panel, ends, c, g.cStride);
      } else {
        microKernel<kMicroRows, TransposedA>(block.terms, block.count, row, panel, ends, c, g.cStride);
      }
    }
  }
}

// `copies`: null where a is read as it is.
template <bool TransposedA>
void multiply(const Gemm& g, float* copies) {
  const std::size_t columns = panelColumns();
  const std::size_t calls = (g.m + kMicroRows - 1) / kMicroRows * ((g.n + columns - 1) / columns);
  if (calls == 0) return;
  Prefetcher firstAhead(g.ahead[0], calls), secondAhead(g.ahead[1], calls);
  const std::size_t blockRows = copies ? kBlockRows : g.m;
  for (std::size_t row = 0; row < g.m; row += blockRows) {
    const std::size_t rows = std::min(blockRows, g.m - row);
    std::size_t term = 0, depthOfTerm = 0;
    bool isFirst = true;
    do {
      Block block(g, row, term, depthOfTerm);
      if (copies) block.prepare(g, rows, copies);
      multiplyBlock<TransposedA>(g, block, row, rows, isFirst, term == g.termCount, firstAhead, secondAhead);
      isFirst = false;
    } while (term < g.termCount);
  }
}

void multiplyPrepared(const Gemm& g) {
  alignas(64) float copies[kBlockRows * kBlockDepth];
  (g.transposeA ? multiply<true> : multiply<false>)(g, copies);
}

}  // namespace

Panels packedPanels(std::size_t k, const float* packed) { return {packed, panelColumns(), k * panelColumns()}; }

Panels packMatrix(Precision precision, std::size_t k, std::size_t n, const float* b, std::size_t stride, bool transposed, float* packed) {
  const std::size_t columns = panelColumns();
  float* panel = packed;
  for (std::size_t first = 0; first < n; first += columns, panel += k * columns) {
    const std::size_t width = std::min(columns, n - first);
    for (std::size_t i = 0; i < k; ++i) {
      float* row = panel + i * columns;
      if (transposed) {
        for (std::size_t j = 0; j < width; ++j) row[j] = b[(first + j) * stride + i];
      } else {
        std::copy_n(b + i * stride + first, width, row);
      }
      std::fill(row + width, row + columns, 0.0f);
      if (precision == Precision::kBfloat16) {
        const D d;
        for (std::size_t j = 0; j < columns; j += hn::Lanes(d)) hn::StoreU(roundToBfloat16(d, hn::LoadU(d, row + j)), d, row + j);
      }
    }
  }
  return packedPanels(k, packed);
}

void gemm(const Gemm& g) {
  if (g.precision == Precision::kBfloat16 || g.rectifiedA) return multiplyPrepared(g);
  (g.transposeA ? multiply<true> : multiply<false>)(g, nullptr);
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

Panels packMatrix(Precision precision, std::size_t k, std::size_t n, const float* b, std::size_t stride, bool transposed, float* packed) noexcept {
  return WETAS_SELECT(packMatrix)(precision, k, n, b, stride, transposed, packed);
}

Panels packedPanels(std::size_t k, const float* packed) noexcept { return WETAS_SELECT(packedPanels)(k, packed); }

void gemm(const Gemm& task) noexcept { WETAS_SELECT(gemm)(task); }

}  // namespace wetas
#endif
