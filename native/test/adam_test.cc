#include "wetas/adam.h"

#include <stdexcept>

#include "network_reference.h"

namespace wetas {
namespace {

using namespace test;

TEST(Adam, AgreesWithTheFormulas) {
  const AdamOptions options{1e-3, 0.9, 0.999, 1e-8};
  std::mt19937 random(1);
  const std::size_t count = 40001;
  Floats params = randomFloats(random, count), m(count), v(count);
  Doubles expected = widened(params), expectedM(count), expectedV(count);
  for (std::size_t step = 1; step <= 5; ++step) {
    const Floats gradient = randomFloats(random, count);
    adamStep(options, step, count, gradient.data(), params.data(), m.data(), v.data());
    for (std::size_t i = 0; i < count; ++i) {
      expectedM[i] = options.beta1 * expectedM[i] + (1 - options.beta1) * gradient[i];
      expectedV[i] = options.beta2 * expectedV[i] + (1 - options.beta2) * gradient[i] * gradient[i];
      const double first = expectedM[i] / (1 - std::pow(options.beta1, step)), second = expectedV[i] / (1 - std::pow(options.beta2, step));
      expected[i] -= options.learningRate * first / (std::sqrt(second) + options.epsilon);
    }
  }
  expectClose(params, expected, 1e-6, "params");
  expectClose(m, expectedM, 1e-6, "m");
  expectClose(v, expectedV, 1e-6, "v");
}

TEST(Adam, StepsCountFromOne) {
  float value = 0;
  EXPECT_THROW(adamStep({1e-3, 0.9, 0.999, 1e-8}, 0, 1, &value, &value, &value, &value), std::invalid_argument);
}

}  // namespace
}  // namespace wetas
