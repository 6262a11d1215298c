#include "kernels/cpu/cost_range.h"

#include <limits>

namespace wetas {

template <class T>
CostRange<T> costRange(const T* cost, std::size_t count) noexcept {
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  CostRange<T> range{kInfinity, -kInfinity, true};
  for (std::size_t i = 0; i < count; ++i) {
    const T value = cost[i];
    range.lowest = value < range.lowest ? value : range.lowest;
    range.highest = value > range.highest ? value : range.highest;
    range.valid &= value > -kInfinity;  // false for NaN
  }
  return range;
}

template CostRange<float> costRange(const float*, std::size_t) noexcept;
template CostRange<double> costRange(const double*, std::size_t) noexcept;

}  // namespace wetas
