#include "binding/arguments.h"
#include "binding/bindings.h"
#include "wetas/causal_network.h"

namespace wetas::binding {
namespace {

CausalNetworkShape readShape(Arguments& arguments) {
  CausalNetworkShape shape{};
  shape.channels = arguments.size("channels");
  shape.hidden = arguments.size("hiddenSize");
  shape.output = arguments.size("outputSize");
  shape.kernelSize = arguments.size("kernelSize");
  shape.dilationBase = arguments.size("dilationBase");
  shape.layers = arguments.size("nLayers");
  return shape;
}

// causalNetworkSizes(shape, sizes)
void causalNetworkSizesFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const CausalNetworkShape shape = readShape(arguments);
  double* sizes = arguments.output<double>("sizes", 3);
  sizes[0] = static_cast<double>(causalNetworkPackedSize(shape));
  sizes[1] = static_cast<double>(causalNetworkStateSize(shape));
  sizes[2] = static_cast<double>(causalNetworkPeriod(shape));
}

// packCausalNetwork(shape, parameters, packed)
void packCausalNetworkFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const CausalNetworkShape shape = readShape(arguments);
  const float* parameters = arguments.input<float>("parameters", causalNetworkParameters(shape));
  packCausalNetwork(shape, parameters, arguments.output<float>("packed", causalNetworkPackedSize(shape)));
}

// advanceCausalNetwork(shape, position, rows, packed, x, state, output, denseLogit)
void advanceCausalNetworkFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const CausalNetworkShape shape = readShape(arguments);
  const std::size_t position = arguments.size("position");
  const std::size_t rows = arguments.size("rows");
  const float* packed = arguments.input<float>("packed", causalNetworkPackedSize(shape));
  const float* x = arguments.input<float>("x", product({rows, shape.channels}));
  float* state = arguments.output<float>("state", causalNetworkStateSize(shape));
  float* output = arguments.output<float>("output", product({rows, shape.output}));
  float* denseLogit = arguments.output<float>("denseLogit", rows);
  advanceCausalNetwork(shape, packed, position, rows, x, state, output, denseLogit);
}

}  // namespace

void addCausalNetworkFunctions(Napi::Object& exports) {
  add<causalNetworkSizesFunction>(exports, "causalNetworkSizes");
  add<packCausalNetworkFunction>(exports, "packCausalNetwork");
  add<advanceCausalNetworkFunction>(exports, "advanceCausalNetwork");
}

}  // namespace wetas::binding
