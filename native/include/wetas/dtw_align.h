// Hard DTW over given cost matrices: value, warping path, label index.
#pragma once

#include <cstdint>

#include "wetas/cost_shape.h"

namespace wetas {

// value [batch] = the smallest path cost (Sakoe & Chiba 1978); +infinity without an admissible path; NaN where a pair holds
// NaN or -infinity. T: float, double. Throws std::invalid_argument where rows or cols is 0.
template <class T>
void hardDtw(const CostShape& shape, StepPattern pattern, const T* cost, T* value);

// path [batch, rows + cols - 1, 2]: the cells (row, column) of one best path from start to end; pathLength [batch] says how
// many of them are filled (0 where the value is infinite or NaN). Ties: diagonal, then staying on the row.
template <class T>
void hardDtwPath(const CostShape& shape, StepPattern pattern, const T* cost, T* value, std::int32_t* path, std::int32_t* pathLength);

// WETAS's aligner, kStayOrAdvance: labelIndex [batch, cols] = the row of the best path at each column, -1 everywhere
// where the value is infinite or NaN. Ties prefer staying on the row.
template <class T>
void dtwAlign(const CostShape& shape, const T* cost, T* value, std::int32_t* labelIndex);

}  // namespace wetas
