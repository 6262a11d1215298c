#pragma once

#include <cstddef>

namespace wetas {

// maximum [channels] and when [channels] move on to x [channels] and `time` where x is larger or the first NaN.
void takeLarger(std::size_t channels, const float* x, float time, float* maximum, float* when) noexcept;

}  // namespace wetas
