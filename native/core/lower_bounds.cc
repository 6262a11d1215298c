#include "core/lower_bounds.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace wetas {
namespace {

struct Window {
  std::size_t begin, end;
};

// The kernels round at every cell of a path, and we at every point.
template <class T>
double rounded(double bound, const Pair<T>& pair) {
  const double roundings = static_cast<double>(pair.rows + pair.cols + 2 * pair.channels + 8);
  const double certain = 1 - 2 * roundings * std::numeric_limits<T>::epsilon();
  return certain > 0 ? bound * certain : 0;
}

// Of series [length, channels], the numbers in [begin, end) of each window. Neither begin nor end ever decreases.
template <class T>
Envelope<T> envelope(const T* series, std::size_t channels, const std::vector<Window>& windows) {
  const std::size_t points = windows.size();
  Envelope<T> result{std::vector<T>(points * channels), std::vector<T>(points * channels)};
  std::vector<std::size_t> lowest, highest;  // candidates, each better than those behind it
  for (std::size_t c = 0; c < channels; ++c) {
    const auto at = [&](std::size_t i) { return series[i * channels + c]; };
    lowest.clear();
    highest.clear();
    std::size_t firstLow = 0, firstHigh = 0, taken = 0;
    for (std::size_t p = 0; p < points; ++p) {
      for (; taken < windows[p].end; ++taken) {
        while (lowest.size() > firstLow && at(lowest.back()) >= at(taken)) lowest.pop_back();
        while (highest.size() > firstHigh && at(highest.back()) <= at(taken)) highest.pop_back();
        lowest.push_back(taken);
        highest.push_back(taken);
      }
      while (lowest[firstLow] < windows[p].begin) ++firstLow;
      while (highest[firstHigh] < windows[p].begin) ++firstHigh;
      result.low[p * channels + c] = at(lowest[firstLow]);
      result.high[p * channels + c] = at(highest[firstHigh]);
    }
  }
  return result;
}

template <class T>
T outside(T value, T low, T high) {
  const T below = low - value, above = value - high, further = below < above ? above : below;
  return further < 0 ? T(0) : further;
}

template <class T>
double sumOutside(PointCost kind, std::size_t points, std::size_t channels, const T* series, const Envelope<T>& around) {
  const T *const low = around.low.data(), *const high = around.high.data();
  if (kind == PointCost::kEuclidean && channels > 1) {
    double sum = 0;
    for (std::size_t p = 0; p < points; ++p) {
      T squares = 0;
      for (std::size_t i = p * channels; i < (p + 1) * channels; ++i) squares += outside(series[i], low[i], high[i]) * outside(series[i], low[i], high[i]);
      sum += std::sqrt(squares);
    }
    return sum;
  }
  constexpr std::size_t kSums = 16;
  T sums[kSums] = {};
  const bool square = kind == PointCost::kSquaredEuclidean;
  const std::size_t count = points * channels;
  std::size_t i = 0;
  for (; i + kSums <= count; i += kSums) {
    for (std::size_t k = 0; k < kSums; ++k) {
      const T far = outside(series[i + k], low[i + k], high[i + k]);
      sums[k] += square ? far * far : far;
    }
  }
  double sum = 0;
  for (; i < count; ++i) {
    const double far = outside(series[i], low[i], high[i]);
    sum += square ? far * far : far;
  }
  for (const T part : sums) sum += part;
  return sum;
}

template <class T>
double costOf(const Pair<T>& pair, const T* x, const T* y) {
  double sum = 0;
  for (std::size_t c = 0; c < pair.channels; ++c) {
    const double difference = static_cast<double>(x[c]) - static_cast<double>(y[c]);
    switch (pair.kind) {
      case PointCost::kSquaredEuclidean:
      case PointCost::kEuclidean: sum += difference * difference; break;
      case PointCost::kAbsolute: sum += std::abs(difference); break;
      case PointCost::kCosine:
      case PointCost::kBinaryCrossEntropy: return 0;  // no sum of differences: their roundings are not relative to the cost
    }
  }
  return pair.kind == PointCost::kEuclidean ? std::sqrt(sum) : sum;
}

}  // namespace

template <class T>
bool haveEnvelopes(const Pair<T>& pair, const RowIntervals& band) noexcept {
  if (pair.kind == PointCost::kCosine || pair.kind == PointCost::kBinaryCrossEntropy) return false;
  if (band.everything()) return true;
  std::int32_t reached = 0;
  for (std::size_t i = 0; i < pair.rows; ++i) {
    if (band.begin[i] > reached || band.begin[i] == band.end[i]) return false;
    reached = band.end[i];
  }
  return static_cast<std::size_t>(reached) == pair.cols;
}

template <class T>
Envelope<T> envelopeOfX(const Pair<T>& pair, const RowIntervals& band) {
  std::vector<Window> windows(pair.cols, {0, pair.rows});
  if (!band.everything()) {
    // Column j may meet the rows from the first that ends behind it to the last that does not begin behind it.
    std::size_t begin = 0, end = 0;
    for (std::size_t j = 0; j < pair.cols; ++j) {
      while (static_cast<std::size_t>(band.end[begin]) <= j) ++begin;
      while (end < pair.rows && static_cast<std::size_t>(band.begin[end]) <= j) ++end;
      windows[j] = {begin, end};
    }
  }
  return envelope(pair.x, pair.channels, windows);
}

template <class T>
Envelope<T> envelopeOfY(const Pair<T>& pair, const RowIntervals& band) {
  std::vector<Window> windows(pair.rows, {0, pair.cols});
  for (std::size_t i = 0; !band.everything() && i < pair.rows; ++i) windows[i] = {static_cast<std::size_t>(band.begin[i]), static_cast<std::size_t>(band.end[i])};
  return envelope(pair.y, pair.channels, windows);
}

template <class T>
double boundByEnds(const Pair<T>& pair) {
  const double first = costOf(pair, pair.x, pair.y);
  if (pair.rows == 1 && pair.cols == 1) return rounded(first, pair);
  return rounded(first + costOf(pair, pair.x + (pair.rows - 1) * pair.channels, pair.y + (pair.cols - 1) * pair.channels), pair);
}

template <class T>
double boundOfColumns(const Pair<T>& pair, const Envelope<T>& ofX) {
  return rounded(sumOutside(pair.kind, pair.cols, pair.channels, pair.y, ofX), pair);
}

template <class T>
double boundOfRows(const Pair<T>& pair, const Envelope<T>& ofY) {
  return rounded(sumOutside(pair.kind, pair.rows, pair.channels, pair.x, ofY), pair);
}

template bool haveEnvelopes(const Pair<float>&, const RowIntervals&) noexcept;
template bool haveEnvelopes(const Pair<double>&, const RowIntervals&) noexcept;
template Envelope<float> envelopeOfX(const Pair<float>&, const RowIntervals&);
template Envelope<double> envelopeOfX(const Pair<double>&, const RowIntervals&);
template Envelope<float> envelopeOfY(const Pair<float>&, const RowIntervals&);
template Envelope<double> envelopeOfY(const Pair<double>&, const RowIntervals&);
template double boundByEnds(const Pair<float>&);
template double boundByEnds(const Pair<double>&);
template double boundOfColumns(const Pair<float>&, const Envelope<float>&);
template double boundOfColumns(const Pair<double>&, const Envelope<double>&);
template double boundOfRows(const Pair<float>&, const Envelope<float>&);
template double boundOfRows(const Pair<double>&, const Envelope<double>&);

}  // namespace wetas
