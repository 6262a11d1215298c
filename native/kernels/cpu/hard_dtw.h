// Hard DTW of one pair: the accumulated cost, and the moves for a traceback.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wetas/cost_shape.h"

namespace wetas {

enum Move : std::uint8_t { kDiagonal, kStay, kUp };

// Which of two equally good moves is taken (up comes last in both).
enum class Ties { kDiagonalFirst, kStayFirst };

// The smallest path cost. row [cols] is working space; moves [rows, cols] gets the best move into each cell, or is null.
template <class T>
T hardDtwPair(std::size_t rows, std::size_t cols, StepPattern pattern, Ties ties, const T* cost, T* row, std::uint8_t* moves) noexcept;

}  // namespace wetas
