#include "core/gpu_pairs.h"

#include <limits>
#include <map>
#include <utility>

#include "core/band.h"
#include "core/pair_list.h"

namespace wetas {
namespace {

constexpr std::size_t kMostIndex = std::numeric_limits<std::int32_t>::max();

}  // namespace

bool gpuHas(const CostPairs<float>& pairs) noexcept { return pairs.rows + pairs.cols < kMostIndex / 2; }

bool gpuHas(const SeriesPairs<float>& pairs) noexcept { return pairs.rows + pairs.cols < kMostIndex / 2 / pairs.channels; }

template <class Pairs>
GpuPairs::GpuPairs(const Pairs& pairs, std::size_t first, std::size_t count, const WarpingPaths& paths)
    : rows_(pairs.rows), cols_(pairs.cols), channels_(channelsOf(pairs)), paths_(paths) {
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> known;
  for (std::size_t p = 0; p < count; ++p) {
    const Pair<float> pair = pairAt(pairs, first + p);
    const auto [at, isNew] = known.emplace(std::pair(pair.rows, pair.cols), intervals_.size());
    if (isNew && paths.band.kind != Band::kNone) {
      const RowIntervals intervals(paths.band, pair.rows, pair.cols);
      intervals_.insert(intervals_.end(), intervals.begin.begin(), intervals.begin.end());
      intervals_.insert(intervals_.end(), intervals.end.begin(), intervals.end.end());
    }
    pairs_.push_back(pair);
    bands_.push_back(at->second);
  }
}

template GpuPairs::GpuPairs(const CostPairs<float>&, std::size_t, std::size_t, const WarpingPaths&);
template GpuPairs::GpuPairs(const SeriesPairs<float>&, std::size_t, std::size_t, const WarpingPaths&);

cuda::PairCells GpuPairs::at(std::size_t pair, const GpuInputs& host, const GpuInputs& own) const {
  const auto moved = [](const float* at, const float* from, const float* to) { return at == nullptr ? nullptr : to + (at - from); };
  const Pair<float>& source = pairs_[pair];
  cuda::PairCells cells{};
  cells.rows = static_cast<std::int32_t>(source.rows);
  cells.cols = static_cast<std::int32_t>(source.cols);
  cells.cost = moved(source.cost, host.cost, own.cost);
  cells.x = moved(source.x, host.x, own.x);
  cells.y = moved(source.y, host.y, own.y);
  cells.kind = source.kind;
  cells.channels = static_cast<std::int32_t>(channels_);
  cells.stride = static_cast<std::int64_t>(cols_);
  const bool banded = paths_.band.kind != Band::kNone;
  cells.begin = banded ? own.intervals + bands_[pair] : nullptr;
  cells.end = banded ? own.intervals + bands_[pair] + source.rows : nullptr;
  cells.openStart = paths_.openStart;
  cells.openEnd = paths_.openEnd;
  return cells;
}

}  // namespace wetas
