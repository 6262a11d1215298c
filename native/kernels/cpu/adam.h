// One thread's share of wetas/adam.h.
#pragma once

#include <cstddef>

namespace wetas {

// stepSize = learningRate / (1 - beta1^step); rootScale = 1 / sqrt(1 - beta2^step).
struct AdamFactors {
  float beta1, oneMinusBeta1, beta2, oneMinusBeta2, stepSize, rootScale, epsilon;
};

void adamKernel(const AdamFactors& factors, std::size_t count, const float* gradient, float* params, float* m, float* v) noexcept;

}  // namespace wetas
