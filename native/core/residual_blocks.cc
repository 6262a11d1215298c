#include "wetas/residual_blocks.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "core/residual_gradients.h"
#include "core/scratch.h"
#include "core/tap_sum.h"
#include "core/thread_pool.h"
#include "core/tiles.h"
#include "kernels/cpu/gate.h"
#include "kernels/cpu/gemm.h"
#include "kernels/cpu/rows.h"
#include "wetas/device.h"

namespace wetas {
namespace {

constexpr std::size_t kMaskElements = 16384;  // of one task
// Tiles that add to the gradients of weights together, for these to be read and written less often; of more, not all is in the second cache yet.
constexpr std::size_t kTilesTogether = 3;

void checkRate(const char* name, double rate) {
  if (rate >= 0 && rate < 1) return;
  throw std::invalid_argument(std::string("expected a number in [0, 1) for `") + name + "` but received " + std::to_string(rate));
}

void check(const ResidualBlocksShape& shape, const std::vector<ResidualBlock>& blocks) {
  if (blocks.empty()) throw std::invalid_argument("expected at least 1 block for `blocks` but received 0");
  if (shape.kernelSize < 1) throw std::invalid_argument("expected a whole number of at least 1 for `kernelSize` but received 0");
  for (const ResidualBlock& block : blocks) {
    if (block.dilation < 1) throw std::invalid_argument("expected a whole number of at least 1 for `dilation` but received 0");
  }
  checkRate("dropoutRate", shape.dropoutRate);
}

// The weights of a block as products take them.
struct PackedBlock {
  std::vector<Panels> filter;
  Panels skipWeight, outWeight;
};

// transposed: for the way back.
std::vector<PackedBlock> packBlocks(const ResidualBlocksShape& shape, const std::vector<ResidualBlock>& blocks, bool transposed) {
  const std::size_t channels = shape.channels, matrix = packedSize(channels, channels), blockSize = (shape.kernelSize + 2) * matrix;
  float* packed = scratch<Scratch::kPackedWeights>(blocks.size() * blockSize);
  std::vector<PackedBlock> packedBlocks;
  for (const ResidualBlock& block : blocks) {
    const auto pack = [&](const float* weight, float* to) { return packMatrix(shape.precision, channels, channels, weight, channels, transposed, to); };
    packedBlocks.push_back({packTaps(shape.precision, shape.kernelSize, channels, channels, block.filter, transposed, packed + 2 * matrix),
                            pack(block.skipWeight, packed), block.outWeight ? pack(block.outWeight, packed + matrix) : Panels{}});
    packed += blockSize;
  }
  return packedBlocks;
}

// Samples go through all blocks one by one, for what a block hands on to be in the second cache yet, or together where they are too few for all threads.
bool goTogether(std::size_t samples) { return samples < threadCount(); }

// The parts of `kept`.
struct Kept {
  const ResidualBlocksShape& shape;
  std::size_t blocks;

