// Operations between the rows of a matrix [rows, cols].
#pragma once

#include <cstddef>

namespace wetas {

// sums [cols] += the sum of x's rows. x has `stride` elements from row to row.
void addColumnSums(std::size_t rows, std::size_t cols, const float* x, std::size_t stride, float* sums) noexcept;

// Every row of y [rows, cols] = addend's row (or 0 where null) + bias (or 0 where null). addend may be y itself.
void fillRows(std::size_t rows, std::size_t cols, const float* addend, const float* bias, float* y) noexcept;

}  // namespace wetas
