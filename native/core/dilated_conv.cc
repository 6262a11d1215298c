#include "wetas/dilated_conv.h"

#include <algorithm>
#include <stdexcept>

#include "core/scratch.h"
#include "core/tap_sum.h"
#include "core/thread_pool.h"
#include "core/tiles.h"
#include "kernels/cpu/gemm.h"
#include "kernels/cpu/rows.h"

namespace wetas {
namespace {

void check(const ConvShape& shape) {
  if (shape.kernelSize < 1) throw std::invalid_argument("expected a whole number of at least 1 for `kernelSize` but received 0");
  if (shape.dilation < 1) throw std::invalid_argument("expected a whole number of at least 1 for `dilation` but received 0");
}

}  // namespace

void dilatedConv1d(const ConvShape& shape, const float* x, const float* filter, const float* bias, float* y) {
  check(shape);
  const auto [batch, length, in, out, kernelSize, dilation, padLeft, rectified, precision] = shape;
  float* packed = scratch<Scratch::kPackedWeights>(packedTapsSize(kernelSize, in, out));
  const std::vector<Panels> matrices = packTaps(precision, kernelSize, in, out, filter, false, packed);
  const TapSum sum{precision, Taps::forward(length, kernelSize, dilation, padLeft), in, out, matrices, x, bias, nullptr, rectified};
  forEachTile(Tiles(batch, length, std::max(in, out)), [&](const Tile& tile, const Tile& next) {
    sumTaps(sum, tile, y + tile.row * sum.out, next.of(x, sum.in));
  });
}

void dilatedConv1dGradInput(const ConvShape& shape, const float* x, const float* dy, const float* filter, float* dx) {
  check(shape);
  const auto [batch, length, in, out, kernelSize, dilation, padLeft, rectified, precision] = shape;
  float* packed = scratch<Scratch::kPackedWeights>(packedTapsSize(kernelSize, in, out));
  const std::vector<Panels> matrices = packTaps(precision, kernelSize, in, out, filter, true, packed);
  const TapSum sum{precision, Taps::mirrored(length, kernelSize, dilation, padLeft), out, in, matrices, dy, nullptr, nullptr};
  forEachTile(Tiles(batch, length, std::max(in, out)), [&](const Tile& tile, const Tile& next) {
    const std::size_t first = tile.row * shape.in;
    sumTaps(sum, tile, dx + first, next.of(dy, sum.in), shape.rectified ? tile.of(x, shape.in) : Ahead{});
    if (shape.rectified) clearWhereNotPositive(tile.rows * shape.in, x + first, dx + first);
  });
}

void dilatedConv1dGradFilter(const ConvShape& shape, const float* x, const float* dy, float* dFilter, float* dBias) {
  check(shape);
  const auto [batch, length, in, out, kernelSize, dilation, padLeft, rectified, precision] = shape;
  const Tiles tiles(batch, length, std::max(in, out));
  const std::size_t filterSize = kernelSize * in * out;
  float* sums = scratch<Scratch::kGradients>(filterSize + out);
  const TapGradients gradients{precision, Taps::forward(length, kernelSize, dilation, padLeft), in, out, x, dy, rectified};
  sumOverTiles(tiles, filterSize + out, sums, [&, out = out](const Tile& tile, const Tile& next, float* partial) {
    float* packed = scratch<Scratch::kPackedRows>(packedSize(tiles.rowsPerTile(), out));
    addTapGradients(gradients, tile, next.of(dy, out), next.of(x, gradients.in), packed, partial);
    addColumnSums(tile.rows, out, dy + tile.row * out, out, partial + filterSize);
  });
  std::copy_n(sums, filterSize, dFilter);
  if (dBias) std::copy_n(sums + filterSize, out, dBias);
}

}  // namespace wetas
