#include "kernels/cpu/adam.h"

#include "kernels/cpu/flush_subnormals.h"
#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/adam.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {

void adamKernel(const AdamFactors& factors, std::size_t count, const float* gradient, float* params, float* m, float* v) {
  forEachVector(count, [&](auto d, std::size_t i) HWY_ATTR {
    const auto g = hn::LoadU(d, gradient + i);
    const auto first = hn::MulAdd(hn::Set(d, factors.oneMinusBeta1), g, hn::Mul(hn::Set(d, factors.beta1), hn::LoadU(d, m + i)));
    const auto second = hn::MulAdd(hn::Mul(hn::Set(d, factors.oneMinusBeta2), g), g,
                                   hn::Mul(hn::Set(d, factors.beta2), hn::LoadU(d, v + i)));
    const auto divisor = hn::MulAdd(hn::Sqrt(second), hn::Set(d, factors.rootScale), hn::Set(d, factors.epsilon));
    const auto change = hn::Div(hn::Mul(hn::Set(d, factors.stepSize), first), divisor);
    hn::StoreU(first, d, m + i);
    hn::StoreU(second, d, v + i);
    hn::StoreU(hn::Sub(hn::LoadU(d, params + i), change), d, params + i);
  });
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

void adamKernel(const AdamFactors& factors, std::size_t count, const float* gradient, float* params, float* m, float* v) noexcept {
  const FlushSubnormals flush;
  WETAS_SELECT(adamKernel)(factors, count, gradient, params, m, v);
}

}  // namespace wetas
#endif
