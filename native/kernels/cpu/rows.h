// Operations on the rows of a matrix [rows, cols].
#pragma once

#include <cstddef>

namespace wetas {

// sums [cols] += the sum of x's rows. x has `stride` elements from row to row.
void addColumnSums(std::size_t rows, std::size_t cols, const float* x, std::size_t stride, float* sums) noexcept;

// The gradient of max(x, 0): y [count] = 0 where x [count] is at most 0.
void clearWhereNotPositive(std::size_t count, const float* x, float* y) noexcept;

}  // namespace wetas
