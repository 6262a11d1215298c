// Hard DTW of one pair after another, for every option, strip by strip (kernels/cpu/hard_dtw_strip.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/band.h"
#include "core/pair.h"
#include "core/workspace.h"
#include "kernels/cpu/hard_dtw_strip.h"
#include "wetas/control.h"

namespace wetas {

// Which of two equally good moves is taken (up comes last in both).
enum class Ties { kDiagonalFirst, kStayFirst };

struct Cell {
  std::int32_t row, col;
};

// The columns of a path's first and last cell.
struct Stretch {
  std::int32_t first, last;
};

// Rows [first, first + rows) of a pair, and the steps [begin, end) in which a lane of them is inside the band.
template <class T>
struct PlannedStrip {
  StripShape shape;
  std::size_t first, rows, begin, end;
  T *keptFoot, *keptStates;  // where a path is wanted: the row above, from column -1, and the state before every kKeptSteps steps
};

// Working space, which a thread keeps from call to call.
template <class T>
struct HardDtwSpace {
  std::vector<PlannedStrip<T>> strips;
  Workspace<T> x, y, packedX, skewedY, foot, startFoot, state, startState, costs, record, startRecord, kept;
};

template <class T>
class HardDtwPair {
 public:
  HardDtwPair(const WarpingPaths& paths, Control& control);

  // The smallest path cost; +infinity without an admissible path or above maxDistance, NaN where a cell inside the band holds NaN or -infinity.
  T value(const Pair<T>& pair, double maxDistance);

  // The same, and the cells of one best path from its end to its start; none where the value is infinite or NaN. With openEnd the first of
  // several best ends. None either where the costs are not what they were when the value was found (a caller's other thread has written to them).
  T path(const Pair<T>& pair, Ties ties, double maxDistance, std::vector<Cell>& fromEnd);

  // The same, and where that path (Ties::kDiagonalFirst) starts and ends, in O(rows + cols) memory.
  T stretch(const Pair<T>& pair, Stretch& stretch);

 private:
  using Strip = PlannedStrip<T>;
  static constexpr std::size_t kKeptSteps = 128;
  static constexpr std::size_t kRecord = (kKeptSteps + 1) * kMostHardLanes * (kMostRowsPerLane + 1);
  enum class Want { kValue, kPath, kStretch };
  struct End {
    T value;
    std::size_t col, start;
  };

  bool setUp(const Pair<T>& pair);
  void planStrips();
  void makeFoot(Want want);
  void keepStrips();
  void prepareStrip(const Strip& strip);
  T solve(const Pair<T>& pair, double maxDistance, Want want, End& end);
  T runStrips(double maxDistance, Want want, End& end, std::size_t& rowsDone);
  void runStrip(const Strip& strip, Want want, End& end);
  void runSteps(const Strip& strip, const StripSteps<T>& steps, T* record);
  void runStarts(const Strip& strip, const StripSteps<T>& steps, T* record, T* startRecord);
  void readEnd(const Strip& strip, const StripSteps<T>& steps, Want want, End& end) const;
  bool insideBand(const Strip& strip, const StripSteps<T>& steps) const;
  void makeCosts(const Strip& strip, const StripSteps<T>& steps, T* cost) const;
  bool holdsNaN(const Strip& strip) const;
  void walkBack(Ties ties, std::size_t col, std::vector<Cell>& fromEnd);

  std::size_t bandBegin(std::size_t row) const { return band_->everything() ? 0 : static_cast<std::size_t>(band_->begin[row]); }
  std::size_t bandEnd(std::size_t row) const { return band_->everything() ? pair_.cols : static_cast<std::size_t>(band_->end[row]); }
  bool square() const { return pair_.cost == nullptr && cost_ == CellCost::kDifference; }

  const StripFunctions<T>& functions_ = stripFunctions<T>();
  HardDtwSpace<T>& space_;  // of the thread
  const WarpingPaths& paths_;
  const MovePenalties<T> penalties_;
  Control& control_;

  // of the pair
  Pair<T> pair_{};
  std::optional<RowIntervals> band_;
  std::size_t bandRows_ = 0, bandCols_ = 0;  // that band_ is made for
  CellCost cost_{};
  bool clean_ = false;                   // no cost is NaN or negative
  const T *x_ = nullptr, *y_ = nullptr;  // prepared
  std::vector<Strip>& strips_ = space_.strips;

  // of the strip
  SkewedSeries<T> skewed_{};
  std::size_t skewedFor_ = 0;  // rows per lane that skewed_ is made for; 0: none
  T* foot_ = nullptr;          // at column 0
  T* startFoot_ = nullptr;
};

}  // namespace wetas
