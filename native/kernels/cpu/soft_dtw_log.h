// Soft-DTW of one pair in float64 and the log domain: slow, and right for every finite or +infinite cost. It serves float64
// arrays and the float32 pairs that the extended-exponent kernels cannot do.
#pragma once

#include <cstddef>

#include "wetas/cost_shape.h"

namespace wetas {

// The value. rows2 [2, cols + 1] is working space.
template <class T>
double softDtwLogForward(std::size_t rows, std::size_t cols, StepPattern pattern, double gamma, const T* cost, double* rows2) noexcept;

// The value, and gradient [rows, cols]. softCost [rows + 1, cols + 1] and rows2 [2, cols + 1] are working space.
template <class T>
double softDtwLogGradient(std::size_t rows, std::size_t cols, StepPattern pattern, double gamma, const T* cost, double* softCost,
                          double* rows2, T* gradient) noexcept;

}  // namespace wetas
