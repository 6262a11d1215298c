// The products of gemm.h in bfloat16, by instructions that multiply pairs of bfloat16 numbers and add to float32 (AVX512_BF16).
// Where the CPU has none, gemm.cc multiplies rounded float32 numbers.
#pragma once

#include "kernels/cpu/gemm.h"

namespace wetas {

// Whether the instruction set in use has them. Without them the functions below must not be called.
bool hasBf16Products() noexcept;

Panels packMatrixBf16(std::size_t k, std::size_t n, const float* b, std::size_t stride, bool transposed, void* packed) noexcept;
void gemmBf16(const Gemm& task) noexcept;

}  // namespace wetas
