#include "core/soft_dtw_gpu_batch.h"

#include <cmath>
#include <limits>
#include <map>
#include <type_traits>
#include <utility>

#include "core/band.h"
#include "core/pair_list.h"
#include "core/power_limits.h"

namespace wetas {
namespace {

constexpr std::size_t kMostIndex = std::numeric_limits<std::int32_t>::max();

std::size_t spaceOf(std::size_t rows, std::size_t cols, std::int32_t stripsInGroup, bool gradient) {
  return static_cast<std::size_t>(cuda::SoftDtwSpace(static_cast<std::int32_t>(rows), static_cast<std::int32_t>(cols), stripsInGroup, gradient).count);
}

std::int32_t stripsOf(std::size_t rows) { return static_cast<std::int32_t>((rows + cuda::kWarpLanes - 1) / cuda::kWarpLanes); }

std::int32_t smallestGroup(std::size_t rows) { return static_cast<std::int32_t>(std::ceil(std::sqrt(stripsOf(rows)))); }

template <class Pairs>
std::size_t channelsOf(const Pairs& pairs) {
  if constexpr (std::is_same_v<Pairs, SeriesPairs<float>>) return pairs.channels;
  return 0;
}

bool hasPaths(const WarpingPaths& paths) noexcept { return !paths.openStart && !paths.openEnd && paths.stepPenalty == 0; }

}  // namespace

bool SoftDtwGpuBatch::has(const CostPairs<float>& pairs, const WarpingPaths& paths) noexcept {
  return hasPaths(paths) && pairs.rows + pairs.cols < kMostIndex / 2;
}

bool SoftDtwGpuBatch::has(const SeriesPairs<float>& pairs, const WarpingPaths& paths) noexcept {
  return hasPaths(paths) && pairs.kind == PointCost::kSquaredEuclidean && pairs.rows + pairs.cols < kMostIndex / 2 / pairs.channels;
}

std::size_t SoftDtwGpuBatch::leastBytes(std::size_t rows, std::size_t cols, bool gradient) {
  return spaceOf(rows, cols, smallestGroup(rows), gradient) * sizeof(float) + 2 * rows * sizeof(std::int32_t) + sizeof(cuda::SoftDtwPair) + sizeof(cuda::SoftDtwTotal);
}

template <class Pairs>
SoftDtwGpuBatch::SoftDtwGpuBatch(const Pairs& pairs, std::size_t first, std::size_t count, const WarpingPaths& paths, double gamma, bool gradient, std::size_t spaceBytes)
    : rows_(pairs.rows), cols_(pairs.cols), channels_(channelsOf(pairs)), gamma_(gamma), gradient_(gradient), banded_(paths.band.kind != Band::kNone) {
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> known;  // where the intervals of a size are
  for (std::size_t p = 0; p < count; ++p) {
    const Pair<float> pair = pairAt(pairs, first + p);
    const auto [at, isNew] = known.emplace(std::pair(pair.rows, pair.cols), intervals_.size());
    if (isNew && banded_) {
      const RowIntervals band(paths.band, pair.rows, pair.cols);
      intervals_.insert(intervals_.end(), band.begin.begin(), band.begin.end());
      intervals_.insert(intervals_.end(), band.end.begin(), band.end.end());
    }
    pairs_.push_back(pair);
    plans_.push_back({at->second, at->second + pair.rows, 0, 0});
  }
  planSpace(spaceBytes);
}

template SoftDtwGpuBatch::SoftDtwGpuBatch(const CostPairs<float>&, std::size_t, std::size_t, const WarpingPaths&, double, bool, std::size_t);
template SoftDtwGpuBatch::SoftDtwGpuBatch(const SeriesPairs<float>&, std::size_t, std::size_t, const WarpingPaths&, double, bool, std::size_t);

void SoftDtwGpuBatch::planSpace(std::size_t spaceBytes) {
  for (std::size_t p = 0; p < pairs_.size(); ++p) takeSpace(p, stripsOf(pairs_[p].rows));
  if (!gradient_ || spaceNumbers_ * sizeof(float) <= spaceBytes) return;
  spaceNumbers_ = 0;
  for (std::size_t p = 0; p < pairs_.size(); ++p) takeSpace(p, smallestGroup(pairs_[p].rows));
}

void SoftDtwGpuBatch::takeSpace(std::size_t pair, std::int32_t stripsInGroup) {
  plans_[pair].stripsInGroup = stripsInGroup;
  plans_[pair].spaceNumbers = spaceOf(pairs_[pair].rows, pairs_[pair].cols, stripsInGroup, gradient_);
  spaceNumbers_ += plans_[pair].spaceNumbers;
}

std::vector<cuda::SoftDtwPair> SoftDtwGpuBatch::at(const SoftDtwGpuArrays& host, const SoftDtwGpuArrays& own) const {
  const auto moved = [](const float* at, const float* from, const float* to) { return at == nullptr ? nullptr : to + (at - from); };
  const auto ofPair = [](float* all, std::size_t pair, std::size_t each) { return all == nullptr ? nullptr : all + pair * each; };
  std::vector<cuda::SoftDtwPair> all;
  all.reserve(pairs_.size());
  float* space = own.space;
  for (std::size_t p = 0; p < pairs_.size(); ++p) {
    const Pair<float>& pair = pairs_[p];
    const Plan& plan = plans_[p];
    const PowerLimits<float> limits(pair.rows, pair.cols, gamma_, 0);
    cuda::SoftDtwPair next{};
    next.rows = static_cast<std::int32_t>(pair.rows);
    next.cols = static_cast<std::int32_t>(pair.cols);
    next.cost = moved(pair.cost, host.cost, own.cost);
    next.x = moved(pair.x, host.x, own.x);
    next.y = moved(pair.y, host.y, own.y);
    next.channels = static_cast<std::int32_t>(channels_);
    next.stride = static_cast<std::int64_t>(cols_);
    next.begin = banded_ ? own.intervals + plan.begins : nullptr;
    next.end = banded_ ? own.intervals + plan.ends : nullptr;
    next.scale = limits.scale;
    next.largestCost = limits.largestCost;
    next.expected = ofPair(own.expected, p, rows_ * cols_);
    next.dx = ofPair(own.dx, p, rows_ * channels_);
    next.dy = ofPair(own.dy, p, cols_ * channels_);
    next.stripsInGroup = plan.stripsInGroup;
    next.space = space;
    space += plan.spaceNumbers;
    all.push_back(next);
  }
  return all;
}

bool SoftDtwGpuBatch::value(std::size_t pair, const cuda::SoftDtwTotal& total, float* value) const {
  const PowerLimits<float> limits(pairs_[pair].rows, pairs_[pair].cols, gamma_, 0);
  const double magic = ExtendedExponent<float>::kRoundingMagic;
  const ScaledNumber<float> z{total.mantissa, total.exponent};
  if (!limits.usable() || !std::isfinite(total.highest) || !limits.holds(z, {total.highest - magic, total.lowest - magic, true})) return false;
  *value = limits.value(z);
  return true;
}

}  // namespace wetas
