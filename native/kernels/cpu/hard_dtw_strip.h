// Hard DTW of one pair in strips of rows.
//
// A strip has lanes * K rows, K = 1, 4, 8: lane l of a vector has the rows l K ... l K + K - 1 of the strip, and vector k of a column their
// k-th. At step t lane l is in column t - S l: the row above its first one is lane l - 1's last, S steps ago, which keeps that
// dependency, through K cells and across a lane, off the critical path. What a strip hands to the one below is the row of costs at its foot.
#pragma once

#include <cstddef>

#include "kernels/cpu/hard_dtw_cost.h"

namespace wetas {

constexpr std::size_t kMostHardLanes = 16;
constexpr std::size_t kMostRowsPerLane = 8;
constexpr std::size_t kStripSteps = 8;  // steps come in multiples of this, and of S
constexpr std::size_t downToSteps(std::size_t count) noexcept { return count / kStripSteps * kStripSteps; }
constexpr std::size_t upToSteps(std::size_t count) noexcept { return downToSteps(count + kStripSteps - 1); }

// S, by K; divides kStripSteps.
constexpr std::size_t stripSkew(std::size_t rowsPerLane) noexcept { return rowsPerLane == 1 ? 2 : rowsPerLane; }

struct StripShape {
  std::size_t lanes, rowsPerLane;  // K

  std::size_t rows() const noexcept { return lanes * rowsPerLane; }
  std::size_t skew() const noexcept { return stripSkew(rowsPerLane); }
  std::size_t delay() const noexcept { return skew() * (lanes - 1); }  // of the last lane
  std::size_t lane(std::size_t row) const noexcept { return row / rowsPerLane; }
  std::size_t stepAt(std::size_t row, std::size_t col) const noexcept { return col + skew() * lane(row); }

  // Numbers of what a strip must know of the steps before: the last column [K][lanes]; the row above, one column back, [lanes]; and the last rows
  // of the lanes in the last S steps [S][lanes], already one lane on.
  std::size_t stateSize() const noexcept { return (rowsPerLane + 1 + skew()) * lanes; }
  // Numbers that are recorded a step: the row above [lanes] and the column [K][lanes].
  std::size_t recordSize() const noexcept { return (rowsPerLane + 1) * lanes; }
};

// `steps` steps of a strip.
template <class T>
struct StripSteps {
  StripShape shape;
  std::size_t first, steps;  // both multiples of kStripSteps
  T* foot;                   // the row above, by column, which becomes the last row of this strip: step t reads column t and writes t - delay()
  T* state;
};

// A series by step instead of by point: channel c of column j stands in plane c * skew + j % skew, at `base` - j / skew of it.
template <class T>
struct SkewedSeries {
  const T* planes;
  std::size_t stride, base;
};

// The kernels for T, of the instruction set in use.
template <class T>
struct StripFunctions {
  std::size_t (*lanes)();

  // Costs and recurrence at once, for CellCost::kDifference, no penalties, and finite series: +infinity in y are the columns outside it.
  void (*squared)(const T* x, const SkewedSeries<T>& y, const StripSteps<T>& strip);

  // The recurrence over cost [steps][K][lanes]. square: they are differences. record, or null, gets [steps][recordSize()].
  void (*recurrence)(bool square, const MovePenalties<T>& penalties, const T* cost, const StripSteps<T>& strip, T* record);

  // The same; and with each cost goes the column in which its path starts (ties: diagonal, stay, up), an integer as wide as T in the bits of
  // a T. Both are recorded, or neither.
  void (*starts)(bool square, const MovePenalties<T>& penalties, const T* cost, const StripSteps<T>& strip, const StripSteps<T>& starts, T* record,
                 T* startRecord);

  // cost [steps][K][lanes] from the points; x [channels][K][lanes]. Outside the matrix: some number.
  void (*costs)(CellCost kind, std::size_t channels, const T* x, const SkewedSeries<T>& y, const StripSteps<T>& strip, T* cost);

  // The same from a cost matrix: matrix points at column 0 of the strip's first row, and `rows` are left. +infinity outside the matrix.
  void (*givenCosts)(const T* matrix, std::size_t stride, std::size_t rows, std::size_t cols, const StripSteps<T>& strip, T* cost);
};

template <class T>
const StripFunctions<T>& stripFunctions() noexcept;
template <>
const StripFunctions<float>& stripFunctions() noexcept;
template <>
const StripFunctions<double>& stripFunctions() noexcept;

}  // namespace wetas
