#include "wetas/elementwise.h"

#include <algorithm>

#include "core/thread_pool.h"
#include "kernels/cpu/elementwise.h"
#include "kernels/cpu/sum.h"

namespace wetas {
namespace {

// Elements of one task: short enough to share out, long enough to be worth waking a thread for.
constexpr std::size_t kTaskElements = 32768;

// Calls body(first, count) for pieces of [0, count).
template <class Body>
void forPieces(std::size_t count, std::size_t piece, const Body& body) {
  parallelFor((count + piece - 1) / piece, [&](std::size_t i) { body(i * piece, std::min(piece, count - i * piece)); });
}

}  // namespace

void unary(UnaryOp op, std::size_t count, const float* x, float* y) {
  forPieces(count, kTaskElements, [&](std::size_t first, std::size_t n) { unaryKernel(op, n, x + first, y + first); });
}

void binary(BinaryOp op, std::size_t count, const float* a, const float* b, float* y) {
  forPieces(count, kTaskElements, [&](std::size_t first, std::size_t n) { binaryKernel(op, n, a + first, b + first, y + first); });
}

void binaryScalar(BinaryOp op, std::size_t count, bool scalarFirst, float scalar, const float* x, float* y) {
  forPieces(count, kTaskElements, [&](std::size_t first, std::size_t n) {
    binaryScalarKernel(op, n, scalarFirst, scalar, x + first, y + first);
  });
}

void binaryRow(BinaryOp op, std::size_t rows, std::size_t cols, bool rowFirst, const float* x, const float* row, float* y) {
  if (cols == 0) return;
  forPieces(rows, std::max<std::size_t>(1, kTaskElements / cols), [&](std::size_t first, std::size_t n) {
    for (std::size_t r = first; r < first + n; ++r) {
      binaryKernel(op, cols, rowFirst ? row : x + r * cols, rowFirst ? x + r * cols : row, y + r * cols);
    }
  });
}

void binaryColumn(BinaryOp op, std::size_t rows, std::size_t cols, bool columnFirst, const float* x, const float* column, float* y) {
  if (cols == 0) return;
  forPieces(rows, std::max<std::size_t>(1, kTaskElements / cols), [&](std::size_t first, std::size_t n) {
    for (std::size_t r = first; r < first + n; ++r) binaryScalarKernel(op, cols, columnFirst, column[r], x + r * cols, y + r * cols);
  });
}

void sumAxis(std::size_t outer, std::size_t reduced, std::size_t inner, double scale, const float* x, float* y) {
  if (inner == 1) {
    const std::size_t rowsPerTask = std::max<std::size_t>(1, kTaskElements / std::max<std::size_t>(1, reduced));
    forPieces(outer, rowsPerTask, [&](std::size_t first, std::size_t n) { sumRows(n, reduced, scale, x + first * reduced, y + first); });
    return;
  }
  const std::size_t strips = (inner + kStripColumns - 1) / kStripColumns;
  parallelFor(outer * strips, [&](std::size_t i) {
    const std::size_t row = i / strips, first = i % strips * kStripColumns;
    sumColumns(reduced, std::min(kStripColumns, inner - first), inner, scale, x + row * reduced * inner + first,
               y + row * inner + first);
  });
}

}  // namespace wetas
