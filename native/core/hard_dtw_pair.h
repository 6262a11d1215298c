// Hard DTW of one pair, for every option.
#pragma once

#include <cstdint>
#include <vector>

#include "core/pair.h"
#include "wetas/control.h"

namespace wetas {

// Which of two equally good moves is taken (up comes last in both).
enum class Ties { kDiagonalFirst, kStayFirst };

struct Cell {
  std::int32_t row, col;
};

// The smallest path cost; +infinity without an admissible path or above maxDistance, NaN where a cell inside the band holds NaN or -infinity.
template <class T>
T hardDtwValue(const Pair<T>& pair, const WarpingPaths& paths, double maxDistance, Control& control);

// The same, and the cells of one best path from its end to its start; none where the value is infinite or NaN. With openEnd the first of
// several best ends.
template <class T>
T hardDtwPath(const Pair<T>& pair, const WarpingPaths& paths, Ties ties, double maxDistance, std::vector<Cell>& fromEnd, Control& control);

// The same, and the columns of the first and the last cell of that path, in O(rows + cols) memory.
struct Stretch {
  std::int32_t first, last;
};
template <class T>
T hardDtwStretch(const Pair<T>& pair, const WarpingPaths& paths, Stretch& stretch, Control& control);

}  // namespace wetas
