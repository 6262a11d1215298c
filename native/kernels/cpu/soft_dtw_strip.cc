// Lanes are kLanes consecutive rows of one pair, a strip: lane i stands one column behind lane i - 1, so that the cells of
// one step lie on an anti-diagonal and none needs another. Step a of a strip does column a - i of its lane i. The last row of a
// strip is carried to the next one as a boundary row. Lanes outside the matrix run along on costs of 0 and are reached by
// nothing (before the first column) or read by nothing (after the last column, below the last row).
#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/soft_dtw_strip.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include <algorithm>
#include <type_traits>

#include "kernels/cpu/soft_dtw_fast.h"
#if HWY_TARGET != HWY_SCALAR
#include "kernels/cpu/extended_exponent-inl.h"
#include "kernels/cpu/float_lanes-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {
#if HWY_TARGET == HWY_SCALAR

std::size_t stripSpace(const FastProblem& problem, bool gradient) { return plainSpace(problem, gradient); }
LastCell stripForward(const FastProblem& problem, bool gradient, const float* cost, void* space) {
  return plainForward(problem, gradient, cost, space);
}
void stripBackward(const FastProblem& problem, const float*, float lastLambda, void* space, float* gradient) {
  plainBackward(problem, lastLambda, space, gradient);
}

#else

constexpr std::size_t kBlock = kLanes * 4 * kLanes;  // floats kept of a block of kLanes steps: three weights and the mantissa
constexpr std::size_t kBlocksATile = 4;
constexpr std::size_t kKeepAllBytes = std::size_t{6} << 20;

// What forward leaves for backward: every cell's weights while they fit the caches, else the boundary rows and each tile's
// first state, from which backward runs the tile again.
struct Strips {
  std::size_t rows, cols, strips, blocks, tiles;
  std::size_t boundaryStride;  // kLanes of margin on either side
  bool keepAll, keepStates;
  std::size_t weightCount, stateCount, boundaryCount, lambdaCount;
  float* weights = nullptr;            // [strips, blocks, kBlock], or those of one tile
  float* states = nullptr;             // [strips, tiles, 4, kLanes]
  float* lambdas = nullptr;            // one boundary row
  float* mantissas = nullptr;          // boundary rows [strips + 1 or 1, boundaryStride]
  std::int32_t* exponents = nullptr;   // the same

  Strips(const FastProblem& problem, bool gradient)
      : rows(problem.rows), cols(problem.cols), strips((rows + kLanes - 1) / kLanes), blocks((cols + 2 * kLanes - 2) / kLanes),
        tiles((blocks + kBlocksATile - 1) / kBlocksATile), boundaryStride((cols + 2 * kLanes + 15) / 16 * 16) {
    const std::size_t all = strips * blocks * kBlock;
    keepAll = gradient && all * sizeof(float) <= kKeepAllBytes;
    keepStates = gradient && !keepAll;
    weightCount = keepAll ? all : keepStates ? kBlocksATile * kBlock : 0;
    stateCount = keepStates ? strips * tiles * 4 * kLanes : 0;
    lambdaCount = gradient ? boundaryStride : 0;
    boundaryCount = (keepStates ? strips + 1 : 1) * boundaryStride;
  }

  Strips(const FastProblem& problem, bool gradient, void* space) : Strips(problem, gradient) {
    weights = static_cast<float*>(space);
    states = weights + weightCount;
    lambdas = states + stateCount;
    mantissas = lambdas + lambdaCount;
    exponents = reinterpret_cast<std::int32_t*>(mantissas + boundaryCount);
  }

  std::size_t bytes() const { return (weightCount + stateCount + lambdaCount + 2 * boundaryCount) * sizeof(float); }
  std::size_t lastLane(std::size_t strip) const { return std::min(kLanes, rows - strip * kLanes) - 1; }
  std::size_t steps(std::size_t strip) const { return cols + lastLane(strip); }
  std::size_t boundaryAbove(std::size_t strip) const { return kLanes + (keepStates ? strip * boundaryStride : 0); }
  std::size_t boundaryBelow(std::size_t strip) const { return boundaryAbove(strip) + (keepStates ? boundaryStride : 0); }
  float* state(std::size_t strip, std::size_t tile) const { return states + (strip * tiles + tile) * 4 * kLanes; }
  float* blockWeights(std::size_t strip, std::size_t block) const {
    return weights + (keepAll ? strip * blocks + block : block % kBlocksATile) * kBlock;
  }
};

