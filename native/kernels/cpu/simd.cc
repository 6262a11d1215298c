#include "kernels/cpu/simd.h"

#include <cstdlib>
#include <cstring>

#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace wetas {
namespace {

#if defined(__x86_64__)
// Linux lends the tile registers to processes that ask, once for all their threads.
bool mayUseAmx() noexcept {
#if defined(__linux__)
  constexpr long kRequestPermission = 0x1023, kTileData = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  return __builtin_cpu_supports("amx-tile") && __builtin_cpu_supports("amx-bf16") && syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}
#endif

Simd bestOfThisCpu() noexcept {
#if defined(__x86_64__)
  __builtin_cpu_init();
  // What Highway's targets assume: SSE4 also AES and PCLMUL; AVX2 also FMA, BMI1, BMI2 and F16C; AVX3 F, BW, CD, DQ, VL.
  const bool sse4 = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul");
  const bool avx2 = sse4 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("f16c");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
  if (avx512 && __builtin_cpu_supports("avx512bf16")) return mayUseAmx() ? Simd::kAmx : Simd::kAvx512Bf16;
  return avx512 ? Simd::kAvx512 : avx2 ? Simd::kAvx2 : sse4 ? Simd::kSse4 : Simd::kScalar;
#else
  return Simd::kScalar;
#endif
}

constexpr const char* kNames[] = {"scalar", "sse4", "avx2", "avx512", "avx512bf16", "amx"};

// Intel's cores take four times as long for a product of AVX512_BF16 as for one of twice as few float32 numbers: measured on Emerald Rapids.
Simd fastest(Simd best) noexcept {
#if defined(__x86_64__)
  if (best == Simd::kAvx512Bf16 && __builtin_cpu_is("intel")) return Simd::kAvx512;
#endif
  return best;
}

Simd choose() noexcept {
  const Simd best = bestOfThisCpu();
  const char* wanted = std::getenv("WETAS_SIMD");
  if (wanted == nullptr) return fastest(best);
  for (int level = 0; level <= static_cast<int>(best); ++level) {
    if (std::strcmp(wanted, kNames[level]) == 0) return static_cast<Simd>(level);
  }
  return fastest(best);
}

}  // namespace

Simd activeSimd() noexcept {
  static const Simd chosen = choose();
  return chosen;
}

const char* simdName() noexcept {
#if defined(__x86_64__)
  return kNames[static_cast<int>(activeSimd())];
#else
  return "static";
#endif
}

}  // namespace wetas
