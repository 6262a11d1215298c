// The costs of a pair as the strip kernels take them in: a strip is lanes-many rows, and lane l of step a holds column a - i of the
// strip's row i = lanes - 1 - l, so that the cells of one step lie on an anti-diagonal, the lowest row in the first lane.
#pragma once

#include <cstddef>

#include "kernels/cpu/point_cost.h"

namespace wetas {

template <class T>
struct CostTiles {
  // Writes the steps [step, step + steps) of the strip at `row` to tile [steps rounded up to lanes, lanes], 64-byte aligned; what
  // lies outside the matrix gets some cost of the matrix, or 0.
  using Fill = void (*)(const void* source, std::size_t row, std::size_t step, std::size_t steps, T* tile);
  Fill fill;
  const void* source;
  // Where they are read from memory: row i stands at rows + i * rowBytes. Otherwise null.
  const char* rows;
  std::size_t rowBytes, costBytes;
};

// Rows of a cost matrix [rows, cols], `stride` apart.
template <class S>
struct CostMatrix {
  const S* cost;
  std::size_t stride, rows, cols;
};

// The source must outlive what these return; only where there are strip kernels. T: float for S = float, double for both.
template <class T, class S>
CostTiles<T> costTiles(const CostMatrix<S>& matrix) noexcept;
template <class T>
CostTiles<T> costTiles(const PreparedPoints<T>& points) noexcept;

}  // namespace wetas
