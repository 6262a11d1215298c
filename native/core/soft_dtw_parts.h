// The two ways to soft-DTW that soft_dtw.cc chooses from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/band.h"
#include "core/pair.h"
#include "wetas/control.h"

namespace wetas {

struct DenseShape {
  std::size_t batch, rows, cols;
  std::size_t cells() const noexcept { return rows * cols; }
};

// Float32 in extended-exponent arithmetic, dense costs without a band. Fills the values, and the gradients unless null, of all pairs but
// those whose beyond [batch] it sets to 1: they are beyond this arithmetic. gamma > 0.
void softDtwFast(const DenseShape& shape, StepPattern pattern, double gamma, const float* cost, float* value, float* gradient, std::uint8_t* beyond);

// Where the gradients of one pair go; any may be null.
template <class T>
struct PairGradients {
  T* dx = nullptr;          // [rows, channels]
  T* dy = nullptr;          // [cols, channels]
  T* dCost = nullptr;       // [rows, cols], rows `stride` apart
  std::size_t stride = 0;
  bool any() const noexcept { return dx != nullptr || dy != nullptr || dCost != nullptr; }
};

// One pair in float64 and the log domain, every option. Returns the value; fills the gradients, NaN with a NaN value.
template <class T>
T softDtwExact(const Pair<T>& pair, const RowIntervals& band, const WarpingPaths& paths, double gamma, const PairGradients<T>& gradients, Control& control);

}  // namespace wetas
