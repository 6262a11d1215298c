#include "bench/fma_peak.h"

#include <cstddef>

#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/fma_peak.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Twelve chains: no fewer than latency (4 cycles) times throughput (2 a cycle), and few enough for 16 registers.
constexpr std::size_t kChains = 12;

double runFusedMultiplyAdds(long rounds, float& sum) {
  const hn::CappedTag<float, 16> d;
  const auto factor = hn::Set(d, 0.999f), addend = hn::Set(d, 1e-3f);
  hn::Vec<decltype(d)> chains[kChains];
  for (std::size_t i = 0; i < kChains; ++i) chains[i] = hn::Set(d, sum + static_cast<float>(i));  // unequal: none is another's copy
  for (long round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (std::size_t i = 0; i < kChains; ++i) chains[i] = hn::MulAdd(chains[i], factor, addend);
  }
  auto total = hn::Zero(d);
  for (std::size_t i = 0; i < kChains; ++i) total = hn::Add(total, chains[i]);
  sum = hn::GetLane(total);
  return static_cast<double>(rounds) * kChains * 2 * static_cast<double>(hn::Lanes(d));
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {
double runFusedMultiplyAdds(long rounds, float& sum) { return WETAS_SELECT(runFusedMultiplyAdds)(rounds, sum); }
}  // namespace wetas
#endif
