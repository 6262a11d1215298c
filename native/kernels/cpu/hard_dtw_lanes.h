// Hard DTW of as many pairs as a vector has lanes, at once: no lane waits for another.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/hard_dtw_cost.h"

namespace wetas {

// Pairs of clean points (core/hard_dtw_points.h), all of `rows` rows; a lane with fewer than `cols` columns is read off at its own last one.
template <class T>
struct LanePairs {
  CellCost cost;
  std::size_t rows, cols, channels;
  const T* x;                 // [rows, channels, lanes]
  const T* y;                 // [cols, channels * numbersOfY(cost), lanes]
  const std::int32_t* begin;  // the band [begin, end) of every row, the same for all lanes; null: every cell
  const std::int32_t* end;
  MovePenalties<T> penalties;
  T* above;  // [1 + cols, lanes]: the row above, from column -1
};

// The kernels for T, of the instruction set in use.
template <class T>
struct LaneFunctions {
  std::size_t (*lanes)();

  // From the row above `first` to row first + rows - 1, in pairs.above.
  void (*rows)(const LanePairs<T>& pairs, std::size_t first, std::size_t rows);

  // Whether some lane has a number in its columns [begin, end) of pairs.above that is not above the bound.
  bool (*within)(const LanePairs<T>& pairs, std::size_t begin, std::size_t end, T bound);
};

template <class T>
const LaneFunctions<T>& laneFunctions() noexcept;
template <>
const LaneFunctions<float>& laneFunctions() noexcept;
template <>
const LaneFunctions<double>& laneFunctions() noexcept;

}  // namespace wetas
