// What is made of the values of all pairs, where there are many: square roots, and the whole matrix from its upper half.
#pragma once

#include <cstddef>

#include "wetas/control.h"

namespace wetas {

// T: float, double. values, roots [count].
template <class T>
void squareRoots(std::size_t count, const T* values, T* roots, Control& control);

// full [count, count], symmetric, from diagonal [count] and what is above it, upper [count (count - 1) / 2], row-major.
template <class T>
void mirror(std::size_t count, const T* upper, const T* diagonal, T* full, Control& control);

}  // namespace wetas
