// Soft-DTW in float64 and the log domain, a row at a time: slow, and right for every finite or +infinite cost. It serves the pairs that the
// extended-exponent kernels cannot do, and is the reference of those.
//
// Rows are indexed by column; r[-1] is the column before the first, +infinity but at the start. A row is written in [begin, end) only,
// and read one column further to the left: callers keep +infinity where the row above was not written.
#pragma once

#include <cstddef>

namespace wetas {

struct LogMoves {
  double gamma, penalty;
  bool up;  // whether a cell is entered from the row above
};

// r = cost + softmin of the moves into the cell. gamma >= 0, with 0 the hard minimum.
void softCostRow(const LogMoves& moves, std::size_t begin, std::size_t end, const double* cost, const double* above, double* row) noexcept;

// Hands the probability `expected` of each cell on to the cells that it may have been entered from, adding to both rows. gamma > 0.
void expectedRow(const LogMoves& moves, std::size_t begin, std::size_t end, const double* above, const double* row, double* expectedAbove,
                 double* expected) noexcept;

// A row of numbers, and their derivatives along one direction of the costs.
template <class Number>
struct Tangent {
  Number* value;
  Number* tangent;
};

// The derivative of softCostRow along `direction`: fills row.tangent. gamma > 0.
void softCostTangentRow(const LogMoves& moves, std::size_t begin, std::size_t end, const double* direction, Tangent<const double> above,
                        Tangent<double> row) noexcept;

// expectedRow together with its derivative. gamma > 0.
void expectedTangentRow(const LogMoves& moves, std::size_t begin, std::size_t end, Tangent<const double> above, Tangent<const double> row,
                        Tangent<double> expectedAbove, Tangent<double> expected) noexcept;

}  // namespace wetas
