// Hard DTW of one pair: the accumulated cost, and the moves for a traceback.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wetas/cost_shape.h"

namespace wetas {

// Which of two equally good moves is taken (up comes last in both).
enum class Ties { kDiagonalFirst, kStayFirst };

enum class Move { kDiagonal, kStay, kUp };

// The lanes in which the kernel of T (float, double) works: consecutive rows, each one column behind the one above.
template <class T>
std::size_t moveLanes() noexcept;

// The best move into each cell, as the kernel meets them: for each strip of `lanes` rows and each step two words with a bit a
// lane, whether the move is diagonal and whether it is up. Lane k of step a is in column a - k.
struct MoveTable {
  std::size_t cols, lanes;

  std::size_t stepsAStrip() const noexcept { return cols + lanes - 1; }
  std::size_t words(std::size_t rows) const noexcept { return (rows + lanes - 1) / lanes * stepsAStrip() * 2; }
  Move at(const std::uint16_t* moves, std::size_t i, std::size_t j) const noexcept {
    const std::size_t lane = i % lanes;
    const std::uint16_t* const step = moves + (i / lanes * stepsAStrip() + j + lane) * 2;
    return step[1] >> lane & 1 ? Move::kUp : step[0] >> lane & 1 ? Move::kDiagonal : Move::kStay;
  }
};

// The numbers of working space that hardDtwPair needs.
constexpr std::size_t hardDtwSpace(std::size_t cols) noexcept { return cols + 2 * 16; }

// The smallest path cost. moves gets MoveTable{cols, moveLanes<T>()}.words(rows), or is null.
template <class T>
T hardDtwPair(std::size_t rows, std::size_t cols, StepPattern pattern, Ties ties, const T* cost, T* space, std::uint16_t* moves) noexcept;

}  // namespace wetas
