#include "kernels/cpu/hard_dtw.h"

#include <algorithm>
#include <limits>

namespace wetas {

template <class T>
T hardDtwPair(std::size_t rows, std::size_t cols, StepPattern pattern, Ties ties, const T* cost, T* row, std::uint8_t* moves) noexcept {
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  std::fill(row, row + cols, kInfinity);
  for (std::size_t i = 0; i < rows; ++i) {
    T diagonal = i == 0 ? T(0) : kInfinity;
    T stay = kInfinity;
    for (std::size_t j = 0; j < cols; ++j) {
      const T up = pattern == StepPattern::kSymmetric1 ? row[j] : kInfinity;
      const bool takeDiagonal = ties == Ties::kDiagonalFirst ? diagonal <= stay : diagonal < stay;
      const T onRow = takeDiagonal ? diagonal : stay;
      const T best = std::min(onRow, up);
      if (moves != nullptr) moves[i * cols + j] = up < onRow ? kUp : takeDiagonal ? kDiagonal : kStay;
      diagonal = row[j];
      stay = row[j] = cost[i * cols + j] + best;
    }
  }
  return row[cols - 1];
}

template float hardDtwPair(std::size_t, std::size_t, StepPattern, Ties, const float*, float*, std::uint8_t*) noexcept;
template double hardDtwPair(std::size_t, std::size_t, StepPattern, Ties, const double*, double*, std::uint8_t*) noexcept;

}  // namespace wetas
