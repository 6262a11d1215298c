// Batched matrix product.
#pragma once

#include <cstddef>

namespace wetas {

// op(a) is [m, k]: stored so, or [k, m] where transposeA; op(b) is [k, n]: stored so, or [n, k] where transposeB.
// aBatch and bBatch are batch or 1 (the same matrix for every c).
struct MatMulShape {
  std::size_t batch, m, n, k, aBatch, bBatch;
  bool transposeA, transposeB;
};

// c [batch, m, n] = op(a) op(b). Throws std::invalid_argument where aBatch or bBatch is neither batch nor 1.
void batchMatMul(const MatMulShape& shape, const float* a, const float* b, float* c);

}  // namespace wetas
