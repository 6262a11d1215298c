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
  const std::size_t channels = shape.channels;
  const bool last = weights.outWeight == nullptr;
  const Precision precision = shape.precision;
  const Dropout dropout(shape.dropoutRate, shape.dropoutSeed);

  const std::size_t matrix = packedSize(channels, channels);
  float* packed = scratch<Scratch::kPackedWeights>((shape.kernelSize + 2) * matrix);
  const std::vector<Panels> filter = packTaps(precision, shape.kernelSize, channels, channels, weights.filter, false, packed + 2 * matrix);
  const Panels skipWeight = packMatrix(precision, channels, channels, weights.skipWeight, channels, false, packed);
  const Panels outWeight = last ? Panels{} : packMatrix(precision, channels, channels, weights.outWeight, channels, false, packed + matrix);
  const Taps taps = Taps::forward(shape.length, shape.kernelSize, shape.dilation, shape.padLeft);
  const TapSum convolution{precision, taps, channels, channels, filter, x, weights.bias, nullptr};

  const Tiles tiles(shape.batch, shape.length, channels);
  forEachTile(tiles, [&](const Tile& tile, const Tile& next) {
    const std::size_t first = tile.row * channels;
    float* g = scratch<Scratch::kGate>(tiles.rowsPerTile() * channels);
    float* a = preActivation ? preActivation + first : g;
    sumTaps(convolution, tile, a, skip ? tile.of(skip, channels) : Ahead{});
    gateForward(tile.rows * channels, first, dropout, a, g);
    const auto addPointwise = [&](const Panels& weight, const float* bias, const float* addend, float* out, const Ahead& ahead) {
      const Term term{g, channels, weight, channels};
      Gemm task{precision, tile.rows, channels, &term, 1, out + first, channels};
      task.bias = bias;
      task.addend = addend ? addend + first : nullptr;
      task.addendStride = channels;
      task.ahead[0] = ahead;
      gemm(task);
    };
    addPointwise(skipWeight, weights.skipBias, skip, skipOut, next.of(x, channels));
    if (!last) addPointwise(outWeight, weights.outBias, x, xOut, {});
  });
}

void residualBlockGrad(const ResidualBlockShape& shape, const ResidualBlockWeights& weights, const float* x,
                       const float* preActivation, const float* dXOut, const float* dSkipOut, float* dx,
                       const ResidualBlockGradients& gradients) {
  check(shape);
  const std::size_t length = shape.length, channels = shape.channels, kernelSize = shape.kernelSize;
  const bool last = weights.outWeight == nullptr;
  const Precision precision = shape.precision;
  const Dropout dropout(shape.dropoutRate, shape.dropoutSeed);

  const std::size_t matrix = packedSize(channels, channels);
  float* packed = scratch<Scratch::kPackedWeights>((kernelSize + 2) * matrix);
  const Panels skipWeight = packMatrix(precision, channels, channels, weights.skipWeight, channels, true, packed);
  const Panels outWeight = last ? Panels{} : packMatrix(precision, channels, channels, weights.outWeight, channels, true, packed + matrix);

  // First dA and the gradients of all weights, tile by tile; then dx, whose taps reach into neighbouring tiles of dA.
  const Tiles tiles(shape.batch, length, channels);
  const std::size_t filterSize = kernelSize * channels * channels, weightSize = channels * channels;
  const std::size_t size = filterSize + channels + (last ? 1 : 2) * (weightSize + channels);
  float* dA = scratch<Scratch::kPreActivationGradient>(shape.batch * length * channels);
  float* sums = scratch<Scratch::kGradients>(size);
  const TapGradients filterGradients{precision, Taps::forward(length, kernelSize, shape.dilation, shape.padLeft), channels, channels, x, dA};
  sumOverTiles(tiles, size, sums, [&](const Tile& tile, const Tile& next, float* partial) {
    const std::size_t rows = tile.rows, first = tile.row * channels;
    const Term arriving[2] = {{dSkipOut + first, channels, skipWeight, channels}, {dXOut + first, channels, outWeight, channels}};
    Gemm task{precision, rows, channels, arriving, last ? std::size_t{1} : std::size_t{2}, dA + first, channels};
    task.ahead[0] = tile.of(preActivation, channels);
    task.ahead[1] = tile.of(x, channels);
    gemm(task);
    float* g = scratch<Scratch::kGate>(tiles.rowsPerTile() * channels);
    gateBackward(rows * channels, first, dropout, preActivation + first, dA + first, dA + first, g);

    float* packedRows = scratch<Scratch::kPackedRows>(packedSize(tiles.rowsPerTile(), channels));
    float* dFilter = partial;
    float* dBias = dFilter + filterSize;
    addTapGradients(filterGradients, tile, next.of(dSkipOut, channels), {}, packedRows, dFilter);
    addColumnSums(rows, channels, dA + first, channels, dBias);
    // g^T times the gradient that arrives at one of the two 1x1 convolutions, and that convolution's bias gradient.
    const auto addPointwise = [&](const float* dOut, float* dWeight, const Ahead& ahead) {
      const Term term{g, channels, packMatrix(precision, rows, channels, dOut + first, channels, false, packedRows), rows};
      Gemm product{precision, channels, channels, &term, 1, dWeight, channels};
      product.transposeA = product.accumulate = true;
      product.ahead[0] = ahead;
      gemm(product);
      addColumnSums(rows, channels, dOut + first, channels, dWeight + weightSize);
    };
    addPointwise(dSkipOut, dBias + channels, last ? Ahead{} : next.of(dXOut, channels));
    if (!last) addPointwise(dXOut, dBias + 2 * channels + weightSize, {});
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
  const std::vector<Panels> filter = packTaps(precision, kernelSize, channels, channels, weights.filter, true, packed + 2 * matrix);
  const Taps mirrored = Taps::mirrored(length, kernelSize, shape.dilation, shape.padLeft);
  const TapSum inputGradient{precision, mirrored, channels, channels, filter, dA, nullptr, last ? nullptr : dXOut};
  forEachTile(tiles, [&](const Tile& tile, const Tile& next) {
    sumTaps(inputGradient, tile, dx + tile.row * channels, next.of(dA, channels), last ? Ahead{} : next.of(dXOut, channels));
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
