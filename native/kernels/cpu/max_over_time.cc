#include "kernels/cpu/max_over_time.h"

#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/max_over_time.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {

void takeLarger(std::size_t channels, const float* x, float time, float* maximum, float* when) {
  forEachVector(channels, [&](auto d, std::size_t i) HWY_ATTR {
    const auto value = hn::LoadU(d, x + i), before = hn::LoadU(d, maximum + i);
    // Not "larger than", which is false for NaN on either side.
    const auto stays = hn::Or(hn::Le(value, before), hn::IsNaN(before));
    hn::StoreU(hn::IfThenElse(stays, before, value), d, maximum + i);
    hn::StoreU(hn::IfThenElse(stays, hn::LoadU(d, when + i), hn::Set(d, time)), d, when + i);
  });
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

void takeLarger(std::size_t channels, const float* x, float time, float* maximum, float* when) noexcept {
  WETAS_SELECT(takeLarger)(channels, x, time, maximum, when);
}

}  // namespace wetas
#endif
