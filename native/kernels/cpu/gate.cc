#include "kernels/cpu/gate.h"

#include "kernels/cpu/flush_subnormals.h"
#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/gate.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/cpu/math-inl.h"
#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

template <class D>
using VectorOfBits = hn::Vec<hn::RebindToUnsigned<D>>;

template <class D>
HWY_INLINE VectorOfBits<D> mixBits(D, VectorOfBits<D> x) {
  const hn::RebindToUnsigned<D> du;
  x = hn::Xor(x, hn::ShiftRight<16>(x));
  x = hn::Mul(x, hn::Set(du, 0x7feb352du));
  x = hn::Xor(x, hn::ShiftRight<15>(x));
  x = hn::Mul(x, hn::Set(du, 0x846ca68bu));
  return hn::Xor(x, hn::ShiftRight<16>(x));
}

// 0 or dropout.scale for the elements from `index` on (see dropout.h).
template <class D>
HWY_INLINE hn::Vec<D> maskAt(D d, std::size_t index, const Dropout& dropout) {
  const hn::RebindToUnsigned<D> du;
  const hn::RebindToSigned<D> di;
  const auto indices = hn::Add(hn::Iota(du, 0), hn::Set(du, static_cast<std::uint32_t>(index)));
  const auto hash = mixBits(d, hn::Add(mixBits(d, indices), hn::Set(du, dropout.key)));
  // 24 bits compare alike as signed numbers, which every target compares fast.
  const auto draw = hn::BitCast(di, hn::ShiftRight<8>(hash));
  const auto dropped = hn::Lt(draw, hn::Set(di, static_cast<std::int32_t>(dropout.threshold)));
  return hn::IfThenZeroElse(hn::RebindMask(d, dropped), hn::Set(d, dropout.scale));
}

// With e = exp(-|a|) and, for a > 0, tanh(a) = (1 - e^2) / (1 + e^2) and sigmoid(a) = 1 / (1 + e); for a < 0 the first
// changes its sign and the second gets a factor e. So the gate is sign(a) (1 - e) (1 or e) / (1 + e^2).
template <bool Drops>
void forward(std::size_t count, std::size_t firstIndex, const Dropout& dropout, const float* a, float* g) {
  forEachVector(count, [&](auto d, std::size_t i) HWY_ATTR {
    const auto one = hn::Set(d, 1.0f);
    const auto x = hn::LoadU(d, a + i);
    hn::Vec<decltype(d)> e, complement;
    decay(d, x, e, complement);
    const auto factor = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), e, one);
    const auto magnitude = hn::Div(hn::Mul(complement, factor), hn::MulAdd(e, e, one));
    auto gate = passNaN<decltype(d)>(x, hn::CopySignToAbs(magnitude, x));
    if (Drops) gate = hn::Mul(gate, maskAt(d, firstIndex + i, dropout));
    hn::StoreU(gate, d, g + i);
  });
}

// Its slope is (1 - tanh^2) sigmoid + tanh sigmoid (1 - sigmoid), where 1 - tanh^2 = (2 e / (1 + e^2))^2 and
// sigmoid (1 - sigmoid) = e / (1 + e)^2: nothing cancels.
template <bool Drops>
void backward(std::size_t count, std::size_t firstIndex, const Dropout& dropout, const float* a, const float* dG,
              float* dA, float* g) {
  forEachVector(count, [&](auto d, std::size_t i) HWY_ATTR {
    const auto one = hn::Set(d, 1.0f);
    const auto x = hn::LoadU(d, a + i);
    hn::Vec<decltype(d)> e, complement;
    decay(d, x, e, complement);
    const auto sum = hn::Add(one, e);
    const auto squareSum = hn::MulAdd(e, e, one);
    const auto inverse = hn::Div(one, hn::Mul(sum, squareSum));
    const auto inverseSum = hn::Mul(inverse, squareSum), inverseSquareSum = hn::Mul(inverse, sum);
    const auto factor = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), e, one);
    const auto sigmoid = passNaN<decltype(d)>(x, hn::Mul(factor, inverseSum));
    const auto tanh = hn::CopySignToAbs(hn::Mul(hn::Mul(complement, sum), inverseSquareSum), x);
    const auto root = hn::Mul(hn::Add(e, e), inverseSquareSum);
    auto gate = hn::Mul(tanh, sigmoid);
    auto slope = hn::MulAdd(hn::Mul(root, root), sigmoid, hn::Mul(tanh, hn::Mul(e, hn::Mul(inverseSum, inverseSum))));
    if (Drops) {
      const auto mask = maskAt(d, firstIndex + i, dropout);
      gate = hn::Mul(gate, mask);
      slope = hn::Mul(slope, mask);
    }
    hn::StoreU(hn::Mul(hn::LoadU(d, dG + i), slope), d, dA + i);
    hn::StoreU(gate, d, g + i);
  });
}

}  // namespace

void gateForward(std::size_t count, std::size_t firstIndex, const Dropout& dropout, const float* a, float* g) {
  (dropout.threshold == 0 ? forward<false> : forward<true>)(count, firstIndex, dropout, a, g);
}

void gateBackward(std::size_t count, std::size_t firstIndex, const Dropout& dropout, const float* a, const float* dG,
                  float* dA, float* g) {
  (dropout.threshold == 0 ? backward<false> : backward<true>)(count, firstIndex, dropout, a, dG, dA, g);
}

void fillDropoutMask(std::size_t count, std::size_t firstIndex, const Dropout& dropout, float* mask) {
  forEachVector(count, [&](auto d, std::size_t i) HWY_ATTR {
    hn::StoreU(maskAt(d, firstIndex + i, dropout), d, mask + i);
  });
}

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

void gateForward(std::size_t count, std::size_t firstIndex, const Dropout& dropout, const float* a, float* g) noexcept {
  const FlushSubnormals flush;
  WETAS_SELECT(gateForward)(count, firstIndex, dropout, a, g);
}

void gateBackward(std::size_t count, std::size_t firstIndex, const Dropout& dropout, const float* a, const float* dG,
                  float* dA, float* g) noexcept {
  const FlushSubnormals flush;
  WETAS_SELECT(gateBackward)(count, firstIndex, dropout, a, dG, dA, g);
}

void fillDropoutMask(std::size_t count, std::size_t firstIndex, const Dropout& dropout, float* mask) noexcept {
  WETAS_SELECT(fillDropoutMask)(count, firstIndex, dropout, mask);
}

}  // namespace wetas
#endif
