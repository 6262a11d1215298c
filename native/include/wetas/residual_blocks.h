// The residual blocks of the dilated CNN, fused and one after the other: a = conv(x, filter) + bias; g = dropout(tanh(a) sigmoid(a));
// skipOut = skip + g skipWeight + skipBias; xOut = x + g outWeight + outBias. (docs/method.md, section 3;
// van den Oord et al., WaveNet, 2016, with one pre-activation for both factors of the gate.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "wetas/precision.h"

namespace wetas {

// What all blocks have in common; in = out = channels, dropoutRate in [0, 1), 0 for none (kernels/cpu/dropout.h has the hash).
struct ResidualBlocksShape {
  std::size_t batch, length, channels, kernelSize;
  double dropoutRate;
  Precision precision = Precision::kFloat32;
};

// Taps as in dilated_conv.h; filter [kernelSize, channels, channels], the other weights [channels, channels] as (in, out), biases [channels].
// Where nothing reads what the last block hands on, its outWeight is null and its outBias not used.
struct ResidualBlock {
  std::size_t dilation, padLeft;
  std::uint32_t dropoutSeed;
  const float *filter, *bias, *skipWeight, *skipBias, *outWeight, *outBias;
};

// Shaped as a block's weights; outWeight and outBias are null where the block has none.
struct ResidualBlockGradients {
  float *filter, *bias, *skipWeight, *skipBias, *outWeight, *outBias;
};

// Floats that the backward pass needs of the forward pass of `blocks` blocks: all a, and the x of all blocks but the first.
std::size_t residualBlocksKept(const ResidualBlocksShape& shape, std::size_t blocks);

// x, skipOut (the sum of the blocks' skips) and xOut (of the last block; null where that has no outWeight): [batch, length, channels].
// `kept`: room for residualBlocksKept, or null where there is no backward pass. Throws std::invalid_argument where there is no block, kernelSize or a
// dilation is 0, or dropoutRate is outside [0, 1).
void residualBlocks(const ResidualBlocksShape& shape, const std::vector<ResidualBlock>& blocks, const float* x, float* kept, float* xOut, float* skipOut);

// Gradients from dXOut (null where the last block has no outWeight) and dSkipOut. Biases are not read. dx may be null.
void residualBlocksGrad(const ResidualBlocksShape& shape, const std::vector<ResidualBlock>& blocks, const float* x, const float* kept,
                        const float* dXOut, const float* dSkipOut, float* dx, const std::vector<ResidualBlockGradients>& gradients);

// mask [count] of 0 and 1 / (1 - rate): what a block multiplies its gate by, at flat index i of [batch, length, channels].
// Throws std::invalid_argument where rate is outside [0, 1).
void dropoutMask(double rate, std::uint32_t seed, std::size_t count, float* mask);

}  // namespace wetas
