// Hard DTW distances of a group of pairs at once, one pair a lane (kernels/cpu/hard_dtw_lanes.h).
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/band.h"
#include "core/pair.h"
#include "core/workspace.h"
#include "kernels/cpu/hard_dtw_lanes.h"
#include "wetas/control.h"

namespace wetas {

template <class T>
class HardDtwGroup {
 public:
  HardDtwGroup(const WarpingPaths& paths, Control& control);

  static std::size_t lanes() noexcept { return laneFunctions<T>().lanes(); }
  // Whether the group's working space stays in the caches.
  static bool suits(std::size_t cols, std::size_t channels) noexcept { return cols * (channels + 1) <= kMostNumbers / lanes(); }

  // From 1 to lanes() pairs of clean points, of one kind. Within a band they have the same cols.
  void takeY(const Pair<T>* pairs, std::size_t count);
  // The same pairs, all with the same rows.
  void takeX(const Pair<T>* pairs, std::size_t count);
  // value [count]; the sizes are those of the pairs taken.
  void solve(double maxDistance, T* value);

 private:
  static constexpr std::size_t kMostNumbers = std::size_t{1} << 17;  // of y and of the row above

  const LaneFunctions<T>& functions_ = laneFunctions<T>();
  const WarpingPaths& paths_;
  Control& control_;
  LanePairs<T> lanes_{};
  std::vector<std::size_t> ends_;  // the columns of each pair
  std::optional<RowIntervals> band_;
  std::size_t bandRows_ = 0, bandCols_ = 0;
  Workspace<T> prepared_, x_, y_, above_;
};

}  // namespace wetas
