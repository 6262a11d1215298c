#include "wetas/residual_block.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "core/scratch.h"
#include "core/tap_sum.h"
#include "core/thread_pool.h"
#include "core/tiles.h"
#include "kernels/cpu/gate.h"
#include "kernels/cpu/gemm.h"
#include "kernels/cpu/rows.h"

namespace wetas {
namespace {

constexpr std::size_t kMaskElements = 16384;  // of one task

void checkRate(const char* name, double rate) {
  if (rate >= 0 && rate < 1) return;
  throw std::invalid_argument(std::string("expected a number in [0, 1) for `") + name + "` but received " + std::to_string(rate));
}

void check(const ResidualBlockShape& shape) {
  if (shape.kernelSize < 1) throw std::invalid_argument("expected a whole number of at least 1 for `kernelSize` but received 0");
  if (shape.dilation < 1) throw std::invalid_argument("expected a whole number of at least 1 for `dilation` but received 0");
  checkRate("dropoutRate", shape.dropoutRate);
}

}  // namespace

void residualBlock(const ResidualBlockShape& shape, const ResidualBlockWeights& weights, const float* x, const float* skip,
                   float* preActivation, float* xOut, float* skipOut) {
  check(shape);
  const std::size_t length = shape.length, channels = shape.channels;
  const bool last = weights.outWeight == nullptr;
  const Dropout dropout(shape.dropoutRate, shape.dropoutSeed);
  const Taps taps = Taps::forward(length, shape.kernelSize, shape.dilation, shape.padLeft);

  const std::size_t matrix = packedSize(channels, channels);
  float* packedFilter = scratch<Scratch::kPackedWeights>((shape.kernelSize + 2) * matrix);
  float* packedSkip = packedFilter + shape.kernelSize * matrix;
  float* packedOut = packedSkip + matrix;
  packTaps(shape.kernelSize, channels, channels, weights.filter, false, packedFilter);
  packMatrix(channels, channels, weights.skipWeight, channels, false, packedSkip);
  if (!last) packMatrix(channels, channels, weights.outWeight, channels, false, packedOut);

  const Tiles tiles(shape.batch, length, channels);
  parallelFor(tiles.count(), [&](std::size_t i) {
    const Tile tile = tiles[i];
    const std::size_t sample = tile.sample * length * channels, first = sample + tile.firstRow * channels;
    sumTaps(taps, channels, channels, packedFilter, x + sample, nullptr, weights.bias, tile.firstRow, tile.rows,
            preActivation + sample);
    float* g = scratch<Scratch::kGate>(tiles.rowsPerTile() * channels);
    gateForward(tile.rows * channels, first, dropout, preActivation + first, g);
    gemm({tile.rows, channels, channels, g, channels, false, packedSkip, channels, 0, skip + first, channels,
          weights.skipBias, skipOut + first, channels});
    if (!last) {
      gemm({tile.rows, channels, channels, g, channels, false, packedOut, channels, 0, x + first, channels,
            weights.outBias, xOut + first, channels});
    }
  });
}

void residualBlockGrad(const ResidualBlockShape& shape, const ResidualBlockWeights& weights, const float* x,
                       const float* preActivation, const float* dXOut, const float* dSkipOut, float* dx,
                       const ResidualBlockGradients& gradients) {
  check(shape);
  const std::size_t length = shape.length, channels = shape.channels, kernelSize = shape.kernelSize;
  const bool last = weights.outWeight == nullptr;
  const Dropout dropout(shape.dropoutRate, shape.dropoutSeed);

  const std::size_t matrix = packedSize(channels, channels);
  float* packedFilter = scratch<Scratch::kPackedWeights>((kernelSize + 2) * matrix);
  float* packedSkip = packedFilter + kernelSize * matrix;
  float* packedOut = packedSkip + matrix;
  if (dx) packTaps(kernelSize, channels, channels, weights.filter, true, packedFilter);
  packMatrix(channels, channels, weights.skipWeight, channels, true, packedSkip);
  if (!last) packMatrix(channels, channels, weights.outWeight, channels, true, packedOut);

  // First dA and the gradients of all weights, tile by tile; then dx, whose taps reach into neighbouring tiles of dA.
  const Tiles tiles(shape.batch, length, channels);
  const std::size_t filterSize = kernelSize * channels * channels, weightSize = channels * channels;
  const std::size_t size = filterSize + channels + (last ? 1 : 2) * (weightSize + channels);
  float* dA = scratch<Scratch::kPreActivationGradient>(shape.batch * length * channels);
  float* sums = scratch<Scratch::kGradients>(size);
  const Taps taps = Taps::forward(length, kernelSize, shape.dilation, shape.padLeft);
  sumOverTiles(tiles, size, sums, [&](const Tile& tile, float* partial) {
    const std::size_t rows = tile.rows, sample = tile.sample * length * channels;
    const std::size_t first = sample + tile.firstRow * channels;
    float* dATile = dA + first;
    gemm({rows, channels, channels, dSkipOut + first, channels, false, packedSkip, channels, 0, nullptr, 0, nullptr, dATile, channels});
    if (!last) {
      gemm({rows, channels, channels, dXOut + first, channels, false, packedOut, channels, 0, dATile, channels, nullptr, dATile, channels});
    }
    float* g = scratch<Scratch::kGate>(tiles.rowsPerTile() * channels);
    gateBackward(rows * channels, first, dropout, preActivation + first, dATile, dATile, g);

    float* packedRows = scratch<Scratch::kPackedRows>(packedSize(tiles.rowsPerTile(), channels));
    float* dFilter = partial;
    float* dBias = dFilter + filterSize;
    addTapGradients(taps, channels, channels, x + sample, dATile, tile.firstRow, rows, packedRows, dFilter);
    addColumnSums(rows, channels, dATile, channels, dBias);
    // g^T times the gradient that arrives at one of the two 1x1 convolutions, and that convolution's bias gradient.
    const auto addPointwise = [&](const float* arriving, float* dWeight) {
      packMatrix(rows, channels, arriving, channels, false, packedRows);
      gemm({channels, channels, rows, g, channels, true, packedRows, rows, 0, dWeight, channels, nullptr, dWeight, channels});
      addColumnSums(rows, channels, arriving, channels, dWeight + weightSize);
    };
    addPointwise(dSkipOut + first, dBias + channels);
    if (!last) addPointwise(dXOut + first, dBias + 2 * channels + weightSize);
  });

  const float* next = sums;
  const auto take = [&](std::size_t count, float* gradient) {
    std::copy_n(next, count, gradient);
    next += count;
  };
  take(filterSize, gradients.filter);
  take(channels, gradients.bias);
  take(weightSize, gradients.skipWeight);
  take(channels, gradients.skipBias);
  if (!last) {
    take(weightSize, gradients.outWeight);
    take(channels, gradients.outBias);
  }

  if (!dx) return;
  const Taps mirrored = Taps::mirrored(length, kernelSize, shape.dilation, shape.padLeft);
  parallelFor(tiles.count(), [&](std::size_t i) {
    const Tile tile = tiles[i];
    const std::size_t sample = tile.sample * length * channels;
    sumTaps(mirrored, channels, channels, packedFilter, dA + sample, last ? nullptr : dXOut + sample, nullptr,
            tile.firstRow, tile.rows, dx + sample);
  });
}

void dropoutMask(double rate, std::uint32_t seed, std::size_t count, float* mask) {
  checkRate("rate", rate);
  const Dropout dropout(rate, seed);
  parallelFor((count + kMaskElements - 1) / kMaskElements, [&](std::size_t i) {
    const std::size_t first = i * kMaskElements;
    fillDropoutMask(std::min(kMaskElements, count - first), first, dropout, mask + first);
  });
}

}  // namespace wetas
