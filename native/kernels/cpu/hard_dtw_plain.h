// Hard DTW one cell at a time: float64, and float32 where there is no SIMD.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "kernels/cpu/hard_dtw.h"

namespace wetas {

// As hardDtwPair; the moves are those of one lane.
template <class T>
T plainHardDtw(std::size_t rows, std::size_t cols, StepPattern pattern, Ties ties, const T* cost, T* row, std::uint16_t* moves) {
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  std::fill(row, row + cols, kInfinity);
  for (std::size_t i = 0; i < rows; ++i) {
    T diagonal = i == 0 ? T(0) : kInfinity;
    T stay = kInfinity;
    for (std::size_t j = 0; j < cols; ++j) {
      const T up = pattern == StepPattern::kSymmetric1 ? row[j] : kInfinity;
      const bool takeDiagonal = ties == Ties::kDiagonalFirst ? diagonal <= stay : diagonal < stay;
      const T onRow = takeDiagonal ? diagonal : stay;
      if (moves != nullptr) {
        *moves++ = takeDiagonal;
        *moves++ = up < onRow;
      }
      diagonal = row[j];
      stay = row[j] = cost[i * cols + j] + std::min(onRow, up);
    }
  }
  return row[cols - 1];
}

}  // namespace wetas
