// Sums in two levels: float32 over a short block, float64 over the blocks, so that long sums keep their digits.
#pragma once

#include <cstddef>

namespace wetas {

// The most columns that sumColumns takes.
constexpr std::size_t kStripColumns = 64;

// y [rows] = scale times the sum of each row of x [rows, cols].
void sumRows(std::size_t rows, std::size_t cols, double scale, const float* x, float* y) noexcept;

// y [cols] = scale times the sum of each column of x [rows, cols], whose rows are `stride` elements apart.
void sumColumns(std::size_t rows, std::size_t cols, std::size_t stride, double scale, const float* x, float* y) noexcept;

}  // namespace wetas
