// The one sum of matrix products that convolutions, residual blocks and matMul are made of. Row-major; strides in elements.
//
// An element of the result is added up in one order: over the terms as they stand, over k within each, then bias, then
// addend. Where it lies (row, column, tile) changes nothing, so a row computed alone has the bits that it has among others.
#pragma once

#include <algorithm>
#include <cstddef>

#include "wetas/precision.h"

namespace wetas {

// A matrix [k, n] as packMatrix lays it out: in panels of as many columns as the micro-kernel takes at a time, each panel
// [k, columns]. Strides in floats.
struct Panels {
  const void* data;
  std::size_t rowStride, panelStride;
};

// Floats that packMatrix writes for a matrix [k, n], on any instruction set: the matrix unit wants whole tiles of 16 pairs along k.
inline std::size_t packedSize(std::size_t k, std::size_t n) { return (n + 31) / 32 * 32 * std::max(k, (k + 31) / 32 * 16); }

// Copies b [k, n] (transposed: stored as [n, k]) into panels for a product of that precision, the last one filled up with zeros.
Panels packMatrix(Precision precision, std::size_t k, std::size_t n, const float* b, std::size_t stride, bool transposed, float* packed) noexcept;

// The same for a matrix that serves few products: where it lies, if it can be read so, else packed.
Panels readMatrix(Precision precision, std::size_t k, std::size_t n, const float* b, std::size_t stride, float* packed) noexcept;

// What packMatrix(Precision::kFloat32, k, ...) wrote to `packed`.
Panels packedPanels(std::size_t k, const float* packed) noexcept;

// op(a) b: a is [m, k], or [k, m] where transposeA says so.
struct Term {
  const float* a;
  std::size_t aStride;
  Panels b;
  std::size_t k;
};

// Memory that is needed soon after: brought into the cache on the way, because the arithmetic leaves time for it.
struct Ahead {
  const float* data = nullptr;
  std::size_t count = 0;
};

// c [m, n] = the sum of the terms + bias + addend, or c += where `accumulate`.
struct Gemm {
  Precision precision;
  std::size_t m, n;
  const Term* terms;
  std::size_t termCount;
  float* c;  // [m, n]
  std::size_t cStride;
  bool transposeA = false, accumulate = false;
  bool rectifiedA = false;  // every a is taken as max(a, 0)
  const float* bias = nullptr;    // [n]
  const float* addend = nullptr;  // [m, n], not c
  std::size_t addendStride = 0;
  Ahead ahead[2] = {};
};

void gemm(const Gemm& task) noexcept;

}  // namespace wetas
