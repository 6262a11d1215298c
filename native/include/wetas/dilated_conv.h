// Dilated 1-D convolution over [batch, length, channels], output as long as the input.
#pragma once

#include <cstddef>

namespace wetas {

// Tap k of a filter [kernelSize, in, out] reads x at timestep t - padLeft + k * dilation, zero outside the sample.
// Causal: padLeft = (kernelSize - 1) * dilation; centred: half of that.
struct ConvShape {
  std::size_t batch, length, in, out, kernelSize, dilation, padLeft;
};

// All throw std::invalid_argument where kernelSize or dilation is 0.

// y [batch, length, out] = conv(x [batch, length, in], filter) + bias [out].
void dilatedConv1d(const ConvShape& shape, const float* x, const float* filter, const float* bias, float* y);

// dx [batch, length, in] from dy [batch, length, out].
void dilatedConv1dGradInput(const ConvShape& shape, const float* dy, const float* filter, float* dx);

// dFilter [kernelSize, in, out] and dBias [out] (may be null), summed over batch and time in a fixed order.
void dilatedConv1dGradFilter(const ConvShape& shape, const float* x, const float* dy, float* dFilter, float* dBias);

}  // namespace wetas
