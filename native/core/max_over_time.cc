#include "wetas/max_over_time.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "core/thread_pool.h"
#include "kernels/cpu/max_over_time.h"

namespace wetas {

void maxOverTime(std::size_t batch, std::size_t length, std::size_t channels, const float* x, const float* mask, float* maximum, float* when) {
  constexpr std::size_t kMostLength = std::size_t{1} << 24;
  if (length < 1 || length > kMostLength) {
    throw std::invalid_argument("expected a whole number in [1, 2^24] for `length` but received " + std::to_string(length));
  }
  parallelFor(batch, [&](std::size_t sample) {
    const float* ofSample = x + sample * length * channels;
    const auto counts = [&](std::size_t t) { return mask == nullptr || mask[sample * length + t] != 0; };
    std::size_t first = 0;
    while (first < length && !counts(first)) ++first;
    if (first == length) first = 0;
    float* const maxima = maximum + sample * channels;
    float* const times = when + sample * channels;
    std::copy_n(ofSample + first * channels, channels, maxima);
    std::fill_n(times, channels, static_cast<float>(first));
    for (std::size_t t = first + 1; t < length; ++t) {
      if (counts(t)) takeLarger(channels, ofSample + t * channels, static_cast<float>(t), maxima, times);
    }
  });
}

void maxOverTimeGrad(std::size_t batch, std::size_t length, std::size_t channels, const float* when, const float* dMaximum, float* dx) {
  parallelFor(batch, [&](std::size_t sample) {
    float* const ofSample = dx + sample * length * channels;
    std::fill_n(ofSample, length * channels, 0.0f);
    for (std::size_t c = 0; c < channels; ++c) {
      const std::size_t i = sample * channels + c;
      // Compared as a number first: what is not one, or too large, is nowhere.
      if (when[i] >= 0 && when[i] < static_cast<float>(length)) ofSample[static_cast<std::size_t>(when[i]) * channels + c] = dMaximum[i];
    }
  });
}

}  // namespace wetas
