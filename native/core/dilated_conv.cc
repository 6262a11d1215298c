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
  const auto [batch, length, in, out, kernelSize, dilation, padLeft] = shape;
  const Taps taps = Taps::forward(length, kernelSize, dilation, padLeft);
  float* packed = scratch<Scratch::kPackedWeights>(packedTapsSize(kernelSize, in, out));
  const std::vector<Panels> matrices = packTaps(batch * length, kernelSize, in, out, filter, false, packed);
  forEachTile(Tiles(batch, length, std::max(in, out)), [&, in = in, out = out](const Tile& tile, const Tile& next) {
    sumTaps(taps, in, out, matrices, x, {bias, nullptr, {next.of(x, in)}}, tile, y);
  });
}

void dilatedConv1dGradInput(const ConvShape& shape, const float* dy, const float* filter, float* dx) {
  check(shape);
  const auto [batch, length, in, out, kernelSize, dilation, padLeft] = shape;
  const Taps taps = Taps::mirrored(length, kernelSize, dilation, padLeft);
  float* packed = scratch<Scratch::kPackedWeights>(packedTapsSize(kernelSize, in, out));
  const std::vector<Panels> matrices = packTaps(batch * length, kernelSize, in, out, filter, true, packed);
  forEachTile(Tiles(batch, length, std::max(in, out)), [&, in = in, out = out](const Tile& tile, const Tile& next) {
    sumTaps(taps, out, in, matrices, dy, {nullptr, nullptr, {next.of(dy, out)}}, tile, dx);
  });
}

void dilatedConv1dGradFilter(const ConvShape& shape, const float* x, const float* dy, float* dFilter, float* dBias) {
  check(shape);
  const auto [batch, length, in, out, kernelSize, dilation, padLeft] = shape;
  const Taps taps = Taps::forward(length, kernelSize, dilation, padLeft);
  const Tiles tiles(batch, length, std::max(in, out));
  const std::size_t filterSize = kernelSize * in * out;
  float* sums = scratch<Scratch::kGradients>(filterSize + out);
  sumOverTiles(tiles, filterSize + out, sums, [&, in = in, out = out](const Tile& tile, const Tile& next, float* partial) {
    const float* dyTile = dy + tile.row * out;
    float* packedRows = scratch<Scratch::kPackedRows>(packedSize(tiles.rowsPerTile(), out));
    const Panels packed = packMatrix(tile.rows, out, dyTile, out, false, packedRows);
    addTapGradients(taps, in, out, x, packed, tile, next.of(x, in), partial);
    addColumnSums(tile.rows, out, dyTile, out, partial + filterSize);
  });
  std::copy_n(sums, filterSize, dFilter);
  if (dBias) std::copy_n(sums + filterSize, out, dBias);
}

}  // namespace wetas
