#include <cstdint>

#include "binding/arguments.h"
#include "binding/bindings.h"
#include "wetas/adam.h"
#include "wetas/dilated_conv.h"
#include "wetas/matmul.h"
#include "wetas/max_over_time.h"
#include "wetas/residual_blocks.h"

namespace wetas::binding {
namespace {

// 0: float32, 1: bfloat16.
Precision readPrecision(Arguments& arguments) {
  const std::size_t code = arguments.size("precision");
  if (code > 1) throw std::out_of_range("expected 0 or 1 for `precision` but received " + std::to_string(code));
  return static_cast<Precision>(code);
}

ConvShape readConvShape(Arguments& arguments) {
  ConvShape shape{};
  shape.batch = arguments.size("batch");
  shape.length = arguments.size("length");
  shape.in = arguments.size("inChannels");
  shape.out = arguments.size("outChannels");
  shape.kernelSize = arguments.size("kernelSize");
  shape.dilation = arguments.size("dilation");
  shape.padLeft = arguments.size("padLeft");
  shape.rectified = arguments.boolean("rectified");
  shape.precision = readPrecision(arguments);
  return shape;
}

std::size_t inputSize(const ConvShape& shape) { return product({shape.batch, shape.length, shape.in}); }
std::size_t outputSize(const ConvShape& shape) { return product({shape.batch, shape.length, shape.out}); }
std::size_t filterSize(const ConvShape& shape) { return product({shape.kernelSize, shape.in, shape.out}); }

// dilatedConv1d(sizes, x, filter, bias, y)
void dilatedConv1dFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const ConvShape shape = readConvShape(arguments);
  const float* x = arguments.input<float>("x", inputSize(shape));
  const float* filter = arguments.input<float>("filter", filterSize(shape));
  const float* bias = arguments.input<float>("bias", shape.out);
  float* y = arguments.output<float>("y", outputSize(shape));
  dilatedConv1d(shape, x, filter, bias, y);
}

// dilatedConv1dGradInput(sizes, x, dy, filter, dx)
void dilatedConv1dGradInputFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const ConvShape shape = readConvShape(arguments);
  const float* x = arguments.optionalInput<float>("x", inputSize(shape));
  if (shape.rectified && x == nullptr) throw std::invalid_argument("expected `x` where `rectified`");
  const float* dy = arguments.input<float>("dy", outputSize(shape));
  const float* filter = arguments.input<float>("filter", filterSize(shape));
  float* dx = arguments.output<float>("dx", inputSize(shape));
  dilatedConv1dGradInput(shape, x, dy, filter, dx);
}

// dilatedConv1dGradFilter(sizes, x, dy, dFilter, dBias)
void dilatedConv1dGradFilterFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const ConvShape shape = readConvShape(arguments);
  const float* x = arguments.input<float>("x", inputSize(shape));
  const float* dy = arguments.input<float>("dy", outputSize(shape));
  float* dFilter = arguments.output<float>("dFilter", filterSize(shape));
  float* dBias = arguments.optionalOutput<float>("dBias", shape.out);
  dilatedConv1dGradFilter(shape, x, dy, dFilter, dBias);
}

ResidualBlocksShape readBlocksShape(Arguments& arguments) {
  ResidualBlocksShape shape{};
  shape.batch = arguments.size("batch");
  shape.length = arguments.size("length");
  shape.channels = arguments.size("channels");
  shape.kernelSize = arguments.size("kernelSize");
  shape.dropoutRate = arguments.number("dropoutRate");
  shape.precision = readPrecision(arguments);
  return shape;
}

