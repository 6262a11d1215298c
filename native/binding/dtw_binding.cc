#include "binding/arguments.h"
#include "binding/bindings.h"
#include "wetas/dtw_align.h"
#include "wetas/point_cost.h"
#include "wetas/soft_dtw.h"

namespace wetas::binding {
namespace {

// The leading arguments of every function here are sizes and codes; the first array then decides the dtype of the rest.

CostShape readCostShape(Arguments& arguments) {
  CostShape shape{};
  shape.batch = arguments.size("batch");
  shape.rows = arguments.size("rows");
  shape.cols = arguments.size("cols");
  return shape;
}

std::size_t elements(const CostShape& shape) { return product({shape.batch, shape.rows, shape.cols}); }

std::size_t readCode(Arguments& arguments, const char* name, std::size_t count) {
  const std::size_t code = arguments.size(name);
  if (code >= count) throw std::invalid_argument(std::string("expected a code below ") + std::to_string(count) + " for `" + name + "`");
  return code;
}

StepPattern readPattern(Arguments& arguments) { return static_cast<StepPattern>(readCode(arguments, "pattern", 2)); }

template <class T>
void softDtwForward(Arguments& arguments, const CostShape& shape, StepPattern pattern, double gamma) {
  const T* const cost = arguments.input<T>("cost", elements(shape));
  T* const value = arguments.output<T>("value", shape.batch);
  wetas::softDtwForward(shape, pattern, gamma, cost, value);
}

// softDtwForward(batch, rows, cols, pattern, gamma, cost, value)
void softDtwForward(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const CostShape shape = readCostShape(arguments);
  const StepPattern pattern = readPattern(arguments);
  const double gamma = arguments.number("gamma");
  arguments.nextIsFloat64() ? softDtwForward<double>(arguments, shape, pattern, gamma) : softDtwForward<float>(arguments, shape, pattern, gamma);
}

template <class T>
void softDtwGradient(Arguments& arguments, const CostShape& shape, StepPattern pattern, double gamma) {
  const T* const cost = arguments.input<T>("cost", elements(shape));
  T* const value = arguments.output<T>("value", shape.batch);
  T* const gradient = arguments.output<T>("gradient", elements(shape));
  wetas::softDtwGradient(shape, pattern, gamma, cost, value, gradient);
}

// softDtwGradient(batch, rows, cols, pattern, gamma, cost, value, gradient)
void softDtwGradient(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const CostShape shape = readCostShape(arguments);
  const StepPattern pattern = readPattern(arguments);
  const double gamma = arguments.number("gamma");
  arguments.nextIsFloat64() ? softDtwGradient<double>(arguments, shape, pattern, gamma) : softDtwGradient<float>(arguments, shape, pattern, gamma);
}

template <class T>
void hardDtw(Arguments& arguments, const CostShape& shape, StepPattern pattern) {
  const T* const cost = arguments.input<T>("cost", elements(shape));
  T* const value = arguments.output<T>("value", shape.batch);
  wetas::hardDtw(shape, pattern, cost, value);
}

// hardDtw(batch, rows, cols, pattern, cost, value)
void hardDtw(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const CostShape shape = readCostShape(arguments);
  const StepPattern pattern = readPattern(arguments);
  arguments.nextIsFloat64() ? hardDtw<double>(arguments, shape, pattern) : hardDtw<float>(arguments, shape, pattern);
}

template <class T>
void hardDtwPath(Arguments& arguments, const CostShape& shape, StepPattern pattern) {
  const T* const cost = arguments.input<T>("cost", elements(shape));
  T* const value = arguments.output<T>("value", shape.batch);
  const std::size_t longest = shape.rows + shape.cols - (shape.rows + shape.cols > 0 ? 1 : 0);
  std::int32_t* const path = arguments.output<std::int32_t>("path", product({shape.batch, longest, 2}));
  std::int32_t* const pathLength = arguments.output<std::int32_t>("pathLength", shape.batch);
  wetas::hardDtwPath(shape, pattern, cost, value, path, pathLength);
}

// hardDtwPath(batch, rows, cols, pattern, cost, value, path, pathLength)
void hardDtwPath(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const CostShape shape = readCostShape(arguments);
  const StepPattern pattern = readPattern(arguments);
  arguments.nextIsFloat64() ? hardDtwPath<double>(arguments, shape, pattern) : hardDtwPath<float>(arguments, shape, pattern);
}

template <class T>
void dtwAlign(Arguments& arguments, const CostShape& shape) {
  const T* const cost = arguments.input<T>("cost", elements(shape));
  T* const value = arguments.output<T>("value", shape.batch);
  std::int32_t* const labelIndex = arguments.output<std::int32_t>("labelIndex", product({shape.batch, shape.cols}));
  wetas::dtwAlign(shape, cost, value, labelIndex);
}

// dtwAlign(batch, rows, cols, cost, value, labelIndex)
void dtwAlign(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const CostShape shape = readCostShape(arguments);
  arguments.nextIsFloat64() ? dtwAlign<double>(arguments, shape) : dtwAlign<float>(arguments, shape);
}

struct PointCostArguments {
  SeriesShape shape;
  PointCost kind;
  explicit PointCostArguments(Arguments& arguments) {
    shape.batch = arguments.size("batch");
    shape.rows = arguments.size("rows");
    shape.cols = arguments.size("cols");
    shape.channels = arguments.size("channels");
    kind = static_cast<PointCost>(readCode(arguments, "kind", 4));
  }
  std::size_t xSize() const { return product({shape.batch, shape.rows, shape.channels}); }
  std::size_t ySize() const { return product({shape.batch, shape.cols, shape.channels}); }
  std::size_t costSize() const { return product({shape.batch, shape.rows, shape.cols}); }
};

template <class T>
void pointCost(Arguments& arguments, const PointCostArguments& sizes) {
  const T* const x = arguments.input<T>("x", sizes.xSize());
  const T* const y = arguments.input<T>("y", sizes.ySize());
  T* const cost = arguments.output<T>("cost", sizes.costSize());
  wetas::pointCost(sizes.shape, sizes.kind, x, y, cost);
}

// pointCost(batch, rows, cols, channels, kind, x, y, cost)
void pointCost(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const PointCostArguments sizes(arguments);
  arguments.nextIsFloat64() ? pointCost<double>(arguments, sizes) : pointCost<float>(arguments, sizes);
}

template <class T>
void pointCostGradient(Arguments& arguments, const PointCostArguments& sizes) {
  const T* const x = arguments.input<T>("x", sizes.xSize());
  const T* const y = arguments.input<T>("y", sizes.ySize());
  const T* const dCost = arguments.input<T>("dCost", sizes.costSize());
  T* const dx = arguments.optionalOutput<T>("dx", sizes.xSize());
  T* const dy = arguments.optionalOutput<T>("dy", sizes.ySize());
  wetas::pointCostGradient(sizes.shape, sizes.kind, x, y, dCost, dx, dy);
}

// pointCostGradient(batch, rows, cols, channels, kind, x, y, dCost, dx | null, dy | null)
void pointCostGradient(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const PointCostArguments sizes(arguments);
  arguments.nextIsFloat64() ? pointCostGradient<double>(arguments, sizes) : pointCostGradient<float>(arguments, sizes);
}

}  // namespace

void addDtwFunctions(Napi::Object& exports) {
  add<softDtwForward>(exports, "softDtwForward");
  add<softDtwGradient>(exports, "softDtwGradient");
  add<hardDtw>(exports, "hardDtw");
  add<hardDtwPath>(exports, "hardDtwPath");
  add<dtwAlign>(exports, "dtwAlign");
  add<pointCost>(exports, "pointCost");
  add<pointCostGradient>(exports, "pointCostGradient");
}

}  // namespace wetas::binding
