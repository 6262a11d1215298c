// Maximum over the timesteps of a window, and its gradient (global max pooling; docs/method.md, section 3).
#pragma once

#include <cstddef>

namespace wetas {

// Of x [batch, length, channels] the maximum over the timesteps where mask [batch, length] is not 0, or over all where mask is null:
// maximum [batch, channels], and when [batch, channels], the first timestep that has it. NaN counts as the largest. Where a mask leaves no timestep, the first.
// Throws std::invalid_argument where length is 0 or beyond 2^24, which float32 cannot count.
void maxOverTime(std::size_t batch, std::size_t length, std::size_t channels, const float* x, const float* mask, float* maximum, float* when);

// dx [batch, length, channels]: dMaximum [batch, channels] at `when`, 0 elsewhere.
void maxOverTimeGrad(std::size_t batch, std::size_t length, std::size_t channels, const float* when, const float* dMaximum, float* dx);

}  // namespace wetas
