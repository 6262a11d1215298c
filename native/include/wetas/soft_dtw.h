// Soft-DTW over given cost matrices: Cuturi & Blondel, "Soft-DTW: a differentiable loss function for time-series", ICML 2017.
#pragma once

#include "wetas/cost_shape.h"

namespace wetas {

// value [batch] = -gamma log(sum over paths of exp(-path cost / gamma)): their equation 1. gamma >= 0; 0 means the hard minimum.
// +infinity forbids a cell; a pair without an admissible path has value +infinity. NaN or -infinity anywhere in a pair
// makes its value NaN. T: float, double. Throws std::invalid_argument where rows or cols is 0 or gamma is negative or no number.
template <class T>
void softDtwForward(const CostShape& shape, StepPattern pattern, double gamma, const T* cost, T* value);

// The same, and gradient [batch, rows, cols] = d value / d cost = E, the expected alignment (their algorithm 2): the
// probability that a path drawn with weight exp(-path cost / gamma) visits the cell. 0 without an admissible path, NaN where the
// value is NaN. With gamma 0: 1 on one optimal path, 0 elsewhere.
template <class T>
void softDtwGradient(const CostShape& shape, StepPattern pattern, double gamma, const T* cost, T* value, T* gradient);

}  // namespace wetas
