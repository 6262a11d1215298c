// What the dynamic programmes must know of a pair's costs before they start.
#pragma once

#include <cstddef>

namespace wetas {

template <class T>
struct CostRange {
  T lowest, highest;  // meaningful where valid
  bool valid;         // neither NaN nor -infinity among them
};

CostRange<float> costRange(const float* cost, std::size_t count) noexcept;
CostRange<double> costRange(const double* cost, std::size_t count) noexcept;

}  // namespace wetas