  std::size_t values() const { return shape.batch * shape.length * shape.channels; }
  std::size_t preActivation(std::size_t block) const { return block * values(); }
  // What a block but the last hands on.
  std::size_t xOut(std::size_t block) const { return (blocks + block) * values(); }
  std::size_t size() const { return blocks == 0 ? 0 : (2 * blocks - 1) * values(); }
};

}  // namespace

std::size_t residualBlocksKept(const ResidualBlocksShape& shape, std::size_t blocks) { return Kept{shape, blocks}.size(); }

void residualBlocks(const ResidualBlocksShape& shape, const std::vector<ResidualBlock>& blocks, const float* x, float* kept, float* xOut, float* skipOut) {
  check(shape, blocks);
  const std::size_t length = shape.length, channels = shape.channels;
  const Precision precision = shape.precision;
  const std::vector<PackedBlock> packed = packBlocks(shape, blocks, false);
  const Kept keptParts{shape, blocks.size()};

  const auto runSamples = [&](std::size_t firstSample, std::size_t samples) {
    const Tiles tiles(samples, length, channels);
    const std::size_t firstValue = firstSample * length * channels, values = samples * length * channels;
    // Without `kept`, what blocks hand on lies in two places by turns.
    float* between = kept ? nullptr : scratch<Scratch::kBetweenBlocks>(2 * values);
    const float* input = x + firstValue;
    float* skip = skipOut + firstValue;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const ResidualBlock& block = blocks[i];
      const bool isFirst = i == 0, isLast = i + 1 == blocks.size();
      const Dropout dropout(shape.dropoutRate, block.dropoutSeed);
      const TapSum convolution{precision, Taps::forward(length, shape.kernelSize, block.dilation, block.padLeft), channels, channels, packed[i].filter,
                               input,     block.bias};
      float* preActivation = kept ? kept + keptParts.preActivation(i) + firstValue : nullptr;
      float* output = kept ? kept + keptParts.xOut(i) + firstValue : between + i % 2 * values;
      if (isLast) output = xOut ? xOut + firstValue : nullptr;
      forEachTile(tiles, [&](const Tile& tile, const Tile& next) {
        const std::size_t first = tile.row * channels;
        float* g = scratch<Scratch::kGate>(tiles.rowsPerTile() * channels);
        float* a = preActivation ? preActivation + first : g;
        sumTaps(convolution, tile, a, isFirst ? tile.of(skip, channels) : Ahead{}, output ? tile.of(output, channels) : Ahead{});
        gateForward(tile.rows * channels, firstValue + first, dropout, a, g);
        const Term skipTerm{g, channels, packed[i].skipWeight, channels};
        Gemm skipTask{precision, tile.rows, channels, &skipTerm, 1, skip + first, channels};
        skipTask.bias = block.skipBias;
        skipTask.accumulate = !isFirst;
        if (isFirst) skipTask.ahead[0] = next.of(input, channels);
        gemm(skipTask);
        if (!output) return;
        const Term outTerm{g, channels, packed[i].outWeight, channels};
        Gemm outTask{precision, tile.rows, channels, &outTerm, 1, output + first, channels};
        outTask.bias = block.outBias;
        outTask.addend = input + first;
        outTask.addendStride = channels;
        if (preActivation) outTask.ahead[0] = next.of(preActivation, channels);
        gemm(outTask);
      });
      input = output;
    }
  };
  if (goTogether(shape.batch)) return runSamples(0, shape.batch);
  parallelFor(shape.batch, [&](std::size_t sample) { runSamples(sample, 1); });
}

