#include <cstdint>

#include "binding/arguments.h"
#include "binding/bindings.h"
#include "wetas/adam.h"
#include "wetas/dilated_conv.h"
#include "wetas/matmul.h"
#include "wetas/residual_block.h"

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

ResidualBlockShape readBlockShape(Arguments& arguments) {
  ResidualBlockShape shape{};
  shape.batch = arguments.size("batch");
  shape.length = arguments.size("length");
  shape.channels = arguments.size("channels");
  shape.kernelSize = arguments.size("kernelSize");
  shape.dilation = arguments.size("dilation");
  shape.padLeft = arguments.size("padLeft");
  shape.dropoutRate = arguments.number("dropoutRate");
  shape.dropoutSeed = static_cast<std::uint32_t>(arguments.size("dropoutSeed"));
  shape.precision = readPrecision(arguments);
  return shape;
}

// Arguments of which a last block has none and every other block all.
void checkAllOrNone(std::initializer_list<const void*> pointers, const char* names) {
  for (const void* pointer : pointers) {
    if ((pointer == nullptr) != (*pointers.begin() == nullptr)) {
      throw std::invalid_argument(std::string("expected all or none of ") + names + " to be null");
    }
  }
}

// residualBlock(sizes, x, skip, filter, bias, skipWeight, skipBias, outWeight, outBias, preActivation, xOut, skipOut)
void residualBlockFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const ResidualBlockShape shape = readBlockShape(arguments);
  const std::size_t values = product({shape.batch, shape.length, shape.channels});
  const std::size_t matrix = product({shape.channels, shape.channels});
  const float* x = arguments.input<float>("x", values);
  const float* skip = arguments.optionalInput<float>("skip", values);
  ResidualBlockWeights weights{};
  weights.filter = arguments.input<float>("filter", product({shape.kernelSize, matrix}));
  weights.bias = arguments.input<float>("bias", shape.channels);
  weights.skipWeight = arguments.input<float>("skipWeight", matrix);
  weights.skipBias = arguments.input<float>("skipBias", shape.channels);
  weights.outWeight = arguments.optionalInput<float>("outWeight", matrix);
  weights.outBias = arguments.optionalInput<float>("outBias", shape.channels);
  float* preActivation = arguments.optionalOutput<float>("preActivation", values);
  float* xOut = arguments.optionalOutput<float>("xOut", values);
  float* skipOut = arguments.output<float>("skipOut", values);
  checkAllOrNone({weights.outWeight, weights.outBias, xOut}, "`outWeight`, `outBias` and `xOut`");
  residualBlock(shape, weights, x, skip, preActivation, xOut, skipOut);
}

// residualBlockGrad(sizes, x, preActivation, filter, skipWeight, outWeight, dXOut, dSkipOut, dx, dFilter, dBias,
//                   dSkipWeight, dSkipBias, dOutWeight, dOutBias)
void residualBlockGradFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const ResidualBlockShape shape = readBlockShape(arguments);
  const std::size_t values = product({shape.batch, shape.length, shape.channels});
  const std::size_t matrix = product({shape.channels, shape.channels});
  const std::size_t filter = product({shape.kernelSize, matrix});
  const float* x = arguments.input<float>("x", values);
  const float* preActivation = arguments.input<float>("preActivation", values);
  ResidualBlockWeights weights{};
  weights.filter = arguments.input<float>("filter", filter);
  weights.skipWeight = arguments.input<float>("skipWeight", matrix);
  weights.outWeight = arguments.optionalInput<float>("outWeight", matrix);
  const float* dXOut = arguments.optionalInput<float>("dXOut", values);
  const float* dSkipOut = arguments.input<float>("dSkipOut", values);
  float* dx = arguments.optionalOutput<float>("dx", values);
  ResidualBlockGradients gradients{};
  gradients.filter = arguments.output<float>("dFilter", filter);
  gradients.bias = arguments.output<float>("dBias", shape.channels);
  gradients.skipWeight = arguments.output<float>("dSkipWeight", matrix);
  gradients.skipBias = arguments.output<float>("dSkipBias", shape.channels);
  gradients.outWeight = arguments.optionalOutput<float>("dOutWeight", matrix);
  gradients.outBias = arguments.optionalOutput<float>("dOutBias", shape.channels);
  checkAllOrNone({weights.outWeight, dXOut, gradients.outWeight, gradients.outBias},
                 "`outWeight`, `dXOut`, `dOutWeight` and `dOutBias`");
  residualBlockGrad(shape, weights, x, preActivation, dXOut, dSkipOut, dx, gradients);
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
  add<residualBlockFunction>(exports, "residualBlock");
  add<residualBlockGradFunction>(exports, "residualBlockGrad");
  add<batchMatMulFunction>(exports, "batchMatMul");
  add<dropoutMaskFunction>(exports, "dropoutMask");
  add<adamStepFunction>(exports, "adamStep");
}

}  // namespace wetas::binding
