// Hard DTW: Sakoe & Chiba, "Dynamic programming algorithm optimization for spoken word recognition", 1978.
#pragma once

#include <cstdint>

#include "wetas/control.h"
#include "wetas/device.h"
#include "wetas/dtw_problem.h"

namespace wetas {

template <class T>
struct HardDtwOutputs {
  // [pairs], the smallest path cost; +infinity without an admissible path or above maxDistance; NaN where a cell that paths may visit
  // holds NaN or -infinity.
  T* value;
  // Both or neither null. path [pairs, rows + cols - 1, 2]: the cells (row, column) of one best path from start to end; pathLength
  // [pairs] says how many of them are filled (0 where the value is infinite or NaN). Ties: diagonal, then staying on the row. With
  // openEnd the first of several best ends. Only with Pairing::kMatched.
  std::int32_t* path;
  std::int32_t* pathLength;
};

// T: float, double. maxDistance: +infinity, or a bound; a pair of series whose costs cannot be negative is given up as soon as all its paths are
// above it. Throws std::invalid_argument where rows, cols or channels is 0, a length is out of range, an option is out of range or
// paths are wanted of other than matched pairs.
//
// The value is the sum along the best path, cell after cell, in the arithmetic of T: the same bits whatever the pairing, the number of
// threads and the other outputs. Squares and products of numbers of the series are added with one rounding (fused) from AVX2 upwards, with
// two below; all else has the same bits at every instruction set.
template <class T>
void hardDtw(const SeriesPairs<T>& pairs, const WarpingPaths& paths, double maxDistance, const HardDtwOutputs<T>& outputs, Control& control);

template <class T>
void hardDtwFromCost(const CostPairs<T>& pairs, const WarpingPaths& paths, double maxDistance, const HardDtwOutputs<T>& outputs, Control& control);

// WETAS's aligner, kStayOrAdvance: labelIndex [batch, cols] = the row of the best path at each column, -1 in the padding, and everywhere
// where the value is infinite or NaN. Ties prefer staying on the row.
template <class T>
void dtwAlign(const CostPairs<T>& pairs, T* value, std::int32_t* labelIndex, Control& control);

// The same on a device, as in soft_dtw.h. With given costs a GPU gives the bits of the CPU; with series the order in which it adds up the channels is its own.
template <class T>
void hardDtw(const SeriesPairs<T>& pairs, const WarpingPaths& paths, double maxDistance, Device device, const HardDtwOutputs<T>& outputs, Control& control);
template <class T>
void hardDtwFromCost(const CostPairs<T>& pairs, const WarpingPaths& paths, double maxDistance, Device device, const HardDtwOutputs<T>& outputs, Control& control);
template <class T>
void dtwAlign(const CostPairs<T>& pairs, Device device, T* value, std::int32_t* labelIndex, Control& control);

// The stretch [start, end) of y that x, whole, matches best: where hardDtw's path begins and ends with openStart and openEnd, found in
// O(rows + cols) memory. ends [2]: start and end, both 0 where the value is infinite or NaN.
template <class T>
void subsequence(const SeriesPairs<T>& onePair, const WarpingPaths& paths, T* value, std::int32_t* ends, Control& control);

// For each series of x, a query, its k nearest series of y by hard DTW (or all yCount of them if there are fewer), nearest first, ties
// by index: index and value [xCount, min(k, yCount)]. NaN distances come last, +infinity before them. Lower bounds (LB_Kim, LB_Keogh: Keogh & Ratanamahatana 2005)
// and early abandoning save work and never change the result. pairs.pairing is kAll.
template <class T>
void nearest(const SeriesPairs<T>& pairs, const WarpingPaths& paths, std::size_t k, std::int32_t* index, T* value, Control& control);

}  // namespace wetas
