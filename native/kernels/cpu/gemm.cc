#include "kernels/cpu/gemm.h"

#include <algorithm>

#include "kernels/cpu/flush_subnormals.h"
#include "kernels/cpu/gemm_amx.h"
#include "kernels/cpu/gemm_bf16.h"
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

// Of float32; in bfloat16, of float32 factors that are rounded.
struct Arithmetic {
  using D = hn::CappedTag<float, 16>;
  using Element = float;
  using Vector = hn::Vec<D>;
  static constexpr std::size_t kDepth = 1, kElementStep = 1;
#if HWY_TARGET == HWY_AVX3
  static constexpr std::size_t kMicroRows = 12;
#else
  static constexpr std::size_t kMicroRows = 6;
#endif

  static HWY_INLINE std::size_t lanes() { return hn::Lanes(D()); }
  static HWY_INLINE Vector zero() { return hn::Zero(D()); }
  static HWY_INLINE Vector load(const float* from) { return hn::LoadU(D(), from); }
  static HWY_INLINE void store(Vector x, float* to) { hn::StoreU(x, D(), to); }
  static HWY_INLINE Vector add(Vector a, Vector b) { return hn::Add(a, b); }
  static HWY_INLINE Vector loadElements(const Element* from) { return hn::LoadU(D(), from); }
  static HWY_INLINE Vector broadcast(Element x) { return hn::Set(D(), x); }
  static HWY_INLINE Vector multiplyAdd(Vector a, Vector b, Vector sum) { return hn::MulAdd(a, b, sum); }

  static void joinAlong(const Gemm& g, std::size_t k, const float* row, Element* to) {
    forEachVector(k, [&](auto d, std::size_t i) HWY_ATTR {
      auto a = hn::LoadU(d, row + i);
      // NaN stays NaN.
      if (g.rectifiedA) a = hn::IfThenElse(hn::Le(a, hn::Zero(d)), hn::Zero(d), a);
      if (g.precision == Precision::kBfloat16) a = roundToBfloat16(d, a);
      hn::StoreU(a, d, to + i);
    });
  }
  static void joinAcross(const Gemm& g, std::size_t, std::size_t width, const float* rows, std::size_t, Element* to) {
    joinAlong(g, width, rows, to);
  }
};

#include "kernels/cpu/gemm_loops.inc"
#include "kernels/cpu/gemm_vectors.inc"

}  // namespace

Panels packMatrix(Precision precision, std::size_t k, std::size_t n, const float* b, std::size_t stride, bool transposed, float* packed) {
  return packPanels(precision, k, n, b, stride, transposed, packed);
}

// Of float32.
Panels readMatrix(std::size_t k, std::size_t n, const float* b, std::size_t stride, float* packed) {
  if (n % panelColumns() == 0) return {b, stride, panelColumns()};
  return packPanels(Precision::kFloat32, k, n, b, stride, false, packed);
}

Panels packedPanels(std::size_t k, const float* packed) { return panelsAt(k, packed); }

void gemm(const Gemm& g) {
  const bool copies = g.precision == Precision::kBfloat16 || g.rectifiedA;
  if (g.transposeA) {
    copies ? multiplyCopies<VectorKernel<true>>(g) : multiply<VectorKernel<true>>(g, nullptr);
  } else {
    copies ? multiplyCopies<VectorKernel<false>>(g) : multiply<VectorKernel<false>>(g, nullptr);
  }
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

Panels packMatrix(Precision precision, std::size_t k, std::size_t n, const float* b, std::size_t stride, bool transposed, float* packed) noexcept {
  if (precision == Precision::kBfloat16 && activeSimd() == Simd::kAmx) return packMatrixAmx(k, n, b, stride, transposed, packed);
  if (precision == Precision::kBfloat16 && activeSimd() == Simd::kAvx512Bf16) return packMatrixBf16(k, n, b, stride, transposed, packed);
  return WETAS_SELECT(packMatrix)(precision, k, n, b, stride, transposed, packed);
}

Panels readMatrix(Precision precision, std::size_t k, std::size_t n, const float* b, std::size_t stride, float* packed) noexcept {
  if (precision == Precision::kBfloat16) return packMatrix(precision, k, n, b, stride, false, packed);
  return WETAS_SELECT(readMatrix)(k, n, b, stride, packed);
}

Panels packedPanels(std::size_t k, const float* packed) noexcept { return WETAS_SELECT(packedPanels)(k, packed); }

void gemm(const Gemm& task) noexcept {
  const FlushSubnormals flush;
  if (task.precision == Precision::kBfloat16 && activeSimd() == Simd::kAmx) return gemmAmx(task);
  if (task.precision == Precision::kBfloat16 && activeSimd() == Simd::kAvx512Bf16) return gemmBf16(task);
  WETAS_SELECT(gemm)(task);
}

}  // namespace wetas
#endif
