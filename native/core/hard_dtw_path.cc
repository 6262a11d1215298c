// The way back along the best path. Only the stretches of steps through which the path goes are made again, with all their cells, from the costs or points
// as they are by then: so that every move is checked to lead to a cell.
#include <algorithm>

#include "core/hard_dtw_pair.h"

namespace wetas {

template <class T>
void HardDtwPair<T>::walkBack(Ties ties, std::size_t col, std::vector<Cell>& fromEnd) {
  std::vector<T> foot(kMostRowsPerLane * kMostHardLanes + kKeptSteps);
  fromEnd.reserve(pair_.rows + pair_.cols);
  std::size_t row = pair_.rows - 1;
  for (auto strip = strips_.rbegin(); strip != strips_.rend(); ++strip) {
    prepareStrip(*strip);
    const StripShape& shape = strip->shape;
    const std::size_t lanes = shape.lanes, rowsPerLane = shape.rowsPerLane, size = shape.recordSize();
    // Before the first recorded step stands the state: the row above, one column back, and the last column.
    T* const record = space_.record.atLeast(kRecord) + size;
    T* const state = space_.state.data();
    std::size_t lane = shape.lane(row - strip->first), k = (row - strip->first) % rowsPerLane, made = strip->end;
    for (;;) {
      const std::size_t step = col + shape.skew() * lane;
      if (step < made) {
        made = strip->begin + (step - strip->begin) / kKeptSteps * kKeptSteps;
        const T* const kept = strip->keptStates + (made - strip->begin) / kKeptSteps * shape.stateSize();
        std::copy_n(kept, shape.stateSize(), state);
        std::copy_n(kept + rowsPerLane * lanes, lanes, record - size);
        std::copy_n(kept, rowsPerLane * lanes, record - size + lanes);
        StripSteps<T> steps{shape, made, (step - made) / kStripSteps * kStripSteps + kStripSteps, foot.data() + shape.delay() - made, state};
        std::copy_n(strip->keptFoot + 1 + (made - strip->begin), steps.steps, foot.data() + shape.delay());
        runSteps(*strip, steps, record);
      }
      fromEnd.push_back({static_cast<std::int32_t>(row), static_cast<std::int32_t>(col)});
      const T* const cell = record + static_cast<std::ptrdiff_t>((step - made) * size + (k + 1) * lanes + lane);
      const T diagonal = cell[-static_cast<std::ptrdiff_t>(size + lanes)], stay = cell[-static_cast<std::ptrdiff_t>(size)] + penalties_.stay;
      const T up = cell[-static_cast<std::ptrdiff_t>(lanes)] + penalties_.up;
      const bool takeDiagonal = ties == Ties::kDiagonalFirst ? diagonal <= stay : diagonal < stay;
      const bool takeUp = up < (takeDiagonal ? diagonal : stay);
      if (row == 0 && takeDiagonal && !takeUp) return;
      const std::size_t nextRow = row - (takeUp || takeDiagonal ? 1 : 0), nextCol = col - (takeUp ? 0 : 1);
      // Never so, unless the costs are memory that another thread has written to since the value was found.
      if (nextRow > row || nextCol < bandBegin(nextRow) || nextCol >= bandEnd(nextRow)) return fromEnd.clear();
      col = nextCol;
      if (nextRow == row) continue;
      row = nextRow;
      if (k > 0) {
        --k;
      } else {
        k = rowsPerLane - 1;
        if (lane == 0) break;
        --lane;
      }
    }
  }
}

template void HardDtwPair<float>::walkBack(Ties, std::size_t, std::vector<Cell>&);
template void HardDtwPair<double>::walkBack(Ties, std::size_t, std::vector<Cell>&);

}  // namespace wetas
