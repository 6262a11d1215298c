// The residual block of the dilated CNN, fused: a = conv(x, filter) + bias; g = dropout(tanh(a) sigmoid(a));
// skipOut = skip + g skipWeight + skipBias; xOut = x + g outWeight + outBias. (docs/method.md, section 3;
// van den Oord et al., WaveNet, 2016, with one pre-activation for both factors of the gate.)
#pragma once

#include <cstddef>
#include <cstdint>

#include "wetas/precision.h"

namespace wetas {

// in = out = channels; taps as in dilated_conv.h; dropoutRate in [0, 1), 0 for none (kernels/cpu/dropout.h has the hash).
struct ResidualBlockShape {
  std::size_t batch, length, channels, kernelSize, dilation, padLeft;
  double dropoutRate;
  std::uint32_t dropoutSeed;
  Precision precision = Precision::kFloat32;
};

// filter [kernelSize, channels, channels], the other weights [channels, channels] as (in, out), biases [channels].
// The last block's output convolution feeds nothing: its outWeight is null, and outBias, xOut, dXOut and their gradients
// are not used.
struct ResidualBlockWeights {
  const float *filter, *bias, *skipWeight, *skipBias, *outWeight, *outBias;
};
struct ResidualBlockGradients {
  float *filter, *bias, *skipWeight, *skipBias, *outWeight, *outBias;
};

// x, skip (null for zeros), preActivation (a, saved for the backward pass, or null), xOut, skipOut: [batch, length, channels].
// Throws std::invalid_argument where kernelSize or dilation is 0 or dropoutRate is outside [0, 1).
void residualBlock(const ResidualBlockShape& shape, const ResidualBlockWeights& weights, const float* x, const float* skip,
                   float* preActivation, float* xOut, float* skipOut);

// Gradients from dXOut and dSkipOut, which is also the gradient of skip. Of the weights only
// filter, skipWeight and outWeight are read. dx may be null.
void residualBlockGrad(const ResidualBlockShape& shape, const ResidualBlockWeights& weights, const float* x,
                       const float* preActivation, const float* dXOut, const float* dSkipOut, float* dx,
                       const ResidualBlockGradients& gradients);

// mask [count] of 0 and 1 / (1 - rate): what residualBlock multiplies its gate by, at flat index i of
// [batch, length, channels]. Throws std::invalid_argument where rate is outside [0, 1).
void dropoutMask(double rate, std::uint32_t seed, std::size_t count, float* mask);

}  // namespace wetas
