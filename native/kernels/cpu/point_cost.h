// Costs between the points of two series, and their adjoint, by blocks of cells. Lanes are columns, so y stands transposed,
// [channels, stride]: a vector holds one channel of consecutive columns.
//
// Every kind but kAbsolute has the adjoint of a squared difference, once the points are prepared: with E = d value / d cost,
//   dx_i = f_i(sum over j of W (x'_i - y'_j)),   dy_j = g_j(sum over i of W (y'_j - x'_i))
//   kSquaredEuclidean    W = E                  f, g = twice
//   kEuclidean           W = E / cost           (0 at cost 0)
//   kCosine              W = E                  x', y' divided by their norms; f, g = orthogonal part, divided by the norm
//   kBinaryCrossEntropy  W = E                  g = divided by y (1 - y); for dx x' = 0 and y' = log(y / (1 - y))
// which is why one kernel adds up such differences and finishPointGradients() does the rest, linear as it is, once a pair.
#pragma once

#include <cstddef>

#include "wetas/dtw_problem.h"

namespace wetas {

// The points of a pair, prepared. Views into the space given to preparePoints().
template <class T>
struct PreparedPoints {
  PointCost kind;
  std::size_t rows, cols, channels;
  std::size_t stride;  // of what stands by columns: cols rounded up, and two vectors more; zeros behind the last column
  const T* x;          // [rows, channels]; kCosine: divided by the norm (0 where that is 0)
  const T* xUpward;    // row i of x, [channels, strideOfX], at xUpward[-i]; zeros below the last row
  std::size_t strideOfX;
  const T* y;          // [channels, stride]; kCosine: divided by the norm; kBinaryCrossEntropy: as the adjoint needs it where y is 0 or 1
  const T* xScale;     // kCosine: 1 / norm [rows], 0 where that is 0
  const T* yScale;     // kCosine: 1 / norm [stride]; kBinaryCrossEntropy: 1 / (y (1 - y)) [channels, stride]
  const T* logit;      // kBinaryCrossEntropy: log(y / (1 - y)) [channels, stride]
  const T* base;       // kBinaryCrossEntropy: -sum log(1 - y) [stride]
  // Whether the cost can be had from what is prepared:
  //   sum (x - y)^2, its root, sum |x - y|, 1 - sum x y, base - sum x logit.
  // Not where a score is 0 or 1 or no number between them.
  bool closed;
  // No number so large (or infinite, or NaN) that a cost could be infinite.
  bool tame;
  const T* givenX;  // x and y as they were given: y [cols, channels]
  const T* givenY;
};

// Numbers of T in the space of preparePoints().
std::size_t preparedPointsSpace(PointCost kind, std::size_t rows, std::size_t cols, std::size_t channels) noexcept;

// x [rows, channels], y [cols, channels]. x, y and space outlive the result.
template <class T>
PreparedPoints<T> preparePoints(PointCost kind, std::size_t rows, std::size_t cols, std::size_t channels, const T* x, const T* y, T* space) noexcept;

// The cells [row, row + rows) x [col, col + cols) of the cost, to cost, whose rows stand `stride` apart.
template <class T>
void pointCostBlock(const PreparedPoints<T>& points, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, T* cost,
                    std::size_t stride) noexcept;

// Steps [step, step + steps) of the strip at `row`, to a tile (cost_tiles.h). Only where the cost is closed.
template <class T>
void pointCostTile(const PreparedPoints<T>& points, std::size_t row, std::size_t step, std::size_t steps, T* tile) noexcept;

// The cost of a block where it is not closed: kBinaryCrossEntropy, cell by cell.
template <class T>
void plainCrossEntropy(const PreparedPoints<T>& points, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, T* cost,
                       std::size_t stride) noexcept;

// Adds the sums of the same cells, with the E of the block in e, whose rows stand `stride` apart, to dx [rows, channels] and dyByColumn
// [channels, points.stride]; either may be null, and both begin as zeros. Where E is 0 or the cost is infinite nothing is added,
// whatever the points are. The order of the sums depends on the blocks that a pair is cut into.
template <class T>
void addPointGradients(const PreparedPoints<T>& points, std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, const T* e,
                       std::size_t stride, T* dx, T* dyByColumn) noexcept;

// From the sums over all cells to the gradients: dx in place, dyByColumn to dy [cols, channels]. Either pair of arguments may be null.
template <class T>
void finishPointGradients(const PreparedPoints<T>& points, T* dx, const T* dyByColumn, T* dy) noexcept;

}  // namespace wetas
