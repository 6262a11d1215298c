#include "wetas/dtw_align.h"

#include <cmath>
#include <limits>

#include "core/dtw_batch.h"
#include "kernels/cpu/cost_range.h"
#include "kernels/cpu/hard_dtw.h"

namespace wetas {
namespace {

// Runs every pair, and hands found(pair, moves) those that have a path.
template <class T, class Found>
void alignBatch(const CostShape& shape, StepPattern pattern, Ties ties, std::size_t moveWords, const T* cost, T* value, const Found& found) {
  const Runs pairs{shape.batch};
  const RunSpace space(pairs.runs, hardDtwSpace(shape.cols) * sizeof(T)), moveSpace(pairs.runs, moveWords * sizeof(std::uint16_t));
  pairs.forEach([&](std::size_t run, std::size_t begin, std::size_t end) {
    std::uint16_t* const moves = moveWords == 0 ? nullptr : moveSpace.of<std::uint16_t>(run);
    for (std::size_t pair = begin; pair < end; ++pair) {
      const T* const pairCost = cost + pair * shape.cells();
      value[pair] = costRange(pairCost, shape.cells()).valid
                        ? hardDtwPair(shape.rows, shape.cols, pattern, ties, pairCost, space.of<T>(run), moves)
                        : std::numeric_limits<T>::quiet_NaN();
      if (std::isfinite(value[pair])) found(pair, moves);
    }
  });
}

// Visits the cells of the best path from the end to the start.
template <class Visit>
void traceBack(const CostShape& shape, const MoveTable& table, const std::uint16_t* moves, const Visit& visit) {
  std::size_t i = shape.rows - 1, j = shape.cols - 1;
  for (;;) {
    visit(i, j);
    if (i == 0 && j == 0) return;
    const Move move = table.at(moves, i, j);
    i -= move != Move::kStay;
    j -= move != Move::kUp;
  }
}

}  // namespace

template <class T>
void hardDtw(const CostShape& shape, StepPattern pattern, const T* cost, T* value) {
  checkCostShape(shape);
  alignBatch(shape, pattern, Ties::kDiagonalFirst, 0, cost, value, [](std::size_t, const std::uint16_t*) {});
}

template <class T>
void hardDtwPath(const CostShape& shape, StepPattern pattern, const T* cost, T* value, std::int32_t* path, std::int32_t* pathLength) {
  checkCostShape(shape);
  const std::size_t longest = shape.rows + shape.cols - 1;
  std::fill(path, path + shape.batch * longest * 2, 0);
  std::fill(pathLength, pathLength + shape.batch, 0);
  const MoveTable table{shape.cols, moveLanes<T>()};
  alignBatch(shape, pattern, Ties::kDiagonalFirst, table.words(shape.rows), cost, value, [&](std::size_t pair, const std::uint16_t* moves) {
    std::int32_t length = 0;
    traceBack(shape, table, moves, [&](std::size_t, std::size_t) { ++length; });
    pathLength[pair] = length;
    std::int32_t* cell = path + (pair * longest + static_cast<std::size_t>(length)) * 2;
    traceBack(shape, table, moves, [&](std::size_t i, std::size_t j) {
      *--cell = static_cast<std::int32_t>(j);
      *--cell = static_cast<std::int32_t>(i);
    });
  });
}

template <class T>
void dtwAlign(const CostShape& shape, const T* cost, T* value, std::int32_t* labelIndex) {
  checkCostShape(shape);
  std::fill(labelIndex, labelIndex + shape.batch * shape.cols, -1);
  const MoveTable table{shape.cols, moveLanes<T>()};
  alignBatch(shape, StepPattern::kStayOrAdvance, Ties::kStayFirst, table.words(shape.rows), cost, value, [&](std::size_t pair, const std::uint16_t* moves) {
    traceBack(shape, table, moves, [&](std::size_t i, std::size_t j) { labelIndex[pair * shape.cols + j] = static_cast<std::int32_t>(i); });
  });
}

template void hardDtw(const CostShape&, StepPattern, const float*, float*);
template void hardDtw(const CostShape&, StepPattern, const double*, double*);
template void hardDtwPath(const CostShape&, StepPattern, const float*, float*, std::int32_t*, std::int32_t*);
template void hardDtwPath(const CostShape&, StepPattern, const double*, double*, std::int32_t*, std::int32_t*);
template void dtwAlign(const CostShape&, const float*, float*, std::int32_t*);
template void dtwAlign(const CostShape&, const double*, double*, std::int32_t*);

}  // namespace wetas
