// The two ways to soft-DTW that soft_dtw.cc chooses from.
#pragma once

#include <cstddef>
#include <vector>

#include "wetas/cost_shape.h"

namespace wetas {

// Float32 in extended-exponent arithmetic. Fills the values, and the gradients unless null, of all pairs but those that it returns, in
// ascending order: they are beyond this arithmetic. gamma > 0.
std::vector<std::size_t> softDtwFast(const CostShape& shape, StepPattern pattern, double gamma, const float* cost, float* value, float* gradient);

// Float64 in the log domain, for the pairs listed. gamma > 0.
template <class T>
void softDtwExact(const CostShape& shape, StepPattern pattern, double gamma, const std::vector<std::size_t>& pairs, const T* cost,
                  T* value, T* gradient);

}  // namespace wetas
