// DiCNN (docs/method.md, section 3) in causal context, forward only, over a series that comes in stretches of any length: each convolution finds
// the rows before a stretch in a state of (kernelSize - 1) * dilation rows, whatever the length of the series. Before the first row
// every convolution reads zeros, as its padding has them.
//
// The output of a row has the same bits however the series is cut into stretches, one row at a time included: every row goes through the same sums in the
// same order, because gemm treats each row of its product alike and no tap is ever left out.
#pragma once

#include <cstddef>

namespace wetas {

// Block i has dilation dilationBase^i. All functions throw std::invalid_argument where kernelSize < 2, another size is 0, or one is absurd.
struct CausalNetworkShape {
  std::size_t channels, hidden, output, kernelSize, dilationBase, layers;
};

// Of all parameters in floats, in the order of the network: filter [kernelSize, in, out] and bias of the entry; of each block filter, bias, skip weight
// [in, out], skip bias, out weight, out bias; of the two head convolutions weight and bias; weight [output] and bias of the linear layer.
std::size_t causalNetworkParameters(const CausalNetworkShape& shape);
// Of what packCausalNetwork writes, in floats; it fits no other instruction set.
std::size_t causalNetworkPackedSize(const CausalNetworkShape& shape);
// Of the state, in floats; all zeros before the first row.
std::size_t causalNetworkStateSize(const CausalNetworkShape& shape);
// The state repeats its layout after so many rows.
std::size_t causalNetworkPeriod(const CausalNetworkShape& shape);

void packCausalNetwork(const CausalNetworkShape& shape, const float* parameters, float* packed);

// The next `rows` rows: x [rows, channels] -> hiddenOutput [rows, output], of which the linear layer makes denseLogit [rows].
// position: the number of rows before, modulo the period.
// Throws std::invalid_argument where position is not below the period.
void advanceCausalNetwork(const CausalNetworkShape& shape, const float* packed, std::size_t position, std::size_t rows, const float* x, float* state,
                          float* hiddenOutput, float* denseLogit);

}  // namespace wetas
