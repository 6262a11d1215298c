// The one matrix product that convolutions, residual blocks and matMul are made of. Row-major; strides in elements.
#pragma once

#include <cstddef>

namespace wetas {

// Floats that packMatrix writes for a matrix [k, n], on any instruction set.
inline std::size_t packedSize(std::size_t k, std::size_t n) { return (n + 31) / 32 * 32 * k; }

// Copies b [k, n] (transposed: stored as [n, k]) into panels of as many columns as the micro-kernel takes at a time, each
// panel [k, columns], the last one filled up with zeros. Rows of all panels keep their order.
void packMatrix(std::size_t k, std::size_t n, const float* b, std::size_t stride, bool transposed, float* packed) noexcept;

// c [m, n] = op(a) b + addend + bias.
struct Gemm {
  std::size_t m, n, k;
  const float* a;  // [m, k], or [k, m] where transposeA
  std::size_t aStride;
  bool transposeA;
  const float* packedB;    // from packMatrix
  std::size_t packedRows;  // rows of the packed matrix: k, or more where b is a range of its rows that starts at firstRow
  std::size_t firstRow;
  const float* addend;  // [m, n] or null; may be c itself
  std::size_t addendStride;
  const float* bias;  // [n] or null
  float* c;           // [m, n]
  std::size_t cStride;
};

void gemm(const Gemm& task) noexcept;

}  // namespace wetas
