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

// The matrices of filter [taps, in, out], from `in` channels to `out`; transposed: from `out` channels to `in`.
std::vector<Panels> packTaps(Precision precision, std::size_t taps, std::size_t in, std::size_t out, const float* filter, bool transposed,
                             float* packed);

// y [batch, length, out] = the sum over k of x [batch, length, in] at tap k times matrix k, + bias + addend.
struct TapSum {
  Precision precision;
  Taps taps;
  std::size_t in, out;
  const std::vector<Panels>& matrices;
  const float* x;
  const float* bias = nullptr;    // [out] or null
  const float* addend = nullptr;  // [batch, length, out] or null
  bool rectified = false;         // of max(x, 0)
  bool accumulate = false;        // y += the sum
};

// A tile of y, [rows, out]. A row comes out with the same bits whichever tile it is in.
void sumTaps(const TapSum& sum, const Tile& tile, float* yTile, const Ahead& ahead, const Ahead& moreAhead = {});

// Gradients of a convolution's filter from one tile.
struct TapGradients {
  Precision precision;
  Taps taps;
  std::size_t in, out;
  const float* x;        // [batch, length, in]
  const float* dY;       // [batch, length, out]
  bool rectified = false;
};

// dFilter [taps, in, out] += the sum over the tile's rows of (x at tap k)^T dY. `packed`: working space of packedSize(rows, out).
void addTapGradients(const TapGradients& gradients, const Tile& tile, const Ahead& ahead, const Ahead& moreAhead, float* packed, float* dFilter);

}  // namespace wetas