void residualBlocksGrad(const ResidualBlocksShape& shape, const std::vector<ResidualBlock>& blocks, const float* x, const float* kept,
                        const float* dXOut, const float* dSkipOut, float* dx, const std::vector<ResidualBlockGradients>& gradients) {
  check(shape, blocks);
  const std::size_t length = shape.length, channels = shape.channels, kernelSize = shape.kernelSize;
  const Precision precision = shape.precision;
  const std::vector<PackedBlock> packed = packBlocks(shape, blocks, true);
  const Kept keptParts{shape, blocks.size()};

  const GradientOffsets at(kernelSize, channels);
  GradientSum sum(at, gradients);
  const std::size_t size = sum.size(), tilesPerSample = Tiles(1, length, channels).count();
  const Chunks chunks(shape.batch, tilesPerSample);
  const std::size_t parts = chunks.partsPerSample;

  // `partials`: of the first sample's parts, and then of the next one's.
  const auto runSamples = [&](std::size_t firstSample, std::size_t samples, float* partials) {
    const Tiles tiles(samples, length, channels);
    const std::size_t firstValue = firstSample * length * channels, values = samples * length * channels;
    float* dA = scratch<Scratch::kPreActivationGradient>(values);
    float* dInput = dx ? dx + firstValue : scratch<Scratch::kBetweenBlocks>(values);
    const float* dSkip = dSkipOut + firstValue;
    const float* arriving = dXOut ? dXOut + firstValue : nullptr;  // at the block's output convolution
    for (std::size_t i = blocks.size(); i-- > 0;) {
      const ResidualBlock& block = blocks[i];
      const Dropout dropout(shape.dropoutRate, block.dropoutSeed);
      const float* input = (i == 0 ? x : kept + keptParts.xOut(i - 1)) + firstValue;
      const float* preActivation = kept + keptParts.preActivation(i) + firstValue;

      // First dA and the gradients of all weights; then the input's, whose taps reach into neighbouring tiles of dA.
      const auto passTile = [&](const Tile& tile, float* g) {
        const std::size_t rows = tile.rows, first = tile.row * channels;
        const Term terms[2] = {{dSkip + first, channels, packed[i].skipWeight, channels},
                               {arriving ? arriving + first : nullptr, channels, packed[i].outWeight, channels}};
        Gemm task{precision, rows, channels, terms, arriving ? std::size_t{2} : std::size_t{1}, dA + first, channels};
        task.ahead[0] = tile.of(preActivation, channels);
        task.ahead[1] = tile.of(input, channels);
        gemm(task);
        gateBackward(rows * channels, firstValue + first, dropout, preActivation + first, dA + first, dA + first, g);
      };
      const TapGradients filterGradients{precision, Taps::forward(length, kernelSize, block.dilation, block.padLeft), channels, channels, input, dA};
      const auto addWeights = [&](const Tile& together, const Tile& next, const float* g, float* partial) {
        const std::size_t rows = together.rows, first = together.row * channels;
        float* packedRows = scratch<Scratch::kPackedRows>(packedSize(kTilesTogether * tiles.rowsPerTile(), channels));
        addTapGradients(filterGradients, together, {}, {}, packedRows, partial + at.filter);
        addColumnSums(rows, channels, dA + first, channels, partial + at.bias);
        // g^T times the gradient that arrives at one of the two 1x1 convolutions.
        const auto addPointwise = [&](const float* dOut, const Ahead& ahead, float* dWeight) {
          const Term term{g, channels, readMatrix(precision, rows, channels, dOut + first, channels, packedRows), rows};
          Gemm product{precision, channels, channels, &term, 1, dWeight, channels};
          product.transposeA = product.accumulate = true;
          product.ahead[0] = ahead;
          gemm(product);
        };
        addPointwise(dSkip, next.of(preActivation, channels), partial + at.skipWeight);
        if (i + 1 == blocks.size()) addColumnSums(rows, channels, dSkip + first, channels, partial + at.skipBias);
        if (!arriving) return;
        addPointwise(arriving, {}, partial + at.outWeight);
        addColumnSums(rows, channels, arriving + first, channels, partial + at.outBias);
      };
      parallelFor(samples * parts, [&](std::size_t part) {
        const std::size_t firstTile = part / parts * tilesPerSample, inSample = part % parts;
        const std::size_t end = firstTile + tilesPerSample * (inSample + 1) / parts;
        float* g = scratch<Scratch::kGate>(kTilesTogether * tiles.rowsPerTile() * channels);
        for (std::size_t t = firstTile + tilesPerSample * inSample / parts; t < end;) {
          Tile together{tiles[t].sample, tiles[t].firstRow, 0, tiles[t].row};
          for (const std::size_t behind = std::min(end, t + kTilesTogether); t < behind; ++t) {
            passTile(tiles[t], g + together.rows * channels);
            together.rows += tiles[t].rows;
          }
          addWeights(together, tiles[t], g, partials + part * size + i * at.size);
        }
      });

      if (i == 0 && !dx) break;
      TapSum inputGradient{precision, Taps::mirrored(length, kernelSize, block.dilation, block.padLeft), channels, channels, packed[i].filter, dA};
      // What arrives goes past the convolution too. It is where the sum is to be, but for the last block.
      inputGradient.accumulate = arriving == dInput;
      if (arriving != dInput) inputGradient.addend = arriving;
      forEachTile(tiles, [&](const Tile& tile, const Tile&) {
        sumTaps(inputGradient, tile, dInput + tile.row * channels, i > 0 ? tile.of(kept + keptParts.preActivation(i - 1) + firstValue, channels) : Ahead{});
      });
      arriving = dInput;
    }
  };
  // Sums up `samples` samples from `first` on, that are one run, or a run each.
  const auto addSamples = [&](std::size_t first, std::size_t samples, bool together, std::size_t firstChunk) {
    const std::size_t count = (together ? samples : 1) * parts;
    float* partials = scratch<Scratch::kPartialSums>(count * size);
    std::fill_n(partials, count * size, 0.0f);
    if (together) {
      runSamples(first, samples, partials);
    } else {
      for (std::size_t i = 0; i < samples; ++i) runSamples(first + i, 1, partials);
    }
    for (std::size_t i = 0; i < count; ++i) sum.add(firstChunk + i, partials + i * size);
  };
  if (goTogether(shape.batch) && chunks.runs == shape.batch) return addSamples(0, shape.batch, true, 0);
  parallelFor(chunks.runs, [&](std::size_t run) {
    const std::size_t first = shape.batch * run / chunks.runs, end = shape.batch * (run + 1) / chunks.runs;
    addSamples(first, end - first, false, run * parts);
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