// What one step hands to the next: z of the cells to the left, and diagonally up left, of the lanes' next cells.
struct Carry {
  Scaled stay, diagonal;

  static Carry start(std::size_t strip) {
    Carry carry{unreachable(), unreachable()};
    if (strip == 0) {  // the start (-1, -1) stands diagonally before lane 0
      const auto first = hn::FirstN(FloatTag(), 1);
      carry.diagonal.mantissa = hn::IfThenElseZero(first, hn::Set(FloatTag(), 1.0f));
      carry.diagonal.exponent = hn::IfThenZeroElse(hn::RebindMask(IntTag(), first), carry.diagonal.exponent);
    }
    return carry;
  }
  void save(float* to) const {
    const FloatTag d;
    hn::StoreU(stay.mantissa, d, to);
    hn::StoreU(hn::BitCast(d, stay.exponent), d, to + kLanes);
    hn::StoreU(diagonal.mantissa, d, to + 2 * kLanes);
    hn::StoreU(hn::BitCast(d, diagonal.exponent), d, to + 3 * kLanes);
  }
  static Carry load(const float* from) {
    const FloatTag d;
    const IntTag di;
    return {{hn::LoadU(d, from), hn::BitCast(di, hn::LoadU(d, from + kLanes))},
            {hn::LoadU(d, from + 2 * kLanes), hn::BitCast(di, hn::LoadU(d, from + 3 * kLanes))}};
  }
};

struct Constants {
  Floats scale, largestCost;
  explicit Constants(const FastProblem& problem)
      : scale(hn::Set(FloatTag(), problem.scale)), largestCost(hn::Set(FloatTag(), problem.largestCost)) {}
};

// `steps` steps of a block. `mantissas` and `exponents` point at the boundary row above, at the column of lane 0's first step; the
// row below goes to `mantissasOut`, kLanes columns behind.
template <bool kUp, bool kKeep>
HWY_INLINE void forwardBlock(const Constants& constants, std::size_t steps, const float* HWY_RESTRICT tile, const float* mantissas,
                             const std::int32_t* exponents, float* mantissasOut, std::int32_t* exponentsOut, Carry& carried,
                             float* HWY_RESTRICT weights) {
  const FloatTag d;
  const IntTag di;
  const auto up = rotation(kLanes - 1);
  const auto first = hn::FirstN(d, 1);
  const auto firstInt = hn::RebindMask(di, first);
  Carry carry = carried;
  const auto step = [&](std::size_t s, auto renormalised) HWY_ATTR {
    const Floats turnedMantissa = hn::TableLookupLanes(carry.stay.mantissa, up);
    const Ints turnedExponent = hn::BitCast(di, hn::TableLookupLanes(hn::BitCast(d, carry.stay.exponent), up));
    mantissasOut[s] = hn::GetLane(turnedMantissa);
    exponentsOut[s] = hn::GetLane(turnedExponent);
    const Scaled above{hn::IfThenElse(first, hn::Set(d, mantissas[s]), turnedMantissa),
                       hn::IfThenElse(firstInt, hn::Set(di, exponents[s]), turnedExponent)};
    const Scaled k = costFactor(hn::Load(d, tile + s * kLanes), constants.scale, constants.largestCost);
    Cell cell = enterCell<kUp>(k, carry.diagonal, carry.stay, above);
    if (renormalised) renormalise(cell);
    if (kKeep) {
      float* const kept = weights + s * 4 * kLanes;
      hn::StoreU(cell.diagonal, d, kept);
      hn::StoreU(cell.stay, d, kept + kLanes);
      hn::StoreU(cell.up, d, kept + 2 * kLanes);
      hn::StoreU(cell.z.mantissa, d, kept + 3 * kLanes);
    }
    carry.diagonal = above;
    carry.stay = cell.z;
  };
  // A mantissa changes by at most 2^2.1 a step. Two steps in a row, because a diagonal path meets every other one only.
  for (std::size_t s = 0; s < std::min<std::size_t>(2, steps); ++s) step(s, std::true_type());
  for (std::size_t s = 2; s < steps; ++s) step(s, std::false_type());
  carried = carry;
}

