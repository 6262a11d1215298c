// Which SIMD instruction set the kernels use: found once by CPUID, lowered by WETAS_SIMD.
//
// Every kernel file is compiled once per Highway target (foreach_target.h). The choice among the copies is ours and not
// Highway's HWY_DYNAMIC_DISPATCH, which would make libhwy a run-time need of every user. A kernel file looks like this:
//
//   #include "kernels/cpu/simd.h"
//   #undef HWY_TARGET_INCLUDE
//   #define HWY_TARGET_INCLUDE "kernels/cpu/name.cc"
//   #include "hwy/foreach_target.h"
//   #include "hwy/highway.h"
//   HWY_BEFORE_NAMESPACE();
//   namespace wetas::HWY_NAMESPACE { void name(Arguments a) { ... } }
//   HWY_AFTER_NAMESPACE();
//   #if HWY_ONCE
//   namespace wetas { void name(Arguments a) { WETAS_SELECT(name)(a); } }
//   #endif
#pragma once

// Targets that nobody with a current CPU needs are left out: less code, same choice.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)

namespace wetas {

// kAvx512Bf16: kAvx512, and its own products in bfloat16 (gemm_bf16.h). kAmx: the same, and these products by the matrix unit (gemm_amx.h).
enum class Simd { kScalar, kSse4, kAvx2, kAvx512, kAvx512Bf16, kAmx };

// The instruction set in use: the fastest of this CPU, or another that it has, named by the environment variable WETAS_SIMD
// (scalar | sse4 | avx2 | avx512 | avx512bf16 | amx) when the process first asked. Asking for more than the CPU has gives the fastest.
Simd activeSimd() noexcept;

// "scalar", "sse4", "avx2", "avx512", "avx512bf16", "amx"; "static" where the architecture is compiled for one target only (such as NEON).
const char* simdName() noexcept;

}  // namespace wetas

// The copy of `function` for activeSimd(), to be used directly in namespace wetas after #if HWY_ONCE.
#if defined(__x86_64__)
#define WETAS_SELECT(function)                                       \
  (activeSimd() >= Simd::kAvx512   ? &N_AVX3::function              \
   : activeSimd() == Simd::kAvx2   ? &N_AVX2::function              \
   : activeSimd() == Simd::kSse4   ? &N_SSE4::function              \
                                   : &HWY_STATIC_DISPATCH(function))
#else
#define WETAS_SELECT(function) (&HWY_STATIC_DISPATCH(function))
#endif
