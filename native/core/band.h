// The cells of a pair that a path may visit, as an interval of columns for every row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "wetas/dtw_problem.h"

namespace wetas {

// Row i may use the columns [begin[i], end[i]); neither begin nor end ever decreases, and begin = end where a row has none (then no
// path is admissible). Empty vectors: every cell is allowed.
//
// Sakoe-Chiba, radius r, with rows <= cols (else swapped): cell (i, j) is inside when
// 2 |i (cols-1) - j (rows-1)| <= max(2r, 1) (cols-1): |i-j| <= r on squares, and always a path.
// Itakura, slope s: the parallelogram of tslearn 0.10's itakura_mask, its roundings included.
struct RowIntervals {
  std::vector<std::int32_t> begin, end;

  RowIntervals(const Band& band, std::size_t rows, std::size_t cols);
  bool everything() const noexcept { return begin.empty(); }
  // Whether some row has no column, so that no path is admissible. Only tslearn's mask does that.
  bool blocked() const noexcept { return blocked_; }
  // Row i is [first(i), behind(i)), everything() or not.
  std::size_t first(std::size_t i) const noexcept { return everything() ? 0 : static_cast<std::size_t>(begin[i]); }
  std::size_t behind(std::size_t i) const noexcept { return everything() ? cols_ : static_cast<std::size_t>(end[i]); }

 private:
  std::size_t cols_;
  bool blocked_ = false;
};

}  // namespace wetas
