// The gated activation g = dropout(tanh(a) sigmoid(a)) of a residual block, forward and backward.
#pragma once

#include <cstddef>

#include "kernels/cpu/dropout.h"

namespace wetas {

// g [count] from the pre-activation a [count], which may be g itself; firstIndex is the flat index of its first element for dropout's hash.
void gateForward(std::size_t count, std::size_t firstIndex, const Dropout& dropout, const float* a, float* g) noexcept;

// dA [count] from dG [count], and g [count] once more. dA may be dG itself.
void gateBackward(std::size_t count, std::size_t firstIndex, const Dropout& dropout, const float* a, const float* dG,
                  float* dA, float* g) noexcept;

// mask [count] of 0 and dropout.scale, for elements firstIndex, firstIndex + 1, ...
void fillDropoutMask(std::size_t count, std::size_t firstIndex, const Dropout& dropout, float* mask) noexcept;

}  // namespace wetas
