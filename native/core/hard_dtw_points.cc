#include "core/hard_dtw_points.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace wetas {
namespace {

// Neither the squares nor their sum leave the range of T.
template <class T>
void normalise(std::size_t channels, const T* point, T* unit) {
  T largest = 0, sum = 0;
  for (std::size_t c = 0; c < channels; ++c) largest = std::max(largest, std::abs(point[c]));
  if (largest == 0) largest = 1;
  for (std::size_t c = 0; c < channels; ++c) {
    unit[c] = point[c] / largest;
    sum += unit[c] * unit[c];
  }
  const T inverse = sum == 0 ? T(0) : 1 / std::sqrt(sum);
  for (std::size_t c = 0; c < channels; ++c) unit[c] *= inverse;
}

}  // namespace

template <class T>
bool cleanPoints(PointCost kind, std::size_t points, std::size_t channels, const T* values) noexcept {
  const T* const end = values + points * channels;
  if (kind == PointCost::kBinaryCrossEntropy) return std::all_of(values, end, [](T value) { return value >= 0 && value <= 1; });
  constexpr std::size_t kSums = 16;
  T sums[kSums] = {};  // of 0 times the numbers: 0 unless one is infinite or NaN
  const T* value = values;
  for (; end - value >= static_cast<std::ptrdiff_t>(kSums); value += kSums) {
    for (std::size_t k = 0; k < kSums; ++k) sums[k] += value[k] * 0;
  }
  for (; value != end; ++value) sums[0] += *value * 0;
  return std::all_of(sums, sums + kSums, [](T sum) { return sum == 0; });
}

template <class T>
const T* pointsForHardDtw(CellCost cost, bool ofY, std::size_t points, std::size_t channels, const T* values, Workspace<T>& space) {
  if (cost == CellCost::kCosine) {
    T* const units = space.atLeast(points * channels);
    for (std::size_t i = 0; i < points; ++i) normalise(channels, values + i * channels, units + i * channels);
    return units;
  }
  if (cost == CellCost::kBinaryCrossEntropy && ofY) {
    T* const logarithms = space.atLeast(points * channels * 2);
    for (std::size_t i = 0; i < points * channels; ++i) {
      const T score = values[i] >= 0 && values[i] <= 1 ? values[i] : std::numeric_limits<T>::quiet_NaN();
      logarithms[2 * i] = std::log(score);
      logarithms[2 * i + 1] = std::log1p(-score);
    }
    return logarithms;
  }
  return values;
}

template bool cleanPoints(PointCost, std::size_t, std::size_t, const float*) noexcept;
template bool cleanPoints(PointCost, std::size_t, std::size_t, const double*) noexcept;
template const float* pointsForHardDtw(CellCost, bool, std::size_t, std::size_t, const float*, Workspace<float>&);
template const double* pointsForHardDtw(CellCost, bool, std::size_t, std::size_t, const double*, Workspace<double>&);

}  // namespace wetas
