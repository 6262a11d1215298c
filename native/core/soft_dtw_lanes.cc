#include <algorithm>
#include <cmath>
#include <limits>

#include "core/power_limits.h"
#include "core/scratch.h"
#include "core/soft_dtw_parts.h"
#include "kernels/cpu/flush_subnormals.h"
#include "kernels/cpu/soft_dtw_lanes.h"

namespace wetas {
namespace {

constexpr std::size_t kSpaceLimit = std::size_t{12} << 20;

template <class T>
LanesProblem<T> problemOf(std::size_t rows, std::size_t cols, StepPattern pattern, const PowerLimits<T>& limits) {
  return {rows, cols, pattern, limits.scale, limits.largestCost};
}

template <class T>
bool holdsNaN(const T* cost, std::size_t count) {
  return !std::all_of(cost, cost + count, [](T each) { return each > -std::numeric_limits<T>::infinity(); });
}

}  // namespace

template <class T>
SoftDtwLanes<T>::SoftDtwLanes(std::size_t rows, std::size_t cols, StepPattern pattern, double gamma, bool gradient)
    : rows_(rows), cols_(cols), pattern_(pattern), gamma_(gamma), gradient_(gradient) {}

template <class T>
std::size_t SoftDtwLanes<T>::groupOf(std::size_t pairs) const noexcept {
  const LanesKernel<T>* const kernel = lanesKernel<T>();
  const PowerLimits<T> limits(rows_, cols_, gamma_, 0);
  // A group keeps min(pairs, lanes) lanes busy, a strip `rows` of them.
  if (kernel == nullptr || !limits.usable() || rows_ >= std::min(pairs, kernel->lanes)) return 0;
  return kernel->space(problemOf(rows_, cols_, pattern_, limits), gradient_) <= kSpaceLimit ? kernel->lanes : 0;
}

template <class T>
void SoftDtwLanes<T>::run(std::size_t pairs, const T* cost, T* value, T* dCost, std::uint8_t* beyond) const {
  const FlushSubnormals flush;
  const LanesKernel<T>* const kernel = lanesKernel<T>();
  const PowerLimits<T> limits(rows_, cols_, gamma_, 0);
  const LanesProblem<T> problem = problemOf(rows_, cols_, pattern_, limits);
  void* const space = scratch<Scratch::kSoftDtwPair>(kernel->space(problem, gradient_) / sizeof(float));
  ScaledNumber<T> totals[kMostLanes];
  PowerRange powers[kMostLanes];
  T lastExpected[kMostLanes];
  kernel->forward(problem, pairs, gradient_, cost, space, totals, powers);
  const std::size_t cells = rows_ * cols_;
  for (std::size_t p = 0; p < pairs; ++p) {
    const bool holds = powers[p].valid && limits.holds(totals[p], powers[p]), poisoned = !powers[p].valid && holdsNaN(cost + p * cells, cells);
    beyond[p] = !holds && !poisoned;
    value[p] = poisoned ? std::numeric_limits<T>::quiet_NaN() : limits.value(totals[p]);
    lastExpected[p] = holds && value[p] < std::numeric_limits<T>::infinity() ? T(1) : T(0);
  }
  if (!gradient_) return;
  kernel->backward(problem, pairs, lastExpected, space, dCost);
  for (std::size_t p = 0; p < pairs; ++p) {
    if (!beyond[p] && std::isnan(value[p])) std::fill_n(dCost + p * cells, cells, std::numeric_limits<T>::quiet_NaN());
  }
}

template class SoftDtwLanes<float>;
template class SoftDtwLanes<double>;

}  // namespace wetas
