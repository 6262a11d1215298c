#include "wetas/soft_dtw.h"

#include <cmath>
#include <numeric>
#include <type_traits>
#include <vector>

#include "core/dtw_batch.h"
#include "core/soft_dtw_parts.h"
#include "wetas/dtw_align.h"

namespace wetas {
namespace {

void check(const CostShape& shape, double gamma) {
  checkCostShape(shape);
  if (!(gamma >= 0 && std::isfinite(gamma))) throw std::invalid_argument("expected a finite number >= 0 for gamma");
}

// gamma = 0: the limit of E is the uniform mixture of the best paths; one of them is a subgradient and what we give.
template <class T>
void hardGradient(const CostShape& shape, StepPattern pattern, const T* cost, T* value, T* gradient) {
  const std::size_t longest = shape.rows + shape.cols - 1;
  std::vector<std::int32_t> path(shape.batch * longest * 2), length(shape.batch);
  hardDtwPath(shape, pattern, cost, value, path.data(), length.data());
  std::fill(gradient, gradient + shape.batch * shape.cells(), T(0));
  for (std::size_t pair = 0; pair < shape.batch; ++pair) {
    T* const pairGradient = gradient + pair * shape.cells();
    if (std::isnan(value[pair])) std::fill(pairGradient, pairGradient + shape.cells(), value[pair]);
    for (std::int32_t step = 0; step < length[pair]; ++step) {
      const std::int32_t* const cell = &path[(pair * longest + step) * 2];
      pairGradient[cell[0] * shape.cols + cell[1]] = T(1);
    }
  }
}

// gamma > 0. gradient may be null.
template <class T>
void softDtw(const CostShape& shape, StepPattern pattern, double gamma, const T* cost, T* value, T* gradient) {
  std::vector<std::size_t> pairs;
  if constexpr (std::is_same_v<T, float>) {
    pairs = softDtwFast(shape, pattern, gamma, cost, value, gradient);
  } else {
    pairs.resize(shape.batch);
    std::iota(pairs.begin(), pairs.end(), std::size_t{0});
  }
  softDtwExact(shape, pattern, gamma, pairs, cost, value, gradient);
}

}  // namespace

template <class T>
void softDtwForward(const CostShape& shape, StepPattern pattern, double gamma, const T* cost, T* value) {
  check(shape, gamma);
  gamma == 0 ? hardDtw(shape, pattern, cost, value) : softDtw<T>(shape, pattern, gamma, cost, value, nullptr);
}

template <class T>
void softDtwGradient(const CostShape& shape, StepPattern pattern, double gamma, const T* cost, T* value, T* gradient) {
  check(shape, gamma);
  gamma == 0 ? hardGradient(shape, pattern, cost, value, gradient) : softDtw(shape, pattern, gamma, cost, value, gradient);
}

template void softDtwForward(const CostShape&, StepPattern, double, const float*, float*);
template void softDtwForward(const CostShape&, StepPattern, double, const double*, double*);
template void softDtwGradient(const CostShape&, StepPattern, double, const float*, float*, float*);
template void softDtwGradient(const CostShape&, StepPattern, double, const double*, double*, double*);

}  // namespace wetas
