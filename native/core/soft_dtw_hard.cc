#include <cmath>
#include <limits>
#include <vector>

#include "core/hard_dtw_pair.h"
#include "core/soft_dtw_parts.h"
#include "kernels/cpu/point_cost.h"

namespace wetas {
namespace {

// The gradients of the points, already zeros, where E is 1 on the path.
template <class T>
void addAlongPath(const Pair<T>& pair, const std::vector<Cell>& path, const PairGradients<T>& gradients) {
  std::vector<T> space(preparedPointsSpace(pair.kind, pair.rows, pair.cols, pair.channels));
  const PreparedPoints<T> points = preparePoints(pair.kind, pair.rows, pair.cols, pair.channels, pair.x, pair.y, space.data());
  std::vector<T> dyByColumn(gradients.dy == nullptr ? 0 : points.channels * points.stride);
  const T one = 1;
  for (const Cell& cell : path) {
    addPointGradients(points, static_cast<std::size_t>(cell.row), 1, static_cast<std::size_t>(cell.col), 1, &one, 1, gradients.dx,
                      gradients.dy == nullptr ? nullptr : dyByColumn.data());
  }
  finishPointGradients(points, gradients.dx, dyByColumn.data(), gradients.dy);
}

}  // namespace

template <class T>
T softDtwHard(const Pair<T>& pair, const RowIntervals& band, const WarpingPaths& paths, const PairGradients<T>& gradients, Control& control) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  HardDtwPair<T> solver(paths, control);
  if (!gradients.any()) return solver.value(pair, kInfinity);
  std::vector<Cell> path;
  const T value = solver.path(pair, Ties::kDiagonalFirst, kInfinity, path);
  fillGradients(pair, band, gradients, std::isnan(value) ? value : T(0));
  for (const Cell& cell : path) {
    if (gradients.dCost != nullptr) gradients.dCost[static_cast<std::size_t>(cell.row) * gradients.stride + static_cast<std::size_t>(cell.col)] = 1;
  }
  if (!path.empty() && (gradients.dx != nullptr || gradients.dy != nullptr)) addAlongPath(pair, path, gradients);
  return value;
}

template float softDtwHard(const Pair<float>&, const RowIntervals&, const WarpingPaths&, const PairGradients<float>&, Control&);
template double softDtwHard(const Pair<double>&, const RowIntervals&, const WarpingPaths&, const PairGradients<double>&, Control&);

}  // namespace wetas
