// Elementwise functions and sums over one axis, float32. NaN and signed zeros come out as in JavaScript's Math.
#pragma once

#include <cstddef>

namespace wetas {

// In the order of ts/native/NativeBinding.ts.
enum class UnaryOp { kTanh, kSigmoid, kRelu, kStep, kSquare, kSqrt, kExp, kLog, kNeg, kAbs };
enum class BinaryOp { kAdd, kSub, kMultiply, kRealDiv, kMaximum, kMinimum, kSquaredDifference };

// y [count] = op(x [count])
void unary(UnaryOp op, std::size_t count, const float* x, float* y);

// y [count] = a [count] op b [count]
void binary(BinaryOp op, std::size_t count, const float* a, const float* b, float* y);

// y [count] = x [count] op scalar, or scalar op x where scalarFirst
void binaryScalar(BinaryOp op, std::size_t count, bool scalarFirst, float scalar, const float* x, float* y);

// y [rows, cols] = x [rows, cols] op row [cols], or row op x where rowFirst
void binaryRow(BinaryOp op, std::size_t rows, std::size_t cols, bool rowFirst, const float* x, const float* row, float* y);

// y [rows, cols] = x [rows, cols] op column [rows], or column op x where columnFirst
void binaryColumn(BinaryOp op, std::size_t rows, std::size_t cols, bool columnFirst, const float* x, const float* column, float* y);

// y [outer, inner] = scale times the sum over the middle axis of x [outer, reduced, inner]
void sumAxis(std::size_t outer, std::size_t reduced, std::size_t inner, double scale, const float* x, float* y);

}  // namespace wetas
