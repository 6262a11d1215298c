#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/cost_range.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include <limits>

#include "kernels/cpu/cost_range.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
CostRange<T> costRangeOf(const T* cost, std::size_t count) {
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  const hn::ScalableTag<T> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto minusInfinity = hn::Set(d, -kInfinity);
  auto lowest = hn::Set(d, kInfinity), highest = minusInfinity;
  auto invalid = hn::Lt(lowest, highest);  // none
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto value = hn::LoadU(d, cost + i);
    lowest = hn::Min(lowest, value);
    highest = hn::Max(highest, value);
    invalid = hn::Or(invalid, hn::Not(hn::Gt(value, minusInfinity)));  // false for NaN
  }
  CostRange<T> range{hn::GetLane(hn::MinOfLanes(d, lowest)), hn::GetLane(hn::MaxOfLanes(d, highest)), hn::AllFalse(d, invalid)};
  for (; i < count; ++i) {
    range.lowest = cost[i] < range.lowest ? cost[i] : range.lowest;
    range.highest = cost[i] > range.highest ? cost[i] : range.highest;
    range.valid &= cost[i] > -kInfinity;
  }
  return range;
}

CostRange<float> costRange32(const float* cost, std::size_t count) { return costRangeOf(cost, count); }
CostRange<double> costRange64(const double* cost, std::size_t count) { return costRangeOf(cost, count); }

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

CostRange<float> costRange(const float* cost, std::size_t count) noexcept { return WETAS_SELECT(costRange32)(cost, count); }
CostRange<double> costRange(const double* cost, std::size_t count) noexcept { return WETAS_SELECT(costRange64)(cost, count); }

}  // namespace wetas
#endif  // HWY_ONCE
