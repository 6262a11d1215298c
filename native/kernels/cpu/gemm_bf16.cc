#include "kernels/cpu/gemm_bf16.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "hwy/base.h"
#include "hwy/cache_control.h"
#include "kernels/cpu/simd.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Highway 1.0 has no target with these instructions, so they are written by hand, for this instruction set alone.
HWY_PUSH_ATTRIBUTES("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512bf16")
namespace wetas {
namespace {

// An Element is two bfloat16 numbers, the lower half first along k.
struct Arithmetic {
  using Element = std::uint32_t;
  using Vector = __m512;
  static constexpr std::size_t kDepth = 2, kMicroRows = 12;

  static HWY_INLINE std::size_t lanes() { return 16; }
  static HWY_INLINE Vector zero() { return _mm512_setzero_ps(); }
  static HWY_INLINE Vector load(const float* from) { return _mm512_loadu_ps(from); }
  static HWY_INLINE void store(Vector x, float* to) { _mm512_storeu_ps(to, x); }
  static HWY_INLINE Vector add(Vector a, Vector b) { return _mm512_add_ps(a, b); }
  static HWY_INLINE __m512i loadElements(const Element* from) { return _mm512_loadu_si512(from); }
  static HWY_INLINE __m512i broadcast(Element x) { return _mm512_set1_epi32(static_cast<int>(x)); }
  static HWY_INLINE Vector multiplyAdd(__m512i a, __m512i b, Vector sum) {
    return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(a), reinterpret_cast<__m512bh>(b));
  }

  static HWY_INLINE __m512 rectified(const Gemm& g, __m512 x) {
    // NaN stays NaN: it is not at most 0.
    return g.rectifiedA ? _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_NLE_UQ), x) : x;
  }
  // The first `count` of at most 16 floats, then zeros.
  static HWY_INLINE __m512 loadSome(const Gemm& g, std::size_t count, const float* from) {
    const auto mask = static_cast<__mmask16>(count >= 16 ? 0xffff : (1u << count) - 1);
    return rectified(g, _mm512_maskz_loadu_ps(mask, from));
  }

  static HWY_INLINE void joinAlong(const Gemm& g, std::size_t k, const float* row, Element* to) {
    for (std::size_t i = 0; i < k; i += 32, to += 16) {
      const std::size_t left = k - i;
      const __m512 low = loadSome(g, left, row + i), high = left > 16 ? loadSome(g, left - 16, row + i + 16) : zero();
      const auto pairs = reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(high, low));
      _mm512_mask_storeu_epi32(to, static_cast<__mmask16>(left >= 31 ? 0xffff : (1u << (left + 1) / 2) - 1), pairs);
    }
  }
  static HWY_INLINE void joinAcross(const Gemm& g, std::size_t height, std::size_t width, const float* rows, std::size_t stride, Element* to) {
    for (std::size_t j = 0; j < width; j += 16) {
      const std::size_t left = width - j;
      const __m512 first = loadSome(g, left, rows + j), second = height > 1 ? loadSome(g, left, rows + stride + j) : zero();
      // The forms with a mask of all ones: GCC 12 warns of the others (bug 105593).
      const __m512i low = _mm512_maskz_cvtepu16_epi32(0xffff, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(first)));
      const __m512i high = _mm512_maskz_cvtepu16_epi32(0xffff, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(second)));
      const auto mask = static_cast<__mmask16>(left >= 16 ? 0xffff : (1u << left) - 1);
      _mm512_mask_storeu_epi32(to + j, mask, _mm512_or_si512(low, _mm512_maskz_slli_epi32(0xffff, high, 16)));
    }
  }
};

#include "kernels/cpu/gemm_loops.inc"

}  // namespace

bool hasBf16Products() noexcept { return activeSimd() == Simd::kAvx512Bf16; }

Panels packMatrixBf16(std::size_t k, std::size_t n, const float* b, std::size_t stride, bool transposed, void* packed) noexcept {
  return packPanels(Precision::kBfloat16, k, n, b, stride, transposed, packed);
}

void gemmBf16(const Gemm& g) noexcept { multiplyCopies(g); }

}  // namespace wetas
HWY_POP_ATTRIBUTES

#else

namespace wetas {

bool hasBf16Products() noexcept { return false; }
Panels packMatrixBf16(std::size_t, std::size_t, const float*, std::size_t, bool, void*) noexcept { return {}; }
void gemmBf16(const Gemm&) noexcept {}

}  // namespace wetas

#endif
