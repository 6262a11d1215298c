#include "wetas/matmul.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "core/scratch.h"
#include "core/thread_pool.h"
#include "kernels/cpu/gemm.h"

namespace wetas {
namespace {

constexpr std::size_t kTileRows = 96;

}  // namespace

void batchMatMul(const MatMulShape& shape, const float* a, const float* b, float* c) {
  const auto checkBatch = [&](const char* name, std::size_t value) {
    if (value == shape.batch || value == 1) return;
    throw std::invalid_argument("expected 1 or " + std::to_string(shape.batch) + " for `" + name + "` but received " +
                                std::to_string(value));
  };
  checkBatch("aBatch", shape.aBatch);
  checkBatch("bBatch", shape.bBatch);
  if (shape.batch == 0) return;  // then b may be empty too
  const std::size_t n = shape.n, k = shape.k;
  const bool transposeA = shape.transposeA;
  const std::size_t bStride = shape.transposeB ? k : n;
  const std::size_t aMatrix = shape.aBatch == 1 ? 0 : shape.m * k;

  if (shape.bBatch > 1) {
    parallelFor(shape.batch, [&](std::size_t i) {
      float* packed = scratch<Scratch::kPackedRows>(packedSize(k, n));
      packMatrix(k, n, b + i * k * n, bStride, shape.transposeB, packed);
      gemm({shape.m, n, k, a + i * aMatrix, transposeA ? shape.m : k, transposeA, packed, k, 0, nullptr, 0, nullptr,
            c + i * shape.m * n, n});
    });
    return;
  }

  // One b for all. The rows of the a's are then the rows of one long matrix, unless they are stored as columns.
  const bool joined = shape.aBatch == shape.batch && !transposeA;
  const std::size_t batch = joined ? 1 : shape.batch, m = joined ? shape.batch * shape.m : shape.m;
  float* packed = scratch<Scratch::kPackedWeights>(packedSize(k, n));
  packMatrix(k, n, b, bStride, shape.transposeB, packed);
  const std::size_t tiles = (m + kTileRows - 1) / kTileRows;
  parallelFor(batch * tiles, [&](std::size_t i) {
    const std::size_t matrix = i / tiles, row = i % tiles * kTileRows;
    const float* from = a + matrix * aMatrix + row * (transposeA ? 1 : k);
    gemm({std::min(kTileRows, m - row), n, k, from, transposeA ? m : k, transposeA, packed, k, 0, nullptr, 0, nullptr,
          c + (matrix * m + row) * n, n});
  });
}

}  // namespace wetas
