// The products of gemm.h in bfloat16, by instructions that multiply pairs of bfloat16 numbers and add to float32 (AVX512_BF16). Only for CPUs that have them
// (Simd::kAvx512Bf16); elsewhere gemm.cc multiplies rounded float32 numbers.
#pragma once

#include "kernels/cpu/gemm.h"

namespace wetas {

Panels packMatrixBf16(std::size_t k, std::size_t n, const float* b, std::size_t stride, bool transposed, void* packed) noexcept;
void gemmBf16(const Gemm& task) noexcept;

}  // namespace wetas
