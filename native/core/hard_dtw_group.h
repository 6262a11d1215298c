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

struct Range {
  std::size_t begin, end;
};

// Cuts `count` things into stretches of neighbours of which together(first of the stretch, other) holds, none longer than `longest`.
template <class Together>
std::vector<Range> stretches(std::size_t count, std::size_t longest, const Together& together) {
  std::vector<Range> result;
  for (std::size_t i = 0; i < count; ++i) {
    if (result.empty() || i - result.back().begin == longest || !together(result.back().begin, i)) result.push_back({i, i});
    result.back().end = i + 1;
  }
  return result;
}

template <class T>
class HardDtwGroup {
 public:
  HardDtwGroup(const WarpingPaths& paths, Control& control);

  static std::size_t lanes() noexcept { return laneFunctions<T>().lanes(); }
  // Whether `count` such pairs are done sooner together than one by one, with all lanes each: not where few lanes are used, unless the
  // pairs are short, nor where the working space leaves the caches.
  static bool pays(std::size_t count, std::size_t rows, std::size_t cols, std::size_t channels) noexcept {
    return cols * (channels + 1) <= kMostNumbers / lanes() && (2 * count > lanes() || (count > 1 && rows < 4 * lanes()));
  }
  // Whether pairs of so many rows take less than twice as long one by one as in all lanes, and long enough for another thread to do some.
  static bool canBeTakenApart(std::size_t rows) noexcept { return rows >= 32 * lanes(); }

  // From 1 to lanes() pairs of clean points, of one kind. Within a band they have the same cols.
  void takeY(const Pair<T>* pairs, std::size_t count);
  // The same pairs, all with the same rows.
  void takeX(const Pair<T>* pairs, std::size_t count);
  // value [count]; the sizes are those of the pairs taken.
  void solve(double maxDistance, T* value);

 private:
  static constexpr std::size_t kMostNumbers = std::size_t{1} << 17;  // of y and of the row above

  bool reachLastRow(double maxDistance);
  std::size_t bandBegin(std::size_t row) const { return band_->everything() ? 0 : static_cast<std::size_t>(band_->begin[row]); }
  std::size_t bandEnd(std::size_t row) const { return band_->everything() ? lanes_.cols : static_cast<std::size_t>(band_->end[row]); }

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