template <bool kUp, bool kKeep>
void forwardBlocks(const FastProblem& problem, const Strips& strips, std::size_t strip, std::size_t beginBlock, std::size_t endBlock,
                   const float* cost, Carry& carry) {
  HWY_ALIGN float tile[kLanes * kLanes];
  const std::size_t steps = strips.steps(strip), lastLane = strips.lastLane(strip);
  const float* const top = cost + strip * kLanes * problem.cols;
  const std::size_t above = strips.boundaryAbove(strip), below = strips.boundaryBelow(strip);
  const Constants constants(problem);
  for (std::size_t block = beginBlock; block < endBlock; ++block) {
    const std::size_t a = block * kLanes;
    if (a >= steps) return;
    loadTile([=](std::size_t i) { return i <= lastLane ? top + i * problem.cols : nullptr; },
             [=](std::size_t i) { return static_cast<std::ptrdiff_t>(a) - static_cast<std::ptrdiff_t>(i); },
             static_cast<std::ptrdiff_t>(problem.cols), tile);
    forwardBlock<kUp, kKeep>(constants, std::min(kLanes, steps - a), tile, strips.mantissas + above + a, strips.exponents + above + a,
                             strips.mantissas + below + a - kLanes, strips.exponents + below + a - kLanes, carry,
                             kKeep ? strips.blockWeights(strip, block) : nullptr);
  }
}

template <bool kUp, bool kKeep>
LastCell forwardStrips(const FastProblem& problem, const Strips& strips, const float* cost) {
  std::fill(strips.mantissas, strips.mantissas + strips.boundaryCount, 0.0f);
  std::fill(strips.exponents, strips.exponents + strips.boundaryCount, kUnreachableExponent);
  Carry carry;
  for (std::size_t strip = 0; strip < strips.strips; ++strip) {
    carry = Carry::start(strip);
    for (std::size_t tile = 0; tile < strips.tiles; ++tile) {
      if (strips.keepStates) carry.save(strips.state(strip, tile));
      const std::size_t begin = tile * kBlocksATile, end = std::min(strips.blocks, begin + kBlocksATile);
      forwardBlocks<kUp, kKeep>(problem, strips, strip, begin, end, cost, carry);
    }
    // The last lane's last column has no later step that would carry it down.
    const std::size_t corner = strips.boundaryBelow(strip) + problem.cols - 1;
    strips.mantissas[corner] = hn::ExtractLane(carry.stay.mantissa, strips.lastLane(strip));
    strips.exponents[corner] = hn::ExtractLane(carry.stay.exponent, strips.lastLane(strip));
  }
  const std::size_t corner = strips.boundaryBelow(strips.strips - 1) + problem.cols - 1;
  return {strips.mantissas[corner], strips.exponents[corner]};
}

// What a step hands to the one before it: the adjoints that reach a lane's own row by a stay, and the row above by an up move of the
// step after and by a diagonal move of the step after that.
struct Adjoint {
  Floats stay, above, diagonal;
};

// The steps of a block from the last to the first. `lambdas` is the boundary row below at the column of the last lane's first
// step, and gets at `lambdasOut` the one above, at lane 0's.
template <bool kUp>
HWY_INLINE void backwardBlock(std::size_t steps, const float* HWY_RESTRICT weights, const float* lambdas, float* lambdasOut,
                              Adjoint& carried, float* HWY_RESTRICT tile) {
  const FloatTag d;
  const auto down = rotation(1);
  const auto last = hn::Not(hn::FirstN(d, kLanes - 1));
  Adjoint adjoint = carried;
  for (std::size_t s = steps; s-- > 0;) {
    const float* const kept = weights + s * 4 * kLanes;
    lambdasOut[s + 1] = hn::GetLane(adjoint.above);
    const Floats below = hn::IfThenElse(last, hn::Set(d, lambdas[s]), hn::TableLookupLanes(adjoint.above, down));
    const Floats lambda = hn::Add(adjoint.stay, below);
    hn::Store(hn::Mul(lambda, hn::LoadU(d, kept + 3 * kLanes)), d, tile + s * kLanes);
    adjoint.stay = hn::Mul(lambda, hn::LoadU(d, kept + kLanes));
    adjoint.above = kUp ? hn::MulAdd(lambda, hn::LoadU(d, kept + 2 * kLanes), adjoint.diagonal) : adjoint.diagonal;
    adjoint.diagonal = hn::Mul(lambda, hn::LoadU(d, kept));
  }
  carried = adjoint;
}

