#include "core/hard_dtw_pair.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "core/hard_dtw_points.h"

namespace wetas {
namespace {

template <class T>
constexpr T kInfinity = std::numeric_limits<T>::infinity();

constexpr std::size_t kCostSteps = 32;    // whose costs are made before they are added up: they stay in the nearest cache
constexpr std::size_t kLongSteps = 8192;   // between two looks at the control, at most
constexpr std::size_t kMostKept = std::size_t{1} << 24;  // bytes that a thread keeps for the next path
constexpr std::size_t kState = kMostHardLanes * (2 * kMostRowsPerLane + 1);

// Whether a point of infinities, as what is outside y, is infinitely far from clean points.
bool infinityForbids(CellCost cost) { return cost != CellCost::kCosine && cost != CellCost::kBinaryCrossEntropy; }

template <class T>
T smallest(const T* values, std::size_t count) {
  constexpr std::size_t kAtOnce = 16;
  T least[kAtOnce];
  std::fill_n(least, kAtOnce, kInfinity<T>);
  std::size_t i = 0;
  for (; i + kAtOnce <= count; i += kAtOnce) {
    for (std::size_t k = 0; k < kAtOnce; ++k) least[k] = values[i + k] < least[k] ? values[i + k] : least[k];
  }
  for (; i < count; ++i) least[0] = std::min(least[0], values[i]);
  return *std::min_element(least, least + kAtOnce);
}

template <class T>
HardDtwSpace<T>& spaceOfThread() {
  static thread_local HardDtwSpace<T> space;
  return space;
}

// The integer as wide as T in the bits of a T.
template <class T>
std::size_t columnOf(T bits) {
  std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t> integer;
  std::memcpy(&integer, &bits, sizeof bits);
  return static_cast<std::size_t>(integer);
}

}  // namespace

template <class T>
HardDtwPair<T>::HardDtwPair(const WarpingPaths& paths, Control& control)
    : space_(spaceOfThread<T>()),
      paths_(paths),
      penalties_{static_cast<T>(paths.stepPenalty), paths.pattern == StepPattern::kSymmetric1 ? static_cast<T>(paths.stepPenalty) : kInfinity<T>},
      control_(control) {}

template <class T>
T HardDtwPair<T>::value(const Pair<T>& pair, double maxDistance) {
  End end;
  return solve(pair, maxDistance, Want::kValue, end);
}

template <class T>
T HardDtwPair<T>::path(const Pair<T>& pair, Ties ties, double maxDistance, std::vector<Cell>& fromEnd) {
  fromEnd.clear();
  End end;
  const T value = solve(pair, maxDistance, Want::kPath, end);
  if (std::isfinite(value) && !control_.stopped()) walkBack(ties, end.col, fromEnd);
  space_.kept.releaseAbove(kMostKept / sizeof(T));
  return value;
}

template <class T>
T HardDtwPair<T>::stretch(const Pair<T>& pair, Stretch& stretch) {
  End end{};
  const T value = solve(pair, kInfinity<double>, Want::kStretch, end);
  stretch = {static_cast<std::int32_t>(end.start), static_cast<std::int32_t>(end.col)};
  return value;
}

template <class T>
T HardDtwPair<T>::solve(const Pair<T>& pair, double maxDistance, Want want, End& end) {
  std::size_t rowsDone = 0;
  end = {kInfinity<T>, 0, 0};
  const T value = setUp(pair) ? runStrips(maxDistance, want, end, rowsDone) : kInfinity<T>;
  if (!control_.stopped()) control_.advance((pair.rows - rowsDone) * pair.cols);  // those given up
  return value;
}

template <class T>
T HardDtwPair<T>::runStrips(double maxDistance, Want want, End& end, std::size_t& rowsDone) {
  planStrips();
  makeFoot(want);
  if (want == Want::kPath) keepStrips();
  for (const Strip& strip : strips_) {
    if (control_.stopped()) break;
    prepareStrip(strip);
    runStrip(strip, want, end);
    rowsDone += strip.rows;
    control_.advance(strip.rows * pair_.cols);
    if (!clean_ && holdsNaN(strip)) return std::numeric_limits<T>::quiet_NaN();
    // Every path goes on from a cell of this row, and costs no less afterwards.
    if (clean_ && maxDistance < kInfinity<double> && &strip != &strips_.back()) {
      const std::size_t row = strip.first + strip.rows - 1, begin = bandBegin(row);
      if (smallest(foot_ + begin, bandEnd(row) - begin) > maxDistance) return kInfinity<T>;
    }
  }
  return end.value > maxDistance ? kInfinity<T> : end.value;
}

template <class T>
void HardDtwPair<T>::runStrip(const Strip& strip, Want want, End& end) {
  const StripShape& shape = strip.shape;
  const std::size_t lanes = shape.lanes, corner = shape.rowsPerLane * lanes;
  const bool last = &strip == &strips_.back();
  const std::ptrdiff_t before = static_cast<std::ptrdiff_t>(strip.begin) - 1;
  StripSteps<T> steps{shape, strip.begin, 0, foot_, space_.state.atLeast(kState)};
  std::fill_n(steps.state, shape.stateSize(), kInfinity<T>);
  steps.state[corner] = foot_[before];
  if (strip.begin == 0) foot_[before] = kInfinity<T>;
  if (want == Want::kStretch) {
    std::fill_n(space_.startState.atLeast(kState), shape.stateSize(), T(0));
    space_.startState.data()[corner] = startFoot_[before];
  }
  if (want == Want::kPath) {
    strip.keptFoot[0] = steps.state[corner];
    std::copy(foot_ + strip.begin, foot_ + strip.end, strip.keptFoot + 1);
  }
  // The steps in which a path may end are recorded.
  const std::size_t delay = shape.stepAt(strip.rows - 1, 0), recordFrom = !last ? strip.end : downToSteps(delay + (paths_.openEnd ? 0 : pair_.cols - 1));
  while (steps.first < strip.end && !control_.stopped()) {
    const std::size_t done = steps.first - strip.begin;
    if (want == Want::kPath && done % kKeptSteps == 0) std::copy_n(steps.state, shape.stateSize(), strip.keptStates + done / kKeptSteps * shape.stateSize());
    const bool record = steps.first >= recordFrom;
    steps.steps = std::min(want == Want::kPath || record ? kKeptSteps - done % kKeptSteps : kLongSteps, (record ? strip.end : std::min(strip.end, recordFrom)) - steps.first);
    T* const recorded = record ? space_.record.atLeast(kRecord) : nullptr;
    if (want == Want::kStretch) {
      runStarts(strip, steps, recorded, record ? space_.startRecord.atLeast(kRecord) : nullptr);
    } else {
      runSteps(strip, steps, recorded);
    }
    if (record) readEnd(strip, steps, want, end);
    steps.first += steps.steps;
  }
}

template <class T>
void HardDtwPair<T>::runSteps(const Strip& strip, const StripSteps<T>& steps, T* record) {
  if (record == nullptr && square() && clean_ && penalties_.stay == 0 && penalties_.up == 0 && (band_->everything() || insideBand(strip, steps))) {
    functions_.squared(space_.packedX.data(), skewed_, steps);
    return;
  }
  T* const cost = space_.costs.atLeast(kCostSteps * strip.shape.rows());
  StripSteps<T> part = steps;
  for (std::size_t done = 0; done < steps.steps; done += part.steps) {
    part.first = steps.first + done;
    part.steps = std::min(kCostSteps, steps.steps - done);
    makeCosts(strip, part, cost);
    functions_.recurrence(square(), penalties_, cost, part, record == nullptr ? nullptr : record + done * strip.shape.recordSize());
  }
}

template <class T>
void HardDtwPair<T>::runStarts(const Strip& strip, const StripSteps<T>& steps, T* record, T* startRecord) {
  StripSteps<T> part = steps, startPart = steps;
  startPart.foot = startFoot_;
  startPart.state = space_.startState.data();
  T* const cost = space_.costs.atLeast(kCostSteps * strip.shape.rows());
  const std::size_t size = record == nullptr ? 0 : strip.shape.recordSize();
  for (std::size_t done = 0; done < steps.steps; done += part.steps) {
    part.first = startPart.first = steps.first + done;
    part.steps = startPart.steps = std::min(kCostSteps, steps.steps - done);
    makeCosts(strip, part, cost);
    functions_.starts(square(), penalties_, cost, part, startPart, record + done * size, startRecord + done * size);
  }
}

// Whether every lane is inside the band in all these steps.
template <class T>
bool HardDtwPair<T>::insideBand(const Strip& strip, const StripSteps<T>& steps) const {
  const std::size_t last = strip.rows - 1;
  return steps.first >= strip.shape.stepAt(last, bandBegin(strip.first + last)) && steps.first + steps.steps <= bandEnd(strip.first);
}

template <class T>
void HardDtwPair<T>::makeCosts(const Strip& strip, const StripSteps<T>& steps, T* cost) const {
  if (pair_.cost != nullptr) {
    functions_.givenCosts(pair_.cost + strip.first * pair_.costStride, pair_.costStride, strip.rows, pair_.cols, steps, cost);
    if (band_->everything()) return;
  } else {
    functions_.costs(cost_, pair_.channels, space_.packedX.data(), skewed_, steps, cost);
  }
  if (insideBand(strip, steps) || (band_->everything() && clean_ && infinityForbids(cost_))) return;
  const auto [lanes, rowsPerLane] = strip.shape;
  const std::size_t rows = strip.shape.rows();
  for (std::size_t row = 0; row < strip.rows; ++row) {
    T* const own = cost + row % rowsPerLane * lanes + row / rowsPerLane;
    const std::size_t begin = strip.shape.stepAt(row, bandBegin(strip.first + row)), end = strip.shape.stepAt(row, bandEnd(strip.first + row));
    const std::size_t lastStep = steps.first + steps.steps;
    for (std::size_t t = steps.first; t < std::min(begin, lastStep); ++t) own[(t - steps.first) * rows] = kInfinity<T>;
    for (std::size_t t = std::max(end, steps.first); t < lastStep; ++t) own[(t - steps.first) * rows] = kInfinity<T>;
  }
}

// The best end among the recorded steps.
template <class T>
void HardDtwPair<T>::readEnd(const Strip& strip, const StripSteps<T>& steps, Want want, End& end) const {
  const auto [lanes, rowsPerLane] = strip.shape;
  const std::size_t row = strip.rows - 1, delay = strip.shape.stepAt(row, 0);
  const std::size_t own = (row % rowsPerLane + 1) * lanes + row / rowsPerLane;
  const std::size_t from = std::max(steps.first, delay + (paths_.openEnd ? 0 : pair_.cols - 1)), to = std::min(steps.first + steps.steps, delay + pair_.cols);
  for (std::size_t t = from; t < to; ++t) {
    const std::size_t at = (t - steps.first) * strip.shape.recordSize() + own;
    const T value = space_.record.data()[at];
    if (value < end.value) end = {value, t - delay, want == Want::kStretch ? columnOf(space_.startRecord.data()[at]) : 0};
  }
}

// Where a cell was NaN or -infinity, so is what came after it on its row.
template <class T>
bool HardDtwPair<T>::holdsNaN(const Strip& strip) const {
  const auto [lanes, rowsPerLane] = strip.shape;
  for (std::size_t row = 0; row < strip.rows; ++row) {
    if (!(space_.state.data()[row % rowsPerLane * lanes + row / rowsPerLane] > -kInfinity<T>)) return true;
  }
  return false;
}

template class HardDtwPair<float>;
template class HardDtwPair<double>;

}  // namespace wetas
