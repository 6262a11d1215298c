#include "core/gpu_pairs.h"

#include <limits>
#include <map>
#include <utility>

#include "core/band.h"
#include "core/pair_list.h"

namespace wetas {
namespace {

constexpr std::size_t kMostIndex = std::numeric_limits<std::int32_t>::max();

bool hasPaths(const WarpingPaths& paths) noexcept { return !paths.openStart && !paths.openEnd && paths.stepPenalty == 0; }

}  // namespace

bool gpuHas(const CostPairs<float>& pairs, const WarpingPaths& paths) noexcept { return hasPaths(paths) && pairs.rows + pairs.cols < kMostIndex / 2; }

bool gpuHas(const SeriesPairs<float>& pairs, const WarpingPaths& paths) noexcept {
  return hasPaths(paths) && pairs.kind == PointCost::kSquaredEuclidean && pairs.rows + pairs.cols < kMostIndex / 2 / pairs.channels;
}

template <class Pairs>
GpuPairs::GpuPairs(const Pairs& pairs, std::size_t first, std::size_t count, const Band& band)
    : rows_(pairs.rows), cols_(pairs.cols), channels_(channelsOf(pairs)), banded_(band.kind != Band::kNone) {
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> known;
  for (std::size_t p = 0; p < count; ++p) {
    const Pair<float> pair = pairAt(pairs, first + p);
    const auto [at, isNew] = known.emplace(std::pair(pair.rows, pair.cols), intervals_.size());
    if (isNew && banded_) {
      const RowIntervals intervals(band, pair.rows, pair.cols);
      intervals_.insert(intervals_.end(), intervals.begin.begin(), intervals.begin.end());
      intervals_.insert(intervals_.end(), intervals.end.begin(), intervals.end.end());
    }
    pairs_.push_back(pair);
    bands_.push_back(at->second);
  }
}

template GpuPairs::GpuPairs(const CostPairs<float>&, std::size_t, std::size_t, const Band&);
template GpuPairs::GpuPairs(const SeriesPairs<float>&, std::size_t, std::size_t, const Band&);

cuda::PairCells GpuPairs::at(std::size_t pair, const GpuInputs& host, const GpuInputs& own) const {
  const auto moved = [](const float* at, const float* from, const float* to) { return at == nullptr ? nullptr : to + (at - from); };
  const Pair<float>& source = pairs_[pair];
  cuda::PairCells cells{};
  cells.rows = static_cast<std::int32_t>(source.rows);
  cells.cols = static_cast<std::int32_t>(source.cols);
  cells.cost = moved(source.cost, host.cost, own.cost);
  cells.x = moved(source.x, host.x, own.x);
  cells.y = moved(source.y, host.y, own.y);
  cells.channels = static_cast<std::int32_t>(channels_);
  cells.stride = static_cast<std::int64_t>(cols_);
  cells.begin = banded_ ? own.intervals + bands_[pair] : nullptr;
  cells.end = banded_ ? own.intervals + bands_[pair] + source.rows : nullptr;
  return cells;
}

}  // namespace wetas
