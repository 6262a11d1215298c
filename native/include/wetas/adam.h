// Adam (Kingma & Ba, 2015, algorithm 1) in PyTorch's form.
#pragma once

#include <cstddef>

namespace wetas {

struct AdamOptions {
  double learningRate, beta1, beta2, epsilon;
};

// One step in place of params and its moments m and v, all [count]; `step` counts from 1:
// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
// params -= learningRate / (1 - beta1^step) * m / (sqrt(v) / sqrt(1 - beta2^step) + epsilon).
// Throws std::invalid_argument where step is 0.
void adamStep(const AdamOptions& options, std::size_t step, std::size_t count, const float* gradient, float* params,
              float* m, float* v);

}  // namespace wetas
