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

// c [m, n] = op(a) b for b in panels.
void product(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t aStride, bool transposeA, const Panels& b, float* c) {
  const Term term{a, aStride, b, k};
  Gemm task{Precision::kFloat32, m, n, &term, 1, c, n};
  task.transposeA = transposeA;
  gemm(task);
}

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
  const std::size_t aStride = transposeA ? shape.m : k, bStride = shape.transposeB ? k : n;
  const std::size_t aMatrix = shape.aBatch == 1 ? 0 : shape.m * k;

  if (shape.bBatch > 1) {
    parallelFor(shape.batch, [&](std::size_t i) {
      float* packed = scratch<Scratch::kPackedRows>(packedSize(k, n));
      const Panels panels = packMatrix(Precision::kFloat32, k, n, b + i * k * n, bStride, shape.transposeB, packed);
      product(shape.m, n, k, a + i * aMatrix, aStride, transposeA, panels, c + i * shape.m * n);
    });
    return;
  }

  // One b for all. The rows of the a's are then the rows of one long matrix, unless they are stored as columns.
  const bool joined = shape.aBatch == shape.batch && !transposeA;
  const std::size_t batch = joined ? 1 : shape.batch, m = joined ? shape.batch * shape.m : shape.m;
  const Panels panels = packMatrix(Precision::kFloat32, k, n, b, bStride, shape.transposeB, scratch<Scratch::kPackedWeights>(packedSize(k, n)));
  const std::size_t tiles = (m + kTileRows - 1) / kTileRows;
  parallelFor(batch * tiles, [&](std::size_t i) {
    const std::size_t matrix = i / tiles, row = i % tiles * kTileRows;
    product(std::min(kTileRows, m - row), n, k, a + matrix * aMatrix + row * (transposeA ? 1 : k), aStride, transposeA, panels,
            c + (matrix * m + row) * n);
  });
}

}  // namespace wetas
