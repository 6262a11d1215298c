// What every dynamic programme of this library runs over: a batch of cost matrices and the moves between their cells.
#pragma once

#include <cstddef>

namespace wetas {

// Cost matrices [batch, rows, cols], dense and row-major.
struct CostShape {
  std::size_t batch, rows, cols;
  std::size_t cells() const noexcept { return rows * cols; }
};

// The moves into cell (i, j). A path runs from (0, 0) to (rows - 1, cols - 1).
enum class StepPattern {
  kSymmetric1,     // from (i-1, j-1), (i, j-1) and (i-1, j): Sakoe & Chiba 1978, without slope weights
  kStayOrAdvance,  // from (i-1, j-1) and (i, j-1): WETAS's two; a path exists where rows <= cols
};

}  // namespace wetas