template <bool kUp>
void backwardStrips(const FastProblem& problem, const Strips& strips, const float* cost, float lastLambda, float* gradient) {
  const FloatTag d;
  HWY_ALIGN float tile[kLanes * kLanes] = {};
  float* const lambdas = strips.lambdas + kLanes;
  std::fill(strips.lambdas, strips.lambdas + strips.boundaryStride, 0.0f);
  for (std::size_t strip = strips.strips; strip-- > 0;) {
    const std::size_t steps = strips.steps(strip), lastLane = strips.lastLane(strip);
    float* const top = gradient + strip * kLanes * problem.cols;
    Adjoint adjoint{hn::Zero(d), hn::Zero(d), hn::Zero(d)};
    if (strip + 1 == strips.strips) {  // the last cell is the last step's, in the last lane: lambda comes as if by a stay
      const auto inLast = hn::AndNot(hn::FirstN(d, lastLane), hn::FirstN(d, lastLane + 1));
      adjoint.stay = hn::IfThenElseZero(inLast, hn::Set(d, lastLambda));
    }
    for (std::size_t tileIndex = strips.tiles; tileIndex-- > 0;) {
      const std::size_t begin = tileIndex * kBlocksATile, end = std::min(strips.blocks, begin + kBlocksATile);
      if (strips.keepStates) {
        Carry carry = Carry::load(strips.state(strip, tileIndex));
        forwardBlocks<kUp, true>(problem, strips, strip, begin, end, cost, carry);
      }
      for (std::size_t block = end; block-- > begin;) {
        const std::size_t a = block * kLanes;
        if (a >= steps) continue;
        backwardBlock<kUp>(std::min(kLanes, steps - a), strips.blockWeights(strip, block), lambdas + a - (kLanes - 1), lambdas + a, adjoint, tile);
        storeTile(tile, [=](std::size_t i) { return i <= lastLane ? top + i * problem.cols : nullptr; },
                  [=](std::size_t i) { return static_cast<std::ptrdiff_t>(a) - static_cast<std::ptrdiff_t>(i); },
                  static_cast<std::ptrdiff_t>(problem.cols));
      }
    }
    lambdas[0] = hn::GetLane(adjoint.above);
  }
}

std::size_t stripSpace(const FastProblem& problem, bool gradient) { return Strips(problem, gradient).bytes(); }

LastCell stripForward(const FastProblem& problem, bool gradient, const float* cost, void* space) {
  const Strips strips(problem, gradient, space);
  if (problem.pattern == StepPattern::kSymmetric1) {
    return strips.keepAll ? forwardStrips<true, true>(problem, strips, cost) : forwardStrips<true, false>(problem, strips, cost);
  }
  return strips.keepAll ? forwardStrips<false, true>(problem, strips, cost) : forwardStrips<false, false>(problem, strips, cost);
}

void stripBackward(const FastProblem& problem, const float* cost, float lastLambda, void* space, float* gradient) {
  const Strips strips(problem, true, space);
  problem.pattern == StepPattern::kSymmetric1 ? backwardStrips<true>(problem, strips, cost, lastLambda, gradient)
                                              : backwardStrips<false>(problem, strips, cost, lastLambda, gradient);
}

#endif  // HWY_TARGET == HWY_SCALAR
}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

std::size_t stripSpace(const FastProblem& problem, bool gradient) noexcept { return WETAS_SELECT(stripSpace)(problem, gradient); }
LastCell stripForward(const FastProblem& problem, bool gradient, const float* cost, void* space) noexcept {
  return WETAS_SELECT(stripForward)(problem, gradient, cost, space);
}
void stripBackward(const FastProblem& problem, const float* cost, float lastLambda, void* space, float* gradient) noexcept {
  WETAS_SELECT(stripBackward)(problem, cost, lastLambda, space, gradient);
}

}  // namespace wetas
#endif  // HWY_ONCE
