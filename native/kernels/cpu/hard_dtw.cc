// float32 in strips, as soft_dtw_strip.cc describes them; float64, and float32 where there is no SIMD, one cell at a time.
#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/hard_dtw.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include <algorithm>
#include <limits>

#include "kernels/cpu/hard_dtw.h"
#include "kernels/cpu/hard_dtw_plain.h"
#if HWY_TARGET != HWY_SCALAR
#include "kernels/cpu/float_lanes-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {
#if HWY_TARGET == HWY_SCALAR

std::size_t moveLanesOfFloat() { return 1; }

float hardDtwOfFloat(std::size_t rows, std::size_t cols, StepPattern pattern, Ties ties, const float* cost, float* space, std::uint16_t* moves) {
  return plainHardDtw(rows, cols, pattern, ties, cost, space, moves);
}

#else

template <class M>
HWY_INLINE std::uint16_t maskWord(const M& mask) {
  std::uint8_t bytes[8] = {};
  hn::StoreMaskBits(FloatTag(), mask, bytes);
  return static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8);
}

// One strip. boundary is the last row of the strip above, and becomes this one's: step a reads column a and writes a - kLanes.
template <bool kUp, bool kStayFirst, bool kMoves>
float hardStrip(std::size_t rows, std::size_t cols, bool isFirst, const float* cost, float* boundary, std::uint16_t* moves) {
  const FloatTag d;
  const auto rotate = rotation(kLanes - 1);
  const auto first = hn::FirstN(d, 1);
  const Floats infinity = hn::Set(d, std::numeric_limits<float>::infinity());
  HWY_ALIGN float tile[kLanes * kLanes];
  const std::size_t lastLane = std::min(kLanes, rows) - 1, steps = cols + lastLane;
  Floats stay = infinity, diagonal = isFirst ? hn::IfThenElse(first, hn::Zero(d), infinity) : infinity;
  for (std::size_t a = 0; a < steps; ++a) {
    if (a % kLanes == 0) {
      loadTile([=](std::size_t i) { return i <= lastLane ? cost + i * cols : nullptr; },
               [=](std::size_t i) { return static_cast<std::ptrdiff_t>(a) - static_cast<std::ptrdiff_t>(i); },
               static_cast<std::ptrdiff_t>(cols), tile);
    }
    const Floats turned = hn::TableLookupLanes(stay, rotate);
    boundary[static_cast<std::ptrdiff_t>(a) - static_cast<std::ptrdiff_t>(kLanes)] = hn::GetLane(turned);
    const Floats above = hn::IfThenElse(first, hn::Set(d, boundary[a]), turned);
    const auto takeDiagonal = kStayFirst ? hn::Lt(diagonal, stay) : hn::Le(diagonal, stay);
    const Floats onRow = hn::Min(diagonal, stay);
    if (kMoves) {
      *moves++ = maskWord(takeDiagonal);
      *moves++ = kUp ? maskWord(hn::Lt(above, onRow)) : 0;
    }
    stay = hn::Add(hn::Load(d, tile + a % kLanes * kLanes), kUp ? hn::Min(onRow, above) : onRow);
    diagonal = above;
  }
  return boundary[cols - 1] = hn::ExtractLane(stay, lastLane);
}

template <bool kUp, bool kStayFirst, bool kMoves>
float hardStrips(std::size_t rows, std::size_t cols, const float* cost, float* space, std::uint16_t* moves) {
  std::fill(space, space + hardDtwSpace(cols), std::numeric_limits<float>::infinity());
  const std::size_t words = MoveTable{cols, kLanes}.words(1);
  float last = 0;
  for (std::size_t i = 0; i < rows; i += kLanes) {
    last = hardStrip<kUp, kStayFirst, kMoves>(rows - i, cols, i == 0, cost + i * cols, space + kLanes, moves);
    if (kMoves) moves += words;
  }
  return last;
}

std::size_t moveLanesOfFloat() { return kLanes; }

template <bool kUp, bool kStayFirst>
float hardDtwOfPattern(std::size_t rows, std::size_t cols, const float* cost, float* space, std::uint16_t* moves) {
  return moves == nullptr ? hardStrips<kUp, kStayFirst, false>(rows, cols, cost, space, moves)
                          : hardStrips<kUp, kStayFirst, true>(rows, cols, cost, space, moves);
}

float hardDtwOfFloat(std::size_t rows, std::size_t cols, StepPattern pattern, Ties ties, const float* cost, float* space, std::uint16_t* moves) {
  if (pattern == StepPattern::kSymmetric1) {
    return ties == Ties::kStayFirst ? hardDtwOfPattern<true, true>(rows, cols, cost, space, moves)
                                    : hardDtwOfPattern<true, false>(rows, cols, cost, space, moves);
  }
  return ties == Ties::kStayFirst ? hardDtwOfPattern<false, true>(rows, cols, cost, space, moves)
                                  : hardDtwOfPattern<false, false>(rows, cols, cost, space, moves);
}

#endif  // HWY_TARGET == HWY_SCALAR
}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

template <> std::size_t moveLanes<float>() noexcept { return WETAS_SELECT(moveLanesOfFloat)(); }
template <> std::size_t moveLanes<double>() noexcept { return 1; }

template <>
float hardDtwPair(std::size_t rows, std::size_t cols, StepPattern pattern, Ties ties, const float* cost, float* space, std::uint16_t* moves) noexcept {
  return WETAS_SELECT(hardDtwOfFloat)(rows, cols, pattern, ties, cost, space, moves);
}
template <>
double hardDtwPair(std::size_t rows, std::size_t cols, StepPattern pattern, Ties ties, const double* cost, double* space, std::uint16_t* moves) noexcept {
  return plainHardDtw(rows, cols, pattern, ties, cost, space, moves);
}

}  // namespace wetas
#endif  // HWY_ONCE
