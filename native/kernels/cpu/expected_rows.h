// Rows of E from the strips' buffer to where they belong.
#pragma once

#include <cstddef>

namespace wetas {

// from [rows, count], `fromStride` apart, to `to`, `toStride` apart. streamed: past the caches, for outputs larger than they are; call
// flushStreamed() before another thread may look. T: float, double for S = double; float for S = float.
template <class T, class S>
void storeExpectedRows(std::size_t rows, std::size_t count, const T* from, std::size_t fromStride, S* to, std::size_t toStride, bool streamed) noexcept;

void flushStreamed() noexcept;

}  // namespace wetas
