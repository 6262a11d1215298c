// Lanes are pairs: every lane does the same cell of its own pair, column by column. The cells of a column do not wait for
// each other under stayOrAdvance, and nothing is lost at the edges: the kernel for many pairs of few rows, such as WETAS's.
#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/soft_dtw_lanes.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include <algorithm>

#include "kernels/cpu/soft_dtw_fast.h"
#if HWY_TARGET != HWY_SCALAR
#include "kernels/cpu/extended_exponent-inl.h"
#include "kernels/cpu/float_lanes-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {
#if HWY_TARGET == HWY_SCALAR

std::size_t vectorLanes() { return 1; }
std::size_t lanesSpace(const FastProblem& problem, bool gradient) { return plainSpace(problem, gradient); }
void lanesForward(const FastProblem& problem, std::size_t, bool gradient, const float* cost, void* space, LastCell* last) {
  *last = plainForward(problem, gradient, cost, space);
}
void lanesBackward(const FastProblem& problem, std::size_t, const float* lastLambda, void* space, float* gradient) {
  plainBackward(problem, *lastLambda, space, gradient);
}

#else

constexpr std::size_t kTile = kLanes * kLanes;
constexpr std::size_t kRenormaliseEvery = 8;  // columns; a mantissa changes by at most 2^2.1 a cell, and a path has few more cells

// [cols, rows, weights kept a cell, kLanes], then a tile a row, then what one column hands to the next, two vectors a row.
struct LanesSpace {
  std::size_t kept, weightCount, tileCount, columnCount;
  float* weights = nullptr;
  float* tiles = nullptr;
  float* column = nullptr;

  LanesSpace(const FastProblem& problem, bool gradient)
      : kept(problem.pattern == StepPattern::kSymmetric1 ? 4 : 3), weightCount(gradient ? problem.cols * problem.rows * kept * kLanes : 0),
        tileCount(problem.rows * kTile), columnCount(problem.rows * 2 * kLanes) {}
  LanesSpace(const FastProblem& problem, bool gradient, void* space) : LanesSpace(problem, gradient) {
    weights = static_cast<float*>(space);
    tiles = weights + weightCount;
    column = tiles + tileCount;
  }
  std::size_t bytes() const { return (weightCount + tileCount + columnCount) * sizeof(float); }
};

template <bool kUp, bool kKeep>
HWY_INLINE void forwardColumn(const FastProblem& problem, bool first, bool renormalised, const float* HWY_RESTRICT tiles,
                              float* HWY_RESTRICT column, float* HWY_RESTRICT weights) {
  const FloatTag d;
  const IntTag di;
  const Floats scale = hn::Set(d, problem.scale), largestCost = hn::Set(d, problem.largestCost);
  Scaled diagonal = unreachable(), up = unreachable();
  if (first) diagonal = {hn::Set(d, 1.0f), hn::Zero(di)};  // the start (-1, -1)
  for (std::size_t i = 0; i < problem.rows; ++i) {
    float* const z = column + i * 2 * kLanes;
    const Scaled stay{hn::Load(d, z), hn::BitCast(di, hn::Load(d, z + kLanes))};
    Cell cell = enterCell<kUp>(costFactor(hn::Load(d, tiles + i * kTile), scale, largestCost), diagonal, stay, up);
    if (renormalised) renormalise(cell);
    hn::Store(cell.z.mantissa, d, z);
    hn::Store(hn::BitCast(d, cell.z.exponent), d, z + kLanes);
    if (kKeep) {
      hn::Store(cell.diagonal, d, weights);
      hn::Store(cell.stay, d, weights + kLanes);
      hn::Store(cell.z.mantissa, d, weights + 2 * kLanes);
      if (kUp) hn::Store(cell.up, d, weights + 3 * kLanes);
      weights += (kUp ? 4 : 3) * kLanes;
    }
    diagonal = stay;
    up = cell.z;
  }
}

template <bool kUp, bool kKeep>
void forwardLanes(const FastProblem& problem, const LanesSpace& own, std::size_t pairs, const float* cost, LastCell* last) {
  const FloatTag d;
  const std::size_t cells = problem.rows * problem.cols;
  for (std::size_t i = 0; i < problem.rows; ++i) {
    const Scaled nothing = unreachable();
    hn::Store(nothing.mantissa, d, own.column + i * 2 * kLanes);
    hn::Store(hn::BitCast(d, nothing.exponent), d, own.column + (i * 2 + 1) * kLanes);
  }
  for (std::size_t begin = 0; begin < problem.cols; begin += kLanes) {
    for (std::size_t i = 0; i < problem.rows; ++i) {
      loadTile([=](std::size_t p) { return p < pairs ? cost + p * cells + i * problem.cols : nullptr; },
               [=](std::size_t) { return static_cast<std::ptrdiff_t>(begin); }, static_cast<std::ptrdiff_t>(problem.cols), own.tiles + i * kTile);
    }
    for (std::size_t j = begin; j < std::min(begin + kLanes, problem.cols); ++j) {
      forwardColumn<kUp, kKeep>(problem, j == 0, j % kRenormaliseEvery == 0, own.tiles + (j - begin) * kLanes, own.column,
                                kKeep ? own.weights + j * problem.rows * own.kept * kLanes : nullptr);
    }
  }
  const Floats mantissa = hn::Load(d, own.column + (problem.rows - 1) * 2 * kLanes);
  const Ints exponent = hn::BitCast(IntTag(), hn::Load(d, own.column + ((problem.rows - 1) * 2 + 1) * kLanes));
  for (std::size_t p = 0; p < pairs; ++p) last[p] = {hn::ExtractLane(mantissa, p), hn::ExtractLane(exponent, p)};
}

