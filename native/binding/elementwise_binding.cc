#include "binding/arguments.h"
#include "binding/bindings.h"
#include "wetas/elementwise.h"

namespace wetas::binding {
namespace {

// A code of one of the enums of ts/native/NativeBinding.ts.
template <class Op>
Op readOp(Arguments& arguments, Op last) { return static_cast<Op>(arguments.code("op", static_cast<std::size_t>(last) + 1)); }

UnaryOp readUnaryOp(Arguments& arguments) { return readOp(arguments, UnaryOp::kAbs); }
BinaryOp readBinaryOp(Arguments& arguments) { return readOp(arguments, BinaryOp::kSquaredDifference); }

// unary(op, count, x, y)
void unaryFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const UnaryOp op = readUnaryOp(arguments);
  const std::size_t count = arguments.size("count");
  const float* x = arguments.input<float>("x", count);
  float* y = arguments.output<float>("y", count);
  unary(op, count, x, y);
}

// binary(op, count, a, b, y)
void binaryFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const BinaryOp op = readBinaryOp(arguments);
  const std::size_t count = arguments.size("count");
  const float* a = arguments.input<float>("a", count);
  const float* b = arguments.input<float>("b", count);
  float* y = arguments.output<float>("y", count);
  binary(op, count, a, b, y);
}

// binaryScalar(op, count, scalarFirst, scalar, x, y)
void binaryScalarFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const BinaryOp op = readBinaryOp(arguments);
  const std::size_t count = arguments.size("count");
  const bool scalarFirst = arguments.boolean("scalarFirst");
  const auto scalar = static_cast<float>(arguments.anyNumber("scalar"));
  const float* x = arguments.input<float>("x", count);
  float* y = arguments.output<float>("y", count);
  binaryScalar(op, count, scalarFirst, scalar, x, y);
}

// binaryRow(op, rows, cols, rowFirst, x, row, y)
void binaryRowFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const BinaryOp op = readBinaryOp(arguments);
  const std::size_t rows = arguments.size("rows");
  const std::size_t cols = arguments.size("cols");
  const bool rowFirst = arguments.boolean("rowFirst");
  const float* x = arguments.input<float>("x", product({rows, cols}));
  const float* row = arguments.input<float>("row", cols);
  float* y = arguments.output<float>("y", product({rows, cols}));
  binaryRow(op, rows, cols, rowFirst, x, row, y);
}

// binaryColumn(op, rows, cols, columnFirst, x, column, y)
void binaryColumnFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const BinaryOp op = readBinaryOp(arguments);
  const std::size_t rows = arguments.size("rows");
  const std::size_t cols = arguments.size("cols");
  const bool columnFirst = arguments.boolean("columnFirst");
  const float* x = arguments.input<float>("x", product({rows, cols}));
  const float* column = arguments.input<float>("column", rows);
  float* y = arguments.output<float>("y", product({rows, cols}));
  binaryColumn(op, rows, cols, columnFirst, x, column, y);
}

// sumAxis(outer, reduced, inner, scale, x, y)
void sumAxisFunction(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t outer = arguments.size("outer");
  const std::size_t reduced = arguments.size("reduced");
  const std::size_t inner = arguments.size("inner");
  const double scale = arguments.anyNumber("scale");
  const float* x = arguments.input<float>("x", product({outer, reduced, inner}));
  float* y = arguments.output<float>("y", product({outer, inner}));
  sumAxis(outer, reduced, inner, scale, x, y);
}

}  // namespace

void addElementwiseFunctions(Napi::Object& exports) {
  add<unaryFunction>(exports, "unary");
  add<binaryFunction>(exports, "binary");
  add<binaryScalarFunction>(exports, "binaryScalar");
  add<binaryRowFunction>(exports, "binaryRow");
  add<binaryColumnFunction>(exports, "binaryColumn");
  add<sumAxisFunction>(exports, "sumAxis");
}

}  // namespace wetas::binding
