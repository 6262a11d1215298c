#include "core/soft_dtw_gpu_batch.h"

#include <cmath>
#include <map>
#include <utility>

#include "core/band.h"
#include "core/pair_list.h"
#include "core/power_limits.h"

namespace wetas {
namespace {

std::size_t spaceOf(std::size_t rows, std::size_t cols, std::int32_t stripsInGroup, bool gradient) {
  return static_cast<std::size_t>(cuda::SoftDtwSpace(static_cast<std::int32_t>(rows), static_cast<std::int32_t>(cols), stripsInGroup, gradient).count);
}

std::int32_t stripsOf(std::size_t rows) { return static_cast<std::int32_t>((rows + cuda::kWarpLanes - 1) / cuda::kWarpLanes); }

std::int32_t smallestGroup(std::size_t rows) { return static_cast<std::int32_t>(std::ceil(std::sqrt(stripsOf(rows)))); }

}  // namespace

std::size_t SoftDtwGpuBatch::leastBytes(std::size_t rows, std::size_t cols, bool gradient) {
  return spaceOf(rows, cols, smallestGroup(rows), gradient) * sizeof(float) + 2 * rows * sizeof(std::int32_t) + sizeof(cuda::SoftDtwPair) + sizeof(cuda::SoftDtwTotal);
}

SoftDtwGpuBatch::SoftDtwGpuBatch(const CostPairs<float>& pairs, const WarpingPaths& paths, double gamma, bool gradient, std::size_t spaceBytes)
    : pairs_(pairs), gamma_(gamma), gradient_(gradient), banded_(paths.band.kind != Band::kNone) {
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> known;  // where the intervals of a size are
  for (std::size_t p = 0; p < (pairs.sizes == nullptr ? 1 : pairs.batch); ++p) {
    const Pair<float> pair = pairOf(pairs, p);
    const auto [at, isNew] = known.emplace(std::pair(pair.rows, pair.cols), intervals_.size());
    if (isNew && banded_) {
      const RowIntervals band(paths.band, pair.rows, pair.cols);
      intervals_.insert(intervals_.end(), band.begin.begin(), band.begin.end());
      intervals_.insert(intervals_.end(), band.end.begin(), band.end.end());
    }
    const std::int32_t all = stripsOf(pair.rows);
    shapes_.push_back({pair.rows, pair.cols, at->second, at->second + pair.rows, all, spaceOf(pair.rows, pair.cols, all, gradient)});
  }
  const auto total = [&] {
    std::size_t numbers = 0;
    for (std::size_t p = 0; p < pairs.batch; ++p) numbers += shapeOf(p).spaceNumbers;
    return numbers;
  };
  spaceNumbers_ = total();
  if (!gradient || spaceNumbers_ * sizeof(float) <= spaceBytes) return;
  for (Shape& shape : shapes_) {
    shape.stripsInGroup = smallestGroup(shape.rows);
    shape.spaceNumbers = spaceOf(shape.rows, shape.cols, shape.stripsInGroup, gradient);
  }
  spaceNumbers_ = total();
}

SoftDtwGpuBatch::Shape SoftDtwGpuBatch::shapeOf(std::size_t pair) const { return shapes_[pairs_.sizes == nullptr ? 0 : pair]; }

std::vector<cuda::SoftDtwPair> SoftDtwGpuBatch::at(const float* cost, const std::int32_t* intervals, float* expected, float* space) const {
  std::vector<cuda::SoftDtwPair> all;
  all.reserve(pairs_.batch);
  for (std::size_t p = 0; p < pairs_.batch; ++p) {
    const Shape shape = shapeOf(p);
    const PowerLimits<float> limits(shape.rows, shape.cols, gamma_, 0);
    const std::size_t first = p * pairs_.rows * pairs_.cols;
    all.push_back({static_cast<std::int32_t>(shape.rows), static_cast<std::int32_t>(shape.cols), cost + first, static_cast<std::int64_t>(pairs_.cols),
                   banded_ ? intervals + shape.begins : nullptr, banded_ ? intervals + shape.ends : nullptr, limits.scale, limits.largestCost,
                   gradient_ ? expected + first : nullptr, shape.stripsInGroup, space});
    space += shape.spaceNumbers;
  }
  return all;
}

bool SoftDtwGpuBatch::value(std::size_t pair, const cuda::SoftDtwTotal& total, float* value) const {
  const Shape shape = shapeOf(pair);
  const PowerLimits<float> limits(shape.rows, shape.cols, gamma_, 0);
  const double magic = ExtendedExponent<float>::kRoundingMagic;
  const ScaledNumber<float> z{total.mantissa, total.exponent};
  if (!limits.usable() || !std::isfinite(total.highest) || !limits.holds(z, {total.highest - magic, total.lowest - magic, true})) return false;
  *value = limits.value(z);
  return true;
}

}  // namespace wetas
