// Costs between the points of two series, and their adjoint, for one pair.
#pragma once

#include <cstddef>

#include "wetas/dtw_problem.h"

namespace wetas {

// x [rows, channels], y [cols, channels] -> cost [rows, cols].
template <class T>
void pointCostPair(std::size_t rows, std::size_t cols, std::size_t channels, PointCost kind, const T* x, const T* y, T* cost) noexcept;

// dCost [rows, cols] -> dx [rows, channels] and dy [cols, channels]; either may be null.
template <class T>
void pointCostGradientPair(std::size_t rows, std::size_t cols, std::size_t channels, PointCost kind, const T* x, const T* y,
                           const T* dCost, T* dx, T* dy) noexcept;

}  // namespace wetas
