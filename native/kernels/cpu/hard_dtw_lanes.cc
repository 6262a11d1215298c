#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/hard_dtw_lanes.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include <algorithm>
#include <type_traits>

#include "kernels/cpu/hard_dtw_lanes.h"
// per target
#include "kernels/cpu/hard_dtw_cost-inl.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {

// K rows at once: their last column and, for the first of them, the row above one column back.
template <class T, int K>
struct RowsAtOnce {
  HWY_ALIGN T column[K * kHardLanes<T>];
  HWY_ALIGN T corner[kHardLanes<T>];
};

// The columns [begin, end), all inside the band, without penalties: series of one channel and squared differences.
template <class T, int K>
HWY_NOINLINE void squaredColumns(const LanePairs<T>& pairs, std::size_t first, std::size_t begin, std::size_t end, RowsAtOnce<T, K>& carried) {
  constexpr std::size_t kLanes = kHardLanes<T>;
  const HardTag<T> d;
  using V = HardVector<T>;
  const T* HWY_RESTRICT x = pairs.x + first * kLanes;
  V column[K], corner = hn::Load(d, carried.corner);
  for (int k = 0; k < K; ++k) column[k] = hn::Load(d, carried.column + k * kLanes);
  T* above = pairs.above + (1 + begin) * kLanes;
  for (std::size_t j = begin; j < end; ++j, above += kLanes) {
    const V y = hn::Load(d, pairs.y + j * kLanes);
    V diagonal = corner, up = hn::Load(d, above);
    corner = up;
    HWY_UNROLL(8)
    for (int k = 0; k < K; ++k) {
      const V difference = hn::Sub(y, hn::Load(d, x + k * kLanes)), best = lesser(up, lesser(diagonal, column[k]));
      diagonal = column[k];
      up = column[k] = hn::MulAdd(difference, difference, best);
    }
    hn::Store(up, d, above);
  }
  for (int k = 0; k < K; ++k) hn::Store(column[k], d, carried.column + k * kLanes);
  hn::Store(corner, d, carried.corner);
}

// The columns [begin, end), with everything. inside: all of them are inside the band on all these rows.
template <class T, int K, CellCost kCost>
HWY_NOINLINE void columns(const LanePairs<T>& pairs, std::size_t first, std::size_t begin, std::size_t end, bool inside, RowsAtOnce<T, K>& carried) {
  constexpr std::size_t kLanes = kHardLanes<T>;
  const HardTag<T> d;
  using V = HardVector<T>;
  const std::size_t channels = pairs.channels;
  const V toStay = hn::Set(d, pairs.penalties.stay), toUp = hn::Set(d, pairs.penalties.up), infinity = hn::Set(d, std::numeric_limits<T>::infinity());
  V column[K], corner = hn::Load(d, carried.corner);
  for (int k = 0; k < K; ++k) column[k] = hn::Load(d, carried.column + k * kLanes);
  T* above = pairs.above + (1 + begin) * kLanes;
  for (std::size_t j = begin; j < end; ++j, above += kLanes) {
    V cost[K];
    for (int k = 0; k < K; ++k) cost[k] = hn::Zero(d);
    const T* y = pairs.y + j * channels * numbersOfY(kCost) * kLanes;
    const T* x = pairs.x + first * channels * kLanes;
    for (std::size_t c = 0; c < channels; ++c) {
      for (int k = 0; k < K; ++k) cost[k] = addChannel<kCost, T>(cost[k], hn::Load(d, x + static_cast<std::size_t>(k) * channels * kLanes), y, kLanes);
      x += kLanes;
      y += numbersOfY(kCost) * kLanes;
    }
    V diagonal = corner, up = hn::Load(d, above);
    corner = up;
    for (int k = 0; k < K; ++k) {
      const std::size_t row = first + static_cast<std::size_t>(k);
      const bool forbidden = !inside && (j < static_cast<std::size_t>(pairs.begin[row]) || j >= static_cast<std::size_t>(pairs.end[row]));
      const V best = lesser(hn::Add(up, toUp), lesser(diagonal, hn::Add(column[k], toStay)));
      diagonal = column[k];
      up = column[k] = forbidden ? infinity : throughCell<kCost == CellCost::kDifference, T>(finishCost<kCost, T>(cost[k]), best);
    }
    hn::Store(up, d, above);
  }
  for (int k = 0; k < K; ++k) hn::Store(column[k], d, carried.column + k * kLanes);
  hn::Store(corner, d, carried.corner);
}

