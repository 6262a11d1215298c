// The products of gemm.h in bfloat16, by the matrix unit of Intel's CPUs (AMX_BF16): eight times as many multiplications a cycle as AVX512_BF16. Only for
// CPUs that have it (Simd::kAmx).
#pragma once

#include "kernels/cpu/gemm.h"

namespace wetas {

Panels packMatrixAmx(std::size_t k, std::size_t n, const float* b, std::size_t stride, bool transposed, void* packed) noexcept;
void gemmAmx(const Gemm& task) noexcept;

}  // namespace wetas