// dilation, padLeft, dropoutSeed, filter, bias, skipWeight, skipBias, outWeight, outBias of each block.
std::vector<ResidualBlock> readBlocks(Arguments& arguments, const ResidualBlocksShape& shape) {
  const std::size_t matrix = product({shape.channels, shape.channels}), filter = product({shape.kernelSize, matrix});
  const std::size_t count = arguments.size("blocks");
  std::vector<ResidualBlock> blocks;  // grows as blocks are read: their number is not to be trusted
  while (blocks.size() < count) {
    ResidualBlock& block = blocks.emplace_back();
    block.dilation = arguments.size("dilation");
    block.padLeft = arguments.size("padLeft");
    block.dropoutSeed = static_cast<std::uint32_t>(arguments.size("dropoutSeed"));
    block.filter = arguments.input<float>("filter", filter);
    block.bias = arguments.input<float>("bias", shape.channels);
    block.skipWeight = arguments.input<float>("skipWeight", matrix);
    block.skipBias = arguments.input<float>("skipBias", shape.channels);
    block.outWeight = arguments.optionalInput<float>("outWeight", matrix);
    block.outBias = arguments.optionalInput<float>("outBias", shape.channels);
    const bool isLast = blocks.size() == count;
    if ((block.outWeight == nullptr) != (block.outBias == nullptr) || (block.outWeight == nullptr && !isLast)) {
      throw std::invalid_argument("expected `outWeight` and `outBias` of every block, or both null in the last");
    }
  }
  return blocks;
}

// What belongs to the output convolution of the last block, and is null without it.
void checkBelongs(const std::vector<ResidualBlock>& blocks, const void* pointer, const char* name) {
  if (blocks.empty() || (blocks.back().outWeight == nullptr) == (pointer == nullptr)) return;
  throw std::invalid_argument(std::string("expected `") + name + "` to be null exactly where the last `outWeight` is");
}

std::size_t valuesOf(const ResidualBlocksShape& shape) { return product({shape.batch, shape.length, shape.channels}); }

std::size_t keptOf(const ResidualBlocksShape& shape, std::size_t blocks) {
  product({2 * blocks, valuesOf(shape)});  // throws where it does not fit
  return residualBlocksKept(shape, blocks);
}

// residualBlocks(sizes, blocks, x, kept, xOut, skipOut)
void residualBlocksFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const ResidualBlocksShape shape = readBlocksShape(arguments);
  const std::vector<ResidualBlock> blocks = readBlocks(arguments, shape);
  const std::size_t values = valuesOf(shape);
  const float* x = arguments.input<float>("x", values);
  float* kept = arguments.optionalOutput<float>("kept", keptOf(shape, blocks.size()));
  float* xOut = arguments.optionalOutput<float>("xOut", values);
  float* skipOut = arguments.output<float>("skipOut", values);
  checkBelongs(blocks, xOut, "xOut");
  residualBlocks(shape, blocks, x, kept, xOut, skipOut);
}

// residualBlocksGrad(sizes, blocks, x, kept, dXOut, dSkipOut, dx, and of each block dFilter, dBias, dSkipWeight, dSkipBias, dOutWeight, dOutBias)
void residualBlocksGradFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const ResidualBlocksShape shape = readBlocksShape(arguments);
  const std::vector<ResidualBlock> blocks = readBlocks(arguments, shape);
  const std::size_t values = valuesOf(shape), matrix = product({shape.channels, shape.channels});
  const float* x = arguments.input<float>("x", values);
  const float* kept = arguments.input<float>("kept", keptOf(shape, blocks.size()));
  const float* dXOut = arguments.optionalInput<float>("dXOut", values);
  const float* dSkipOut = arguments.input<float>("dSkipOut", values);
  float* dx = arguments.optionalOutput<float>("dx", values);
  checkBelongs(blocks, dXOut, "dXOut");
  std::vector<ResidualBlockGradients> gradients(blocks.size());
  for (ResidualBlockGradients& gradient : gradients) {
    gradient.filter = arguments.output<float>("dFilter", product({shape.kernelSize, matrix}));
    gradient.bias = arguments.output<float>("dBias", shape.channels);
    gradient.skipWeight = arguments.output<float>("dSkipWeight", matrix);
    gradient.skipBias = arguments.output<float>("dSkipBias", shape.channels);
    const bool hasOutput = &gradient != &gradients.back() || blocks.back().outWeight != nullptr;
    gradient.outWeight = hasOutput ? arguments.output<float>("dOutWeight", matrix) : nullptr;
    gradient.outBias = hasOutput ? arguments.output<float>("dOutBias", shape.channels) : nullptr;
  }
  residualBlocksGrad(shape, blocks, x, kept, dXOut, dSkipOut, dx, gradients);
}

