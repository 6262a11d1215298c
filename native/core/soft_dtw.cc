#include "wetas/soft_dtw.h"

#include <cmath>
#include <limits>
#include <vector>

#include "core/dtw_batch.h"
#include "kernels/cpu/cost_range.h"
#include "kernels/cpu/soft_dtw_log.h"
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

}  // namespace

template <class T>
void softDtwForward(const CostShape& shape, StepPattern pattern, double gamma, const T* cost, T* value) {
  check(shape, gamma);
  if (gamma == 0) return hardDtw(shape, pattern, cost, value);
  const Runs pairs{shape.batch};
  const std::size_t space = 2 * (shape.cols + 1);
  std::vector<double> workspace(pairs.runs * space);
  pairs.forEach([&](std::size_t run, std::size_t begin, std::size_t end) {
    for (std::size_t pair = begin; pair < end; ++pair) {
      const T* const pairCost = cost + pair * shape.cells();
      value[pair] = costRange(pairCost, shape.cells()).valid
                        ? static_cast<T>(softDtwLogForward(shape.rows, shape.cols, pattern, gamma, pairCost, &workspace[run * space]))
                        : std::numeric_limits<T>::quiet_NaN();
    }
  });
}

template <class T>
void softDtwGradient(const CostShape& shape, StepPattern pattern, double gamma, const T* cost, T* value, T* gradient) {
  check(shape, gamma);
  if (gamma == 0) return hardGradient(shape, pattern, cost, value, gradient);
  const Runs pairs{shape.batch};
  const std::size_t rows2 = 2 * (shape.cols + 1), space = rows2 + (shape.rows + 1) * (shape.cols + 1);
  std::vector<double> workspace(pairs.runs * space);
  pairs.forEach([&](std::size_t run, std::size_t begin, std::size_t end) {
    double* const own = &workspace[run * space];
    for (std::size_t pair = begin; pair < end; ++pair) {
      const T* const pairCost = cost + pair * shape.cells();
      T* const pairGradient = gradient + pair * shape.cells();
      if (costRange(pairCost, shape.cells()).valid) {
        value[pair] = static_cast<T>(softDtwLogGradient(shape.rows, shape.cols, pattern, gamma, pairCost, own + rows2, own, pairGradient));
      } else {
        value[pair] = std::numeric_limits<T>::quiet_NaN();
        std::fill(pairGradient, pairGradient + shape.cells(), value[pair]);
      }
    }
  });
}

template void softDtwForward(const CostShape&, StepPattern, double, const float*, float*);
template void softDtwForward(const CostShape&, StepPattern, double, const double*, double*);
template void softDtwGradient(const CostShape&, StepPattern, double, const float*, float*, float*);
template void softDtwGradient(const CostShape&, StepPattern, double, const double*, double*, double*);

}  // namespace wetas
