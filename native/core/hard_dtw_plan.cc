// What of a pair is settled before its strips run: points, heights, and the working space.
#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>

#include "core/hard_dtw_pair.h"
#include "core/hard_dtw_points.h"

namespace wetas {
namespace {

template <class T>
constexpr T kInfinity = std::numeric_limits<T>::infinity();

constexpr std::size_t kRowsPerLane[] = {8, 4, 1};

// The time of a step, in no unit: until its vectors fill the pipes it is their latency.
double timeOfStep(std::size_t rowsPerLane) { return rowsPerLane == 8 ? 6.4 : rowsPerLane == 4 ? 3.8 : 2.5; }

// An integer as wide as T in the bits of a T.
template <class T>
T bitsOf(std::size_t column) {
  const auto integer = static_cast<std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>>(column);
  T bits;
  std::memcpy(&bits, &integer, sizeof bits);
  return bits;
}

}  // namespace

// False where the band leaves a row without a cell.
template <class T>
bool HardDtwPair<T>::setUp(const Pair<T>& pair) {
  pair_ = pair;
  skewedFor_ = 0;
  if (!band_.has_value() || bandRows_ != pair.rows || bandCols_ != pair.cols) {
    band_.emplace(paths_.band, pair.rows, pair.cols);
    bandRows_ = pair.rows;
    bandCols_ = pair.cols;
  }
  for (std::size_t i = 0; i < pair.rows; ++i) {
    if (bandBegin(i) == bandEnd(i)) return false;
  }
  clean_ = pair.cost == nullptr && cleanPoints(pair.kind, pair.rows, pair.channels, pair.x) && cleanPoints(pair.kind, pair.cols, pair.channels, pair.y);
  if (pair.cost != nullptr) return true;
  cost_ = cellCost(pair.kind, pair.channels);
  x_ = pointsForHardDtw(cost_, false, pair.rows, pair.channels, pair.x, space_.x);
  y_ = pointsForHardDtw(cost_, true, pair.cols, pair.channels, pair.y, space_.y);
  return true;
}

template <class T>
void HardDtwPair<T>::planStrips() {
  const std::size_t lanes = functions_.lanes(), rows = pair_.rows, cols = pair_.cols;
  // The best height for the band: a tall strip needs fewer steps a row, but is outside the band for longer.
  std::size_t most = pair_.cost != nullptr || lanes == kMostHardLanes ? 4 : 8;  // of given costs: each row is a stream of memory
  if (!band_->everything()) {
    double cells = 0, best = kInfinity<double>;
    for (std::size_t i = 0; i < rows; ++i) cells += static_cast<double>(bandEnd(i) - bandBegin(i));
    for (const std::size_t rowsPerLane : kRowsPerLane) {
      const StripShape shape{lanes, rowsPerLane};
      const double height = static_cast<double>(shape.rows()), width = cells / static_cast<double>(rows);
      const double steps = width + height * static_cast<double>(cols) / static_cast<double>(rows) + static_cast<double>(shape.delay());
      const double time = steps * timeOfStep(rowsPerLane) / height;
      if (rowsPerLane > most || time >= best) continue;
      best = time;
      most = rowsPerLane;
    }
  }
  strips_.clear();
  for (std::size_t first = 0; first < rows;) {
    StripShape shape{lanes, most};
    for (const std::size_t rowsPerLane : kRowsPerLane) {
      if (rowsPerLane < most && lanes * rowsPerLane >= rows - first) shape.rowsPerLane = rowsPerLane;
    }
    const std::size_t here = std::min(shape.rows(), rows - first);
    const std::size_t begin = bandBegin(first), end = shape.stepAt(here - 1, bandEnd(first + here - 1) - 1) + 1;
    strips_.push_back({shape, first, here, downToSteps(begin - std::min<std::size_t>(begin, 1)), upToSteps(end), nullptr, nullptr});
    first += here;
  }
}

// The row above the first, where paths come from.
template <class T>
void HardDtwPair<T>::makeFoot(Want want) {
  constexpr std::size_t kLongest = kMostRowsPerLane * kMostHardLanes;  // more than any delay
  const std::size_t cols = pair_.cols, size = kLongest + cols + kLongest + kStripSteps;
  foot_ = space_.foot.atLeast(size) + kLongest;
  std::fill_n(space_.foot.data(), size, kInfinity<T>);
  std::fill_n(foot_ - 1, paths_.openStart ? bandEnd(0) + 1 : 1, T(0));
  if (want != Want::kStretch) return;
  startFoot_ = space_.startFoot.atLeast(size) + kLongest;
  std::fill_n(space_.startFoot.data(), size, T(0));
  for (std::size_t j = 0; j <= cols; ++j) startFoot_[static_cast<std::ptrdiff_t>(j) - 1] = bitsOf<T>(j);
}

// Makes room for what walkBack() needs.
template <class T>
void HardDtwPair<T>::keepStrips() {
  std::size_t size = 0;
  const auto footSize = [&](const Strip& strip) { return (strip.end - strip.begin + 1 + kMostHardLanes) / kMostHardLanes * kMostHardLanes; };
  const auto statesSize = [&](const Strip& strip) { return ((strip.end - strip.begin + kKeptSteps - 1) / kKeptSteps * strip.shape.stateSize() + kMostHardLanes - 1) / kMostHardLanes * kMostHardLanes; };
  for (const Strip& strip : strips_) size += footSize(strip) + statesSize(strip);
  T* at = space_.kept.atLeast(size);
  for (Strip& strip : strips_) {
    strip.keptStates = at;
    strip.keptFoot = at += statesSize(strip);
    at += footSize(strip);
  }
}

// x and y in the order of the strip's lanes.
template <class T>
void HardDtwPair<T>::prepareStrip(const Strip& strip) {
  if (pair_.cost != nullptr) return;
  const auto [lanes, rowsPerLane] = strip.shape;
  const std::size_t channels = pair_.channels, skew = strip.shape.skew();
  T* to = space_.packedX.atLeast(channels * strip.shape.rows());
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t k = 0; k < rowsPerLane; ++k) {
      for (std::size_t l = 0; l < lanes; ++l) *to++ = x_[(strip.first + std::min(l * rowsPerLane + k, strip.rows - 1)) * channels + c];
    }
  }
  if (skewedFor_ == rowsPerLane) return;
  skewedFor_ = rowsPerLane;
  const std::size_t numbers = channels * numbersOfY(cost_), groups = upToSteps(pair_.cols + strip.shape.delay()) / skew, stride = groups + lanes;
  T* const planes = space_.skewedY.atLeast(numbers * skew * stride);
  std::fill_n(planes, numbers * skew * stride, kInfinity<T>);
  skewed_ = {planes, stride, groups - 1};
  for (std::size_t n = 0; n < numbers; ++n) {
    for (std::size_t r = 0; r < skew; ++r) {
      T* at = planes + (n * skew + r) * stride + skewed_.base;
      for (std::size_t j = r; j < pair_.cols; j += skew) *at-- = y_[j * numbers + n];
    }
  }
}

template bool HardDtwPair<float>::setUp(const Pair<float>&);
template bool HardDtwPair<double>::setUp(const Pair<double>&);
template void HardDtwPair<float>::planStrips();
template void HardDtwPair<double>::planStrips();
template void HardDtwPair<float>::makeFoot(Want);
template void HardDtwPair<double>::makeFoot(Want);
template void HardDtwPair<float>::keepStrips();
template void HardDtwPair<double>::keepStrips();
template void HardDtwPair<float>::prepareStrip(const Strip&);
template void HardDtwPair<double>::prepareStrip(const Strip&);

}  // namespace wetas
