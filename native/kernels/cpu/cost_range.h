// What the dynamic programmes must know of a pair's costs before they start.
#pragma once

#include <cstddef>

namespace wetas {

template <class T>
struct CostRange {
  T lowest, highest;  // of the numbers that are not NaN
  bool valid;         // neither NaN nor -infinity among them
};

template <class T>
CostRange<T> costRange(const T* cost, std::size_t count) noexcept;

}  // namespace wetas