// column: of each row, what the column after this one adds to its lambda.
template <bool kUp>
HWY_INLINE void backwardColumn(std::size_t rows, const float* HWY_RESTRICT weights, float* HWY_RESTRICT column, float* HWY_RESTRICT tiles) {
  const FloatTag d;
  constexpr std::size_t kKept = kUp ? 4 : 3;
  Floats byDiagonal = hn::Zero(d), byUp = hn::Zero(d);
  for (std::size_t i = rows; i-- > 0;) {
    const float* const kept = weights + i * kKept * kLanes;
    const Floats lambda = hn::Add(hn::Load(d, column + i * kLanes), byUp);
    hn::Store(hn::Mul(lambda, hn::Load(d, kept + 2 * kLanes)), d, tiles + i * kTile);
    hn::Store(hn::MulAdd(lambda, hn::Load(d, kept + kLanes), byDiagonal), d, column + i * kLanes);
    byDiagonal = hn::Mul(lambda, hn::Load(d, kept));
    if (kUp) byUp = hn::Mul(lambda, hn::Load(d, kept + 3 * kLanes));
  }
}

template <bool kUp>
void backwardLanes(const FastProblem& problem, const LanesSpace& own, std::size_t pairs, const float* lastLambda, float* gradient) {
  const std::size_t cells = problem.rows * problem.cols;
  std::fill(own.column, own.column + problem.rows * kLanes, 0.0f);
  std::copy(lastLambda, lastLambda + pairs, own.column + (problem.rows - 1) * kLanes);
  for (std::size_t begin = (problem.cols - 1) / kLanes * kLanes;; begin -= kLanes) {
    for (std::size_t j = std::min(begin + kLanes, problem.cols); j-- > begin;) {
      backwardColumn<kUp>(problem.rows, own.weights + j * problem.rows * own.kept * kLanes, own.column, own.tiles + (j - begin) * kLanes);
    }
    for (std::size_t i = 0; i < problem.rows; ++i) {
      storeTile(own.tiles + i * kTile, [=](std::size_t p) { return p < pairs ? gradient + p * cells + i * problem.cols : nullptr; },
                [=](std::size_t) { return static_cast<std::ptrdiff_t>(begin); }, static_cast<std::ptrdiff_t>(problem.cols));
    }
    if (begin == 0) return;
  }
}

std::size_t vectorLanes() { return kLanes; }

std::size_t lanesSpace(const FastProblem& problem, bool gradient) { return LanesSpace(problem, gradient).bytes(); }

void lanesForward(const FastProblem& problem, std::size_t pairs, bool gradient, const float* cost, void* space, LastCell* last) {
  const LanesSpace own(problem, gradient, space);
  if (problem.pattern == StepPattern::kSymmetric1) {
    gradient ? forwardLanes<true, true>(problem, own, pairs, cost, last) : forwardLanes<true, false>(problem, own, pairs, cost, last);
  } else {
    gradient ? forwardLanes<false, true>(problem, own, pairs, cost, last) : forwardLanes<false, false>(problem, own, pairs, cost, last);
  }
}

void lanesBackward(const FastProblem& problem, std::size_t pairs, const float* lastLambda, void* space, float* gradient) {
  const LanesSpace own(problem, true, space);
  problem.pattern == StepPattern::kSymmetric1 ? backwardLanes<true>(problem, own, pairs, lastLambda, gradient)
                                              : backwardLanes<false>(problem, own, pairs, lastLambda, gradient);
}

#endif  // HWY_TARGET == HWY_SCALAR
}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

std::size_t vectorLanes() noexcept { return WETAS_SELECT(vectorLanes)(); }
std::size_t lanesSpace(const FastProblem& problem, bool gradient) noexcept { return WETAS_SELECT(lanesSpace)(problem, gradient); }
void lanesForward(const FastProblem& problem, std::size_t pairs, bool gradient, const float* cost, void* space, LastCell* last) noexcept {
  WETAS_SELECT(lanesForward)(problem, pairs, gradient, cost, space, last);
}
void lanesBackward(const FastProblem& problem, std::size_t pairs, const float* lastLambda, void* space, float* gradient) noexcept {
  WETAS_SELECT(lanesBackward)(problem, pairs, lastLambda, space, gradient);
}

}  // namespace wetas
#endif  // HWY_ONCE
