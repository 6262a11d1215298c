// The sum over the taps of a dilated convolution, a tile of timesteps at a time: the inside of the convolution, of its
// gradients and of the residual block.
#pragma once

#include <cstddef>
#include <vector>

#include "core/tiles.h"
#include "kernels/cpu/gemm.h"

namespace wetas {

// Tap k looks at timestep t + offset(k) of a sample of `length` timesteps, and at nothing outside.
struct Taps {
  std::size_t length, count;
  std::ptrdiff_t firstOffset, offsetStep;

  // The convolution itself reads x there; its gradient towards x reads dy mirrored.
  static Taps forward(std::size_t length, std::size_t kernelSize, std::size_t dilation, std::size_t padLeft);
  static Taps mirrored(std::size_t length, std::size_t kernelSize, std::size_t dilation, std::size_t padLeft);

  std::ptrdiff_t offset(std::size_t tap) const { return firstOffset + static_cast<std::ptrdiff_t>(tap) * offsetStep; }
};

// Floats of packTaps.
std::size_t packedTapsSize(std::size_t taps, std::size_t in, std::size_t out);

// The matrices of filter [taps, in, out] for sums of `rows` rows, from `in` channels to `out`; transposed: from `out` channels to `in`.
std::vector<Panels> packTaps(std::size_t rows, std::size_t taps, std::size_t in, std::size_t out, const float* filter, bool transposed, float* packed);

// What sumTaps adds to the sum over the taps.
struct TapSumEnds {
  const float* bias = nullptr;    // [out]
  const float* addend = nullptr;  // [batch, length, out]
  Ahead ahead[2] = {};
};

// A tile of y [batch, length, out] = the sum over k of x [batch, length, in] at tap k times matrix k, + bias + addend. A
// row comes out with the same bits whichever tile it is in.
void sumTaps(const Taps& taps, std::size_t in, std::size_t out, const std::vector<Panels>& matrices, const float* x,
             const TapSumEnds& ends, const Tile& tile, float* y);

// c [m, n] += a^T b of the term, whose a is [k, m].
void addTransposedProduct(std::size_t m, std::size_t n, const Term& term, float* c, const Ahead& ahead);

// dFilter [taps, in, out] += the sum over the tile's rows of (x [batch, length, in] at tap k)^T dY. dY [rows, out] is the tile alone.
void addTapGradients(const Taps& taps, std::size_t in, std::size_t out, const float* x, const Panels& dY, const Tile& tile,
                     const Ahead& ahead, float* dFilter);

}  // namespace wetas
