// Dilated 1-D convolution over [batch, length, channels], output as long as the input.
#pragma once

#include <cstddef>

#include "wetas/precision.h"

namespace wetas {

// Tap k of a filter [kernelSize, in, out] reads x at timestep t - padLeft + k * dilation, zero outside the sample.
// Causal: padLeft = (kernelSize - 1) * dilation; centred: half of that. Where `rectified`, the convolution is of max(x, 0).
struct ConvShape {
  std::size_t batch, length, in, out, kernelSize, dilation, padLeft;
  bool rectified = false;
  Precision precision = Precision::kFloat32;
};

// All throw std::invalid_argument where kernelSize or dilation is 0.

// y [batch, length, out] = conv(x [batch, length, in], filter) + bias [out].
void dilatedConv1d(const ConvShape& shape, const float* x, const float* filter, const float* bias, float* y);

// dx [batch, length, in] from dy [batch, length, out]. x is read only where rectified, and may be null elsewhere.
void dilatedConv1dGradInput(const ConvShape& shape, const float* x, const float* dy, const float* filter, float* dx);

// dFilter [kernelSize, in, out] and dBias [out] (may be null), summed over batch and time in a fixed order.
void dilatedConv1dGradFilter(const ConvShape& shape, const float* x, const float* dy, float* dFilter, float* dBias);

}  // namespace wetas
