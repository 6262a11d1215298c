// The sum over the taps of a dilated convolution, a tile of timesteps at a time: the inside of the convolution, of its
// gradients and of the residual block.
#pragma once

#include <cstddef>

namespace wetas {

// Tap k looks at timestep t + firstOffset + k * offsetStep of a sample of `length` timesteps, zero outside.
struct Taps {
  std::size_t length, count;
  std::ptrdiff_t firstOffset, offsetStep;

  // The convolution itself reads x there; its gradient towards x reads dy mirrored.
  static Taps forward(std::size_t length, std::size_t kernelSize, std::size_t dilation, std::size_t padLeft);
  static Taps mirrored(std::size_t length, std::size_t kernelSize, std::size_t dilation, std::size_t padLeft);
};

// Floats of packTaps.
std::size_t packedTapsSize(std::size_t taps, std::size_t in, std::size_t out);

// filter [taps, in, out] for sumTaps from `in` channels to `out`; transposed: from `out` channels to `in`.
void packTaps(std::size_t taps, std::size_t in, std::size_t out, const float* filter, bool transposed, float* packed);

// Rows [firstRow, firstRow + rows) of y [length, out] = addend + bias + the sum over k of x [length, in] at tap k times
// tap k's matrix. addend [length, out] and bias [out] may be null.
void sumTaps(const Taps& taps, std::size_t in, std::size_t out, const float* packed, const float* x, const float* addend,
             const float* bias, std::size_t firstRow, std::size_t rows, float* y);

// dFilter [taps, in, out] += the sum over rows [firstRow, firstRow + rows) of (x [length, in] at tap k)^T dY, where
// dYTile [rows, out] holds those rows. packed: working space of packedSize(rows, out).
void addTapGradients(const Taps& taps, std::size_t in, std::size_t out, const float* x, const float* dYTile,
                     std::size_t firstRow, std::size_t rows, float* packed, float* dFilter);

}  // namespace wetas
