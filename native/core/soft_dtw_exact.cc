#include <algorithm>
#include <limits>

#include "core/dtw_batch.h"
#include "core/soft_dtw_parts.h"
#include "kernels/cpu/cost_range.h"
#include "kernels/cpu/soft_dtw_log.h"

namespace wetas {

template <class T>
void softDtwExact(const CostShape& shape, StepPattern pattern, double gamma, const std::vector<std::size_t>& pairs, const T* cost,
                  T* value, T* gradient) {
  if (pairs.empty()) return;
  const Runs runs{pairs.size()};
  const std::size_t twoRows = 2 * (shape.cols + 1);
  const RunSpace space(runs.runs, (twoRows + (gradient == nullptr ? 0 : (shape.rows + 1) * (shape.cols + 1))) * sizeof(double));
  runs.forEach([&](std::size_t run, std::size_t begin, std::size_t end) {
    double* const own = space.of<double>(run);
    for (std::size_t k = begin; k < end; ++k) {
      const std::size_t pair = pairs[k], at = pair * shape.cells();
      T* const pairGradient = gradient == nullptr ? nullptr : gradient + at;
      if (!costRange(cost + at, shape.cells()).valid) {
        value[pair] = std::numeric_limits<T>::quiet_NaN();
        if (gradient != nullptr) std::fill(pairGradient, pairGradient + shape.cells(), value[pair]);
      } else if (gradient == nullptr) {
        value[pair] = static_cast<T>(softDtwLogForward(shape.rows, shape.cols, pattern, gamma, cost + at, own));
      } else {
        value[pair] = static_cast<T>(softDtwLogGradient(shape.rows, shape.cols, pattern, gamma, cost + at, own + twoRows, own, pairGradient));
      }
    }
  });
}

template void softDtwExact(const CostShape&, StepPattern, double, const std::vector<std::size_t>&, const float*, float*, float*);
template void softDtwExact(const CostShape&, StepPattern, double, const std::vector<std::size_t>&, const double*, double*, double*);

}  // namespace wetas
