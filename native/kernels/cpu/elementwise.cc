#include "kernels/cpu/elementwise.h"

#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/elementwise.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/cpu/math-inl.h"
#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// JavaScript's Math.max: NaN where either is NaN, +0 of two zeros.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V maximum(D, V a, V b) {
  const V larger = hn::IfThenElse(hn::Gt(a, b), a, b);
  return passNaN<D>(a, hn::IfThenElse(hn::Eq(a, b), hn::And(a, b), larger));
}

// Math.min: NaN where either is NaN, -0 of two zeros.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V minimum(D, V a, V b) {
  const V smaller = hn::IfThenElse(hn::Lt(a, b), a, b);
  return passNaN<D>(a, hn::IfThenElse(hn::Eq(a, b), hn::Or(a, b), smaller));
}

template <class F>
HWY_INLINE void map(std::size_t count, const float* x, float* y, const F& f) {
  forEachVector(count, [&](auto d, std::size_t i) HWY_ATTR { hn::StoreU(f(d, hn::LoadU(d, x + i)), d, y + i); });
}

// Calls run(f) with the function f(d, a, b) that op stands for: the choice is made once and not for each vector.
template <class Run>
HWY_INLINE void withBinary(BinaryOp op, const Run& run) {
  switch (op) {
    case BinaryOp::kAdd: return run([](auto, auto a, auto b) HWY_ATTR { return hn::Add(a, b); });
    case BinaryOp::kSub: return run([](auto, auto a, auto b) HWY_ATTR { return hn::Sub(a, b); });
    case BinaryOp::kMultiply: return run([](auto, auto a, auto b) HWY_ATTR { return hn::Mul(a, b); });
    case BinaryOp::kRealDiv: return run([](auto, auto a, auto b) HWY_ATTR { return hn::Div(a, b); });
    case BinaryOp::kMaximum: return run([](auto d, auto a, auto b) HWY_ATTR { return maximum(d, a, b); });
    case BinaryOp::kMinimum: return run([](auto d, auto a, auto b) HWY_ATTR { return minimum(d, a, b); });
    case BinaryOp::kSquaredDifference:
      return run([](auto, auto a, auto b) HWY_ATTR {
        const auto difference = hn::Sub(a, b);
        return hn::Mul(difference, difference);
      });
  }
}

}  // namespace

void unaryKernel(UnaryOp op, std::size_t count, const float* x, float* y) {
  switch (op) {
    case UnaryOp::kTanh: return map(count, x, y, [](auto d, auto v) HWY_ATTR { return tanh(d, v); });
    case UnaryOp::kSigmoid: return map(count, x, y, [](auto d, auto v) HWY_ATTR { return sigmoid(d, v); });
    case UnaryOp::kRelu:
      // Math.max(0, x): NaN stays, -0 becomes 0.
      return map(count, x, y, [](auto d, auto v) HWY_ATTR { return hn::IfThenElse(hn::Le(v, hn::Zero(d)), hn::Zero(d), v); });
    case UnaryOp::kStep:
      return map(count, x, y, [](auto d, auto v) HWY_ATTR {
        return passNaN<decltype(d)>(v, hn::IfThenElseZero(hn::Gt(v, hn::Zero(d)), hn::Set(d, 1.0f)));
      });
    case UnaryOp::kSquare: return map(count, x, y, [](auto, auto v) HWY_ATTR { return hn::Mul(v, v); });
    case UnaryOp::kSqrt: return map(count, x, y, [](auto, auto v) HWY_ATTR { return hn::Sqrt(v); });
    case UnaryOp::kExp: return map(count, x, y, [](auto d, auto v) HWY_ATTR { return exp(d, v); });
    case UnaryOp::kLog: return map(count, x, y, [](auto d, auto v) HWY_ATTR { return log(d, v); });
    case UnaryOp::kNeg: return map(count, x, y, [](auto, auto v) HWY_ATTR { return hn::Neg(v); });
    case UnaryOp::kAbs: return map(count, x, y, [](auto, auto v) HWY_ATTR { return hn::Abs(v); });
  }
}

void binaryKernel(BinaryOp op, std::size_t count, const float* a, const float* b, float* y) {
  withBinary(op, [&](auto f) HWY_ATTR {
    forEachVector(count, [&](auto d, std::size_t i) HWY_ATTR {
      hn::StoreU(f(d, hn::LoadU(d, a + i), hn::LoadU(d, b + i)), d, y + i);
    });
  });
}

void binaryScalarKernel(BinaryOp op, std::size_t count, bool scalarFirst, float scalar, const float* x, float* y) {
  withBinary(op, [&](auto f) HWY_ATTR {
    if (scalarFirst) {
      map(count, x, y, [&](auto d, auto v) HWY_ATTR { return f(d, hn::Set(d, scalar), v); });
    } else {
      map(count, x, y, [&](auto d, auto v) HWY_ATTR { return f(d, v, hn::Set(d, scalar)); });
    }
  });
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

void unaryKernel(UnaryOp op, std::size_t count, const float* x, float* y) noexcept { WETAS_SELECT(unaryKernel)(op, count, x, y); }

void binaryKernel(BinaryOp op, std::size_t count, const float* a, const float* b, float* y) noexcept {
  WETAS_SELECT(binaryKernel)(op, count, a, b, y);
}

void binaryScalarKernel(BinaryOp op, std::size_t count, bool scalarFirst, float scalar, const float* x, float* y) noexcept {
  WETAS_SELECT(binaryScalarKernel)(op, count, scalarFirst, scalar, x, y);
}

}  // namespace wetas
#endif