// maxOverTime(batch, length, channels, x, mask, maximum, when)
void maxOverTimeFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t batch = arguments.size("batch"), length = arguments.size("length"), channels = arguments.size("channels");
  const float* x = arguments.input<float>("x", product({batch, length, channels}));
  const float* mask = arguments.optionalInput<float>("mask", product({batch, length}));
  float* maximum = arguments.output<float>("maximum", product({batch, channels}));
  float* when = arguments.output<float>("when", product({batch, channels}));
  maxOverTime(batch, length, channels, x, mask, maximum, when);
}

// maxOverTimeGrad(batch, length, channels, when, dMaximum, dx)
void maxOverTimeGradFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t batch = arguments.size("batch"), length = arguments.size("length"), channels = arguments.size("channels");
  const float* when = arguments.input<float>("when", product({batch, channels}));
  const float* dMaximum = arguments.input<float>("dMaximum", product({batch, channels}));
  float* dx = arguments.output<float>("dx", product({batch, length, channels}));
  maxOverTimeGrad(batch, length, channels, when, dMaximum, dx);
}

// batchMatMul(batch, m, n, k, aBatch, bBatch, transposeA, transposeB, a, b, c)
void batchMatMulFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  MatMulShape shape{};
  shape.batch = arguments.size("batch");
  shape.m = arguments.size("m");
  shape.n = arguments.size("n");
  shape.k = arguments.size("k");
  shape.aBatch = arguments.size("aBatch");
  shape.bBatch = arguments.size("bBatch");
  shape.transposeA = arguments.boolean("transposeA");
  shape.transposeB = arguments.boolean("transposeB");
  const float* a = arguments.input<float>("a", product({shape.aBatch, shape.m, shape.k}));
  const float* b = arguments.input<float>("b", product({shape.bBatch, shape.k, shape.n}));
  float* c = arguments.output<float>("c", product({shape.batch, shape.m, shape.n}));
  batchMatMul(shape, a, b, c);
}

// dropoutMask(count, rate, seed, mask)
void dropoutMaskFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t count = arguments.size("count");
  const double rate = arguments.number("rate");
  const std::size_t seed = arguments.size("seed");
  dropoutMask(rate, static_cast<std::uint32_t>(seed), count, arguments.output<float>("mask", count));
}

// adamStep(count, step, learningRate, beta1, beta2, epsilon, gradient, params, m, v)
void adamStepFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t count = arguments.size("count");
  const std::size_t step = arguments.size("step");
  AdamOptions options{};
  options.learningRate = arguments.number("learningRate");
  options.beta1 = arguments.number("beta1");
  options.beta2 = arguments.number("beta2");
  options.epsilon = arguments.number("epsilon");
  const float* gradient = arguments.input<float>("gradient", count);
  float* params = arguments.output<float>("params", count);
  float* m = arguments.output<float>("m", count);
  float* v = arguments.output<float>("v", count);
  adamStep(options, step, count, gradient, params, m, v);
}

}  // namespace

void addNetworkFunctions(Napi::Object& exports) {
  add<dilatedConv1dFunction>(exports, "dilatedConv1d");
  add<dilatedConv1dGradInputFunction>(exports, "dilatedConv1dGradInput");
  add<dilatedConv1dGradFilterFunction>(exports, "dilatedConv1dGradFilter");
  add<residualBlocksFunction>(exports, "residualBlocks");
  add<residualBlocksGradFunction>(exports, "residualBlocksGrad");
  add<maxOverTimeFunction>(exports, "maxOverTime");
  add<maxOverTimeGradFunction>(exports, "maxOverTimeGrad");
  add<batchMatMulFunction>(exports, "batchMatMul");
  add<dropoutMaskFunction>(exports, "dropoutMask");
  add<adamStepFunction>(exports, "adamStep");
}

}  // namespace wetas::binding
