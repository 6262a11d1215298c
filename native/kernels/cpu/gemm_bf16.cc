#include "kernels/cpu/gemm_bf16.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "hwy/base.h"
#include "hwy/cache_control.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Highway 1.0 has no target with these instructions, so they are written by hand, for this instruction set alone.
HWY_PUSH_ATTRIBUTES("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512bf16")
namespace wetas {
namespace {

#include "kernels/cpu/bfloat16_pairs.inc"

struct Arithmetic : PairsOfBfloat16 {
  using Element = std::uint32_t;
  using Vector = __m512;
  static constexpr std::size_t kDepth = 2, kElementStep = 1, kMicroRows = 12;

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
};

#include "kernels/cpu/gemm_loops.inc"
#include "kernels/cpu/gemm_vectors.inc"

}  // namespace

Panels packMatrixBf16(std::size_t k, std::size_t n, const float* b, std::size_t stride, bool transposed, void* packed) noexcept {
  return packPanels(Precision::kBfloat16, k, n, b, stride, transposed, packed);
}

void gemmBf16(const Gemm& g) noexcept {
  g.transposeA ? multiplyCopies<VectorKernel<true>>(g) : multiplyCopies<VectorKernel<false>>(g);
}

}  // namespace wetas
HWY_POP_ATTRIBUTES

#else

namespace wetas {

Panels packMatrixBf16(std::size_t, std::size_t, const float*, std::size_t, bool, void*) noexcept { return {}; }
void gemmBf16(const Gemm&) noexcept {}

}  // namespace wetas

#endif
