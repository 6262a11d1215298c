#include "kernels/cpu/soft_dtw_fast.h"

#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>

#include "core/dtw_batch.h"
#include "core/soft_dtw_parts.h"
#include "kernels/cpu/cost_range.h"

namespace wetas {
namespace {

constexpr std::size_t kMostLanes = 16;
constexpr std::size_t kLanesSpaceLimit = std::size_t{16} << 20;

// What the arithmetic can represent for one shape and gamma.
struct Limits {
  double scale, power;
  float largestCost;

  Limits(const DenseShape& shape, double gamma)
      : scale(static_cast<float>(-1.4426950408889634 / gamma)), power(maxPower(shape.rows, shape.cols)),
        largestCost(static_cast<float>(std::min<double>(FLT_MAX, power / std::abs(scale)))) {}

  // An ordinary float, and the powers of two of ordinary costs too.
  bool usable() const { return std::abs(scale) >= FLT_MIN && std::abs(scale) <= 1e30; }
  bool fits(const CostRange<float>& range) const { return range.lowest * scale <= power; }
};

// Whether a clamped cell may have a share in the result. Paths without one weigh more than all those with one, unless
// the sum is as small as a clamped cell (times the number of paths, up to 2^1.28 a row and column, and their other cells) could make it.
bool clampMatters(const Limits& limits, const DenseShape& shape, const CostRange<float>& range, const LastCell& last) {
  if (range.highest <= limits.largestCost) return false;
  const double length = static_cast<double>(shape.rows) + static_cast<double>(shape.cols);
  return last.exponent <= -limits.power + 64 + length * (1.28 + std::max(0.0, range.lowest * limits.scale));
}

struct Batch {
  const DenseShape& shape;
  const Limits limits;
  const FastProblem problem;
  const float* cost;
  float* value;
  float* gradient;
  std::uint8_t* beyond;  // [batch] 1: left to the exact path

  // From the last cell: the value, and lambda of that cell.
  float finish(std::size_t pair, const CostRange<float>& range, const LastCell& last) const {
    beyond[pair] = range.valid && (!limits.fits(range) || clampMatters(limits, shape, range, last));
    if (!range.valid) value[pair] = std::numeric_limits<float>::quiet_NaN();
    if (!range.valid || beyond[pair]) return 0;
    value[pair] = last.mantissa == 0 ? std::numeric_limits<float>::infinity()
                                     : static_cast<float>((last.exponent + std::log2(static_cast<double>(last.mantissa))) / limits.scale);
    return last.mantissa == 0 ? 0 : 1 / last.mantissa;
  }

  void fillNaN(std::size_t pair) const { std::fill_n(gradient + pair * shape.cells(), shape.cells(), std::numeric_limits<float>::quiet_NaN()); }

  void runStrips(std::size_t pair, void* space) const {
    const float* const pairCost = cost + pair * shape.cells();
    const CostRange<float> range = costRange(pairCost, shape.cells());
    const bool able = range.valid && limits.fits(range);
    const LastCell last = able ? stripForward(problem, gradient != nullptr, pairCost, space) : LastCell{};
    const float lambda = finish(pair, range, last);
    if (gradient == nullptr) return;
    if (!range.valid) fillNaN(pair);
    if (able && !beyond[pair]) stripBackward(problem, pairCost, lambda, space, gradient + pair * shape.cells());
  }

  void runLanes(std::size_t firstPair, std::size_t pairs, void* space) const {
    std::array<CostRange<float>, kMostLanes> range;
    std::array<LastCell, kMostLanes> last;
    std::array<float, kMostLanes> lambda;
    const std::size_t at = firstPair * shape.cells();
    lanesForward(problem, pairs, gradient != nullptr, cost + at, space, last.data());
    for (std::size_t p = 0; p < pairs; ++p) {
      range[p] = costRange(cost + at + p * shape.cells(), shape.cells());
      lambda[p] = finish(firstPair + p, range[p], last[p]);
    }
    if (gradient == nullptr) return;
    lanesBackward(problem, pairs, lambda.data(), space, gradient + at);
    for (std::size_t p = 0; p < pairs; ++p) {
      if (!range[p].valid) fillNaN(firstPair + p);
    }
  }
};

}  // namespace

void softDtwFast(const DenseShape& shape, StepPattern pattern, double gamma, const float* cost, float* value, float* gradient, std::uint8_t* beyond) {
  const Limits limits(shape, gamma);
  std::fill_n(beyond, shape.batch, std::uint8_t{1});
  if (limits.usable()) {
    const bool wantGradient = gradient != nullptr;
    const FastProblem problem{shape.rows, shape.cols, pattern, static_cast<float>(limits.scale), limits.largestCost};
    const Batch batch{shape, limits, problem, cost, value, gradient, beyond};
    const std::size_t lanes = vectorLanes();
    // A group of pairs in lanes keeps min(batch, lanes) lanes busy, a strip `rows` of them.
    if (shape.rows < std::min(shape.batch, lanes) && lanesSpace(problem, wantGradient) <= kLanesSpaceLimit) {
      const Runs groups{(shape.batch + lanes - 1) / lanes};
      const RunSpace space(groups.runs, lanesSpace(problem, wantGradient));
      groups.forEach([&](std::size_t run, std::size_t begin, std::size_t end) {
        for (std::size_t group = begin; group < end; ++group) {
          batch.runLanes(group * lanes, std::min(lanes, shape.batch - group * lanes), space.of(run));
        }
      });
    } else {
      const Runs pairs{shape.batch};
      const RunSpace space(pairs.runs, stripSpace(problem, wantGradient));
      pairs.forEach([&](std::size_t run, std::size_t begin, std::size_t end) {
        for (std::size_t pair = begin; pair < end; ++pair) batch.runStrips(pair, space.of(run));
      });
    }
  }
}

}  // namespace wetas
