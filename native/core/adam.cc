#include "wetas/adam.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/thread_pool.h"
#include "kernels/cpu/adam.h"

namespace wetas {
namespace {

constexpr std::size_t kTaskElements = 16384;

}  // namespace

void adamStep(const AdamOptions& options, std::size_t step, std::size_t count, const float* gradient, float* params,
              float* m, float* v) {
  if (step < 1) throw std::invalid_argument("expected a whole number of at least 1 for `step` but received 0");
  const double correction1 = 1 - std::pow(options.beta1, static_cast<double>(step));
  const double correction2 = std::sqrt(1 - std::pow(options.beta2, static_cast<double>(step)));
  const AdamFactors factors{static_cast<float>(options.beta1),
                            static_cast<float>(1 - options.beta1),
                            static_cast<float>(options.beta2),
                            static_cast<float>(1 - options.beta2),
                            static_cast<float>(options.learningRate / correction1),
                            static_cast<float>(1 / correction2),
                            static_cast<float>(options.epsilon)};
  parallelFor((count + kTaskElements - 1) / kTaskElements, [&](std::size_t i) {
    const std::size_t first = i * kTaskElements;
    adamKernel(factors, std::min(kTaskElements, count - first), gradient + first, params + first, m + first, v + first);
  });
}

}  // namespace wetas