template <class T, int K, CellCost kCost>
void someRows(const LanePairs<T>& pairs, std::size_t first) {
  constexpr std::size_t kLanes = kHardLanes<T>;
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  const bool everything = pairs.begin == nullptr, hot = kCost == CellCost::kDifference && pairs.penalties.stay == 0 && pairs.penalties.up == 0;
  const std::size_t begin = everything ? 0 : static_cast<std::size_t>(pairs.begin[first]), end = everything ? pairs.cols : static_cast<std::size_t>(pairs.end[first + K - 1]);
  const std::size_t insideBegin = everything ? 0 : std::min(end, static_cast<std::size_t>(pairs.begin[first + K - 1]));
  const std::size_t insideEnd = everything ? end : std::max(insideBegin, static_cast<std::size_t>(pairs.end[first]));
  T* const corner = pairs.above + begin * kLanes;
  // The row above may not have this column, and older rows have left theirs there.
  if (!everything && first > 0 && begin > 0 && static_cast<std::size_t>(pairs.begin[first - 1]) == begin) std::fill_n(corner, kLanes, kInfinity);
  RowsAtOnce<T, K> carried;
  std::fill_n(carried.column, K * kLanes, kInfinity);
  std::copy_n(corner, kLanes, carried.corner);
  if (begin == 0) std::fill_n(corner, kLanes, kInfinity);
  columns<T, K, kCost>(pairs, first, begin, insideBegin, false, carried);
  if (hot) {
    squaredColumns<T, K>(pairs, first, insideBegin, insideEnd, carried);
  } else {
    columns<T, K, kCost>(pairs, first, insideBegin, insideEnd, true, carried);
  }
  columns<T, K, kCost>(pairs, first, insideEnd, end, false, carried);
}

template <class T, CellCost kCost>
void allRows(const LanePairs<T>& pairs, std::size_t first, std::size_t rows) {
  const std::size_t end = first + rows;
  for (; first + 8 <= end; first += 8) someRows<T, 8, kCost>(pairs, first);
  if (first + 4 <= end) {
    someRows<T, 4, kCost>(pairs, first);
    first += 4;
  }
  for (; first < end; ++first) someRows<T, 1, kCost>(pairs, first);
}

template <class T>
void rowsOf(const LanePairs<T>& pairs, std::size_t first, std::size_t rows) {
  switch (pairs.cost) {
    case CellCost::kDifference: return allRows<T, CellCost::kDifference>(pairs, first, rows);
    case CellCost::kSquaredEuclidean: return allRows<T, CellCost::kSquaredEuclidean>(pairs, first, rows);
    case CellCost::kEuclidean: return allRows<T, CellCost::kEuclidean>(pairs, first, rows);
    case CellCost::kAbsolute: return allRows<T, CellCost::kAbsolute>(pairs, first, rows);
    case CellCost::kCosine: return allRows<T, CellCost::kCosine>(pairs, first, rows);
    case CellCost::kBinaryCrossEntropy: return allRows<T, CellCost::kBinaryCrossEntropy>(pairs, first, rows);
  }
}

template <class T>
bool withinOf(const LanePairs<T>& pairs, std::size_t begin, std::size_t end, T bound) {
  constexpr std::size_t kLanes = kHardLanes<T>;
  const HardTag<T> d;
  auto least = hn::Set(d, std::numeric_limits<T>::infinity());
  for (std::size_t j = begin; j < end; ++j) least = hn::Min(least, hn::Load(d, pairs.above + (1 + j) * kLanes));
  return !hn::AllTrue(d, hn::Gt(least, hn::Set(d, bound)));
}

template <class T>
std::size_t lanesOf() {
  return kHardLanes<T>;
}

constexpr LaneFunctions<float> kLanes32{lanesOf<float>, rowsOf<float>, withinOf<float>};
constexpr LaneFunctions<double> kLanes64{lanesOf<double>, rowsOf<double>, withinOf<double>};

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

template <>
const LaneFunctions<float>& laneFunctions() noexcept {
  return *WETAS_SELECT(kLanes32);
}
template <>
const LaneFunctions<double>& laneFunctions() noexcept {
  return *WETAS_SELECT(kLanes64);
}

}  // namespace wetas
#endif  // HWY_ONCE
