// One pair of a batch, as the dynamic programmes see it.
#pragma once

#include <cstddef>

#include "wetas/dtw_problem.h"

namespace wetas {

// rows, cols: its real sizes. Either its costs are given, or the points of its series.
template <class T>
struct Pair {
  std::size_t rows, cols;
  const T* cost = nullptr;  // cell (i, j) at i * costStride + j
  std::size_t costStride = 0;
  const T* x = nullptr;  // [rows, channels]
  const T* y = nullptr;  // [cols, channels]
  std::size_t channels = 0;
  PointCost kind = PointCost::kSquaredEuclidean;
};

}  // namespace wetas
