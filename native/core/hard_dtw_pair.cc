#include "core/hard_dtw_pair.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/band.h"

namespace wetas {
namespace {

template <class T>
constexpr T kInfinity = std::numeric_limits<T>::infinity();

template <class T>
T pointCostOf(PointCost kind, std::size_t channels, const T* x, const T* y) {
  T sum = 0, xx = 0, yy = 0;
  for (std::size_t c = 0; c < channels; ++c) {
    const T difference = x[c] - y[c];
    switch (kind) {
      case PointCost::kSquaredEuclidean:
      case PointCost::kEuclidean: sum += difference * difference; break;
      case PointCost::kAbsolute: sum += std::abs(difference); break;
      case PointCost::kCosine: sum += x[c] * y[c], xx += x[c] * x[c], yy += y[c] * y[c]; break;
      case PointCost::kBinaryCrossEntropy:
        if (x[c] != 0) sum -= x[c] * std::log(y[c]);
        if (x[c] != 1) sum -= (1 - x[c]) * std::log(1 - y[c]);
        break;
    }
  }
  if (kind == PointCost::kEuclidean) return std::sqrt(sum);
  if (kind == PointCost::kCosine) return xx == 0 || yy == 0 ? 1 : 1 - sum / (std::sqrt(xx) * std::sqrt(yy));
  return sum;
}

// One row at a time. take(i, j, value, move, diagonal) for every cell.
enum Move : std::uint8_t { kStart, kDiagonal, kStay, kUp };

template <class T, class Take>
T run(const Pair<T>& pair, const WarpingPaths& paths, Ties ties, double maxDistance, std::size_t& end, Control& control, const Take& take) {
  const RowIntervals intervals(paths.band, pair.rows, pair.cols);
  const T penalty = static_cast<T>(paths.stepPenalty);
  std::vector<T> above(pair.cols, kInfinity<T>), row(pair.cols);
  for (std::size_t i = 0; i < pair.rows; ++i) {
    if (control.stopped()) return 0;
    std::fill(row.begin(), row.end(), kInfinity<T>);
    const std::size_t first = intervals.everything() ? 0 : static_cast<std::size_t>(intervals.begin[i]);
    const std::size_t last = intervals.everything() ? pair.cols : static_cast<std::size_t>(intervals.end[i]);
    for (std::size_t j = first; j < last; ++j) {
      const T cost = pair.cost != nullptr ? pair.cost[i * pair.costStride + j]
                                          : pointCostOf(pair.kind, pair.channels, pair.x + i * pair.channels, pair.y + j * pair.channels);
      if (!(cost > -kInfinity<T>)) return std::numeric_limits<T>::quiet_NaN();
      const bool start = i == 0 && (j == 0 || paths.openStart);
      const T diagonal = start ? 0 : i > 0 && j > 0 ? above[j - 1] : kInfinity<T>;
      const T stay = j > first ? row[j - 1] + penalty : kInfinity<T>;
      const T up = i > 0 && paths.pattern == StepPattern::kSymmetric1 ? above[j] + penalty : kInfinity<T>;
      const bool takeDiagonal = ties == Ties::kDiagonalFirst ? diagonal <= stay : diagonal < stay;
      const T onRow = takeDiagonal ? diagonal : stay;
      row[j] = cost + std::min(onRow, up);
      take(i, j, up < onRow ? kUp : !takeDiagonal ? kStay : start ? kStart : kDiagonal);
    }
    above.swap(row);
    control.advance(last - first);
  }
  end = pair.cols - 1;
  if (paths.openEnd) end = static_cast<std::size_t>(std::min_element(above.begin(), above.end()) - above.begin());
  return above[end] > maxDistance ? kInfinity<T> : above[end];
}

}  // namespace

template <class T>
T hardDtwValue(const Pair<T>& pair, const WarpingPaths& paths, double maxDistance, Control& control) {
  std::size_t end;
  return run(pair, paths, Ties::kDiagonalFirst, maxDistance, end, control, [](std::size_t, std::size_t, Move) {});
}

template <class T>
T hardDtwPath(const Pair<T>& pair, const WarpingPaths& paths, Ties ties, double maxDistance, std::vector<Cell>& fromEnd, Control& control) {
  fromEnd.clear();
  std::vector<Move> moves(pair.rows * pair.cols);
  std::size_t j = 0;
  const T value = run(pair, paths, ties, maxDistance, j, control, [&](std::size_t i, std::size_t k, Move move) { moves[i * pair.cols + k] = move; });
  if (!std::isfinite(value) || control.stopped()) return value;
  for (std::size_t i = pair.rows - 1;;) {
    fromEnd.push_back({static_cast<std::int32_t>(i), static_cast<std::int32_t>(j)});
    const Move move = moves[i * pair.cols + j];
    if (move == kStart) return value;
    i -= move != kStay;
    j -= move != kUp;
  }
}

template <class T>
T hardDtwStretch(const Pair<T>& pair, const WarpingPaths& paths, Stretch& stretch, Control& control) {
  std::vector<std::int32_t> start(pair.cols);
  std::int32_t diagonal = 0;
  std::size_t end = 0, next = 0;
  const T value = run(pair, paths, Ties::kDiagonalFirst, kInfinity<double>, end, control, [&](std::size_t, std::size_t j, Move move) {
    if (j != next) diagonal = j == 0 ? 0 : start[j - 1];
    next = j + 1;
    const std::int32_t above = start[j];
    start[j] = move == kStart ? static_cast<std::int32_t>(j) : move == kDiagonal ? diagonal : move == kStay ? start[j - 1] : above;
    diagonal = above;
  });
  stretch = {start[end], static_cast<std::int32_t>(end)};
  return value;
}

template float hardDtwValue(const Pair<float>&, const WarpingPaths&, double, Control&);
template double hardDtwValue(const Pair<double>&, const WarpingPaths&, double, Control&);
template float hardDtwPath(const Pair<float>&, const WarpingPaths&, Ties, double, std::vector<Cell>&, Control&);
template double hardDtwPath(const Pair<double>&, const WarpingPaths&, Ties, double, std::vector<Cell>&, Control&);
template float hardDtwStretch(const Pair<float>&, const WarpingPaths&, Stretch&, Control&);
template double hardDtwStretch(const Pair<double>&, const WarpingPaths&, Stretch&, Control&);

}  // namespace wetas
