// One thread's share of the functions of wetas/elementwise.h.
#pragma once

#include <cstddef>

#include "wetas/elementwise.h"

namespace wetas {

void unaryKernel(UnaryOp op, std::size_t count, const float* x, float* y) noexcept;
void binaryKernel(BinaryOp op, std::size_t count, const float* a, const float* b, float* y) noexcept;
void binaryScalarKernel(BinaryOp op, std::size_t count, bool scalarFirst, float scalar, const float* x, float* y) noexcept;

}  // namespace wetas
