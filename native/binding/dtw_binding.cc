#include <algorithm>
#include <stdexcept>

#include "binding/bindings.h"
#include "binding/dtw_arguments.h"
#include "binding/jobs.h"
#include "wetas/hard_dtw.h"
#include "wetas/pair_matrix.h"
#include "wetas/soft_dtw.h"

namespace wetas::binding {
namespace {

// Each function is described once: it reads its arguments, which ts/native/NativeBinding.ts lists, and returns the work to do. addDtw() makes of
// it f, which does the work, and fAsync, which starts a job with it. T, float or double, is the type of the first array.

template <class T>
Work softDtw(Arguments& arguments) {
  const Series<T> series(arguments);
  const WarpingPaths paths = readPaths(arguments);
  const double gamma = arguments.number("gamma");
  const Device device = readDevice(arguments);
  SoftDtwOutputs<T> outputs{};
  outputs.value = arguments.output<T>("value", series.count);
  outputs.dx = arguments.optionalOutput<T>("out.x", series.xSize());
  outputs.dy = arguments.optionalOutput<T>("out.y", series.ySize());
  outputs.dCost = arguments.optionalOutput<T>("out.cost", series.costSize());
  if (outputs.dx != nullptr || outputs.dy != nullptr || outputs.dCost != nullptr) series.expect(Pairing::kMatched);
  return {series.cells(), [=](Control& control) { wetas::softDtw(series.pairs, paths, gamma, device, outputs, control); }};
}

template <class T>
Work softDtwFromCost(Arguments& arguments) {
  const Costs<T> costs(arguments);
  const WarpingPaths paths = readPaths(arguments);
  const double gamma = arguments.number("gamma");
  const Device device = readDevice(arguments);
  T* const value = arguments.output<T>("value", costs.pairs.batch);
  T* const dCost = arguments.optionalOutput<T>("out.cost", costs.costSize());
  return {costs.cells(), [=](Control& control) { wetas::softDtwFromCost(costs.pairs, paths, gamma, device, value, dCost, control); }};
}

template <class T>
Work accumulatedCost(Arguments& arguments) {
  const Series<T> series(arguments);
  series.expectOnePair();
  const WarpingPaths paths = readPaths(arguments);
  const double gamma = arguments.number("gamma");
  T* const r = arguments.output<T>("r", product({series.pairs.rows, series.pairs.cols}));
  return {series.cells(), [=](Control& control) { wetas::accumulatedCost(series.pairs, paths, gamma, r, control); }};
}

template <class T>
Work softDtwHessianProduct(Arguments& arguments) {
  const Costs<T> costs(arguments);
  const WarpingPaths paths = readPaths(arguments);
  const double gamma = arguments.number("gamma");
  const T* const direction = arguments.input<T>("direction", costs.costSize());
  T* const product = arguments.output<T>("product", costs.costSize());
  return {costs.cells(), [=](Control& control) { wetas::softDtwHessianProduct(costs.pairs, paths, gamma, direction, product, control); }};
}

template <class T>
HardDtwOutputs<T> readHardOutputs(Arguments& arguments, std::size_t count, std::size_t pathSize) {
  HardDtwOutputs<T> outputs{};
  outputs.value = arguments.output<T>("value", count);
  outputs.path = arguments.optionalOutput<std::int32_t>("path", pathSize);
  outputs.pathLength = arguments.optionalOutput<std::int32_t>("pathLength", count);
  if ((outputs.path == nullptr) != (outputs.pathLength == nullptr)) throw std::invalid_argument("expected both or neither of `path` and `pathLength` to be null");
  return outputs;
}

template <class T>
Work hardDtw(Arguments& arguments) {
  const Series<T> series(arguments);
  const WarpingPaths paths = readPaths(arguments);
  const double maxDistance = arguments.anyNumber("maxDistance");
  const Device device = readDevice(arguments);
  const HardDtwOutputs<T> outputs = readHardOutputs<T>(arguments, series.count, series.pathSize());
  if (outputs.path != nullptr) series.expect(Pairing::kMatched);
  return {series.cells(), [=](Control& control) { wetas::hardDtw(series.pairs, paths, maxDistance, device, outputs, control); }};
}

template <class T>
Work hardDtwFromCost(Arguments& arguments) {
  const Costs<T> costs(arguments);
  const WarpingPaths paths = readPaths(arguments);
  const double maxDistance = arguments.anyNumber("maxDistance");
  const Device device = readDevice(arguments);
  const HardDtwOutputs<T> outputs = readHardOutputs<T>(arguments, costs.pairs.batch, costs.pathSize());
  return {costs.cells(), [=](Control& control) { wetas::hardDtwFromCost(costs.pairs, paths, maxDistance, device, outputs, control); }};
}

template <class T>
Work dtwAlign(Arguments& arguments) {
  const Costs<T> costs(arguments);
  const Device device = readDevice(arguments);
  T* const value = arguments.output<T>("value", costs.pairs.batch);
  std::int32_t* const labelIndex = arguments.output<std::int32_t>("labelIndex", product({costs.pairs.batch, costs.pairs.cols}));
  return {costs.cells(), [=](Control& control) { wetas::dtwAlign(costs.pairs, device, value, labelIndex, control); }};
}

template <class T>
Work subsequence(Arguments& arguments) {
  const Series<T> series(arguments);
  series.expectOnePair();
  const WarpingPaths paths = readPaths(arguments);
  T* const value = arguments.output<T>("value", 1);
  std::int32_t* const ends = arguments.output<std::int32_t>("ends", 2);
  return {series.cells(), [=](Control& control) { wetas::subsequence(series.pairs, paths, value, ends, control); }};
}

template <class T>
Work nearest(Arguments& arguments) {
  const Series<T> series(arguments);
  series.expect(Pairing::kAll);
  const WarpingPaths paths = readPaths(arguments);
  const std::size_t k = arguments.size("k");
  const std::size_t found = product({series.pairs.xCount, std::min(k, series.pairs.yCount)});
  std::int32_t* const index = arguments.output<std::int32_t>("index", found);
  T* const value = arguments.output<T>("value", found);
  return {series.cells(), [=](Control& control) { wetas::nearest(series.pairs, paths, k, index, value, control); }};
}

template <class T>
Work squareRoots(Arguments& arguments) {
  const std::size_t count = arguments.size("count");
  const T* const values = arguments.input<T>("values", count);
  T* const roots = arguments.output<T>("roots", count);
  return {static_cast<double>(count), [=](Control& control) { wetas::squareRoots(count, values, roots, control); }};
}

template <class T>
Work mirror(Arguments& arguments) {
  const std::size_t count = arguments.size("count");
  const T* const upper = arguments.input<T>("upper", count == 0 ? 0 : product({count, count - 1}) / 2);
  const T* const diagonal = arguments.input<T>("diagonal", count);
  T* const full = arguments.output<T>("full", product({count, count}));
  return {static_cast<double>(count) * static_cast<double>(count), [=](Control& control) { wetas::mirror(count, upper, diagonal, full, control); }};
}

using Read = Work (*)(Arguments&);

template <Read OfFloat, Read OfDouble, std::size_t FirstArray>
Work read(Arguments& arguments) { return arguments.isFloat64(FirstArray) ? OfDouble(arguments) : OfFloat(arguments); }

template <Read Function>
void runNow(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  Control control;
  Function(arguments).run(control);
}

template <Read Function>
Napi::Value startJob(const Napi::CallbackInfo& info) {
  try {
    if (!info[0].IsFunction()) throw Napi::TypeError::New(info.Env(), "expected a function for `done`");
    Arguments arguments(info, 1);
    Work work = Function(arguments);
    return Jobs::of(info.Env()).start(info.Env(), std::move(work), info[0].As<Napi::Function>(), arguments.arraysRead());
  } catch (...) {
    rethrowAsJavaScript(info.Env());
  }
}

template <Read OfFloat, Read OfDouble, std::size_t FirstArray>
void addDtw(Napi::Object& exports, const std::string& name) {
  constexpr Read function = read<OfFloat, OfDouble, FirstArray>;
  add<runNow<function>>(exports, name.c_str());
  const std::string nameAsync = name + "Async";
  exports.Set(nameAsync, Napi::Function::New<startJob<function>>(exports.Env(), nameAsync.c_str()));
}

}  // namespace

void addDtwFunctions(Napi::Object& exports) {
  constexpr std::size_t kOfSeries = Series<float>::kFirstArray, kOfCosts = Costs<float>::kFirstArray;
  addDtw<softDtw<float>, softDtw<double>, kOfSeries>(exports, "softDtw");
  addDtw<softDtwFromCost<float>, softDtwFromCost<double>, kOfCosts>(exports, "softDtwFromCost");
  addDtw<accumulatedCost<float>, accumulatedCost<double>, kOfSeries>(exports, "accumulatedCost");
  addDtw<softDtwHessianProduct<float>, softDtwHessianProduct<double>, kOfCosts>(exports, "softDtwHessianProduct");
  addDtw<hardDtw<float>, hardDtw<double>, kOfSeries>(exports, "hardDtw");
  addDtw<hardDtwFromCost<float>, hardDtwFromCost<double>, kOfCosts>(exports, "hardDtwFromCost");
  addDtw<dtwAlign<float>, dtwAlign<double>, kOfCosts>(exports, "dtwAlign");
  addDtw<subsequence<float>, subsequence<double>, kOfSeries>(exports, "subsequence");
  addDtw<nearest<float>, nearest<double>, kOfSeries>(exports, "nearest");
  addDtw<squareRoots<float>, squareRoots<double>, 1>(exports, "squareRoots");
  addDtw<mirror<float>, mirror<double>, 1>(exports, "mirror");
}

}  // namespace wetas::binding
