// Operations between the rows of a matrix [rows, cols].
#pragma once

#include <cstddef>

namespace wetas {

// sums [cols] += the sum of x's rows. x has `stride` elements from row to row.
void addColumnSums(std::size_t rows, std::size_t cols, const float* x, std::size_t stride, float* sums) noexcept;

}  // namespace wetas
