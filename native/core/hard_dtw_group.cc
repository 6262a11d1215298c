#include "core/hard_dtw_group.h"

#include <algorithm>
#include <limits>

#include "core/hard_dtw_points.h"

namespace wetas {
namespace {

// Between two looks at the control, about a millisecond.
constexpr std::size_t kCellsAtOnce = std::size_t{1} << 21;
constexpr std::size_t kRowsAtOnce = 8;  // as many as the kernel likes

}  // namespace

template <class T>
HardDtwGroup<T>::HardDtwGroup(const WarpingPaths& paths, Control& control) : paths_(paths), control_(control) {
  lanes_.penalties = {static_cast<T>(paths.stepPenalty),
                      paths.pattern == StepPattern::kSymmetric1 ? static_cast<T>(paths.stepPenalty) : std::numeric_limits<T>::infinity()};
}

template <class T>
void HardDtwGroup<T>::takeY(const Pair<T>* pairs, std::size_t count) {
  const std::size_t width = lanes();
  lanes_.channels = pairs->channels;
  lanes_.cost = cellCost(pairs->kind, pairs->channels);
  lanes_.cols = 0;
  ends_.clear();
  for (std::size_t lane = 0; lane < count; ++lane) {
    ends_.push_back(pairs[lane].cols);
    lanes_.cols = std::max(lanes_.cols, pairs[lane].cols);
  }
  const std::size_t numbers = lanes_.channels * numbersOfY(lanes_.cost);
  T* const y = y_.atLeast(lanes_.cols * numbers * width);
  lanes_.y = y;
  for (std::size_t lane = 0; lane < width; ++lane) {
    const Pair<T>& pair = pairs[std::min(lane, count - 1)];
    const T* const points = pointsForHardDtw(lanes_.cost, true, pair.cols, pair.channels, pair.y, prepared_);
    const std::size_t own = pair.cols * numbers;
    for (std::size_t i = 0; i < own; ++i) y[i * width + lane] = points[i];
    for (std::size_t i = own; i < lanes_.cols * numbers; ++i) y[i * width + lane] = points[own - 1];
  }
}

template <class T>
void HardDtwGroup<T>::takeX(const Pair<T>* pairs, std::size_t count) {
  const std::size_t width = lanes(), size = pairs->rows * pairs->channels;
  lanes_.rows = pairs->rows;
  T* const x = x_.atLeast(size * width);
  lanes_.x = x;
  const bool oneForAll = std::all_of(pairs, pairs + count, [&](const Pair<T>& pair) { return pair.x == pairs->x; });
  for (std::size_t lane = 0; lane < (oneForAll ? 1 : width); ++lane) {
    const Pair<T>& pair = pairs[std::min(lane, count - 1)];
    const T* const points = pointsForHardDtw(lanes_.cost, false, pair.rows, pair.channels, pair.x, prepared_);
    if (oneForAll) {
      for (std::size_t i = 0; i < size; ++i) std::fill_n(x + i * width, width, points[i]);
    } else {
      for (std::size_t i = 0; i < size; ++i) x[i * width + lane] = points[i];
    }
  }
}

template <class T>
void HardDtwGroup<T>::solve(double maxDistance, T* value) {
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  const bool reached = reachLastRow(maxDistance);
  for (std::size_t lane = 0; lane < ends_.size() && !control_.stopped(); ++lane) {
    const std::size_t end = ends_[lane];
    T best = kInfinity;
    for (std::size_t j = paths_.openEnd ? bandBegin(lanes_.rows - 1) : end - 1; reached && j < end; ++j) best = std::min(best, lanes_.above[(1 + j) * lanes() + lane]);
    value[lane] = best > maxDistance ? kInfinity : best;
    control_.advance(lanes_.rows * end);
  }
}

// False where no path has a cost up to maxDistance, and where the call is stopped.
template <class T>
bool HardDtwGroup<T>::reachLastRow(double maxDistance) {
  const std::size_t rows = lanes_.rows, cols = lanes_.cols;
  if (!band_.has_value() || bandRows_ != rows || bandCols_ != cols) {
    band_.emplace(paths_.band, rows, cols);
    bandRows_ = rows;
    bandCols_ = cols;
  }
  for (std::size_t i = 0; i < rows; ++i) {
    if (bandBegin(i) == bandEnd(i)) return false;
  }
  lanes_.begin = band_->everything() ? nullptr : band_->begin.data();
  lanes_.end = band_->everything() ? nullptr : band_->end.data();
  lanes_.above = above_.atLeast((cols + 1) * lanes());
  std::fill_n(lanes_.above, (cols + 1) * lanes(), std::numeric_limits<T>::infinity());
  std::fill_n(lanes_.above, (paths_.openStart ? 1 + bandEnd(0) : 1) * lanes(), T(0));
  const bool bounded = maxDistance < std::numeric_limits<double>::infinity();
  const std::size_t affordable = std::max<std::size_t>(1, kCellsAtOnce / (cols * lanes() * kRowsAtOnce)) * kRowsAtOnce;
  const std::size_t step = bounded ? std::min(affordable, 2 * kRowsAtOnce) : affordable;
  for (std::size_t first = 0; first < rows; first += step) {
    if (control_.stopped()) return false;
    const std::size_t last = std::min(first + step, rows) - 1;
    functions_.rows(lanes_, first, last + 1 - first);
    // Every path goes on from a cell of this row, and costs no less afterwards.
    if (bounded && !functions_.within(lanes_, bandBegin(last), bandEnd(last), static_cast<T>(maxDistance))) return false;
  }
  return true;
}

template class HardDtwGroup<float>;
template class HardDtwGroup<double>;

}  // namespace wetas
