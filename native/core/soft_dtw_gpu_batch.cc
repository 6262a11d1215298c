#include "core/soft_dtw_gpu_batch.h"

#include <cmath>

namespace wetas {
namespace {

std::size_t spaceOf(std::size_t rows, std::size_t cols, std::int32_t stripsInGroup, bool gradient) {
  return static_cast<std::size_t>(cuda::SoftDtwSpace(static_cast<std::int32_t>(rows), static_cast<std::int32_t>(cols), stripsInGroup, gradient).count);
}

std::int32_t stripsOf(std::size_t rows) { return static_cast<std::int32_t>((rows + cuda::kWarpLanes - 1) / cuda::kWarpLanes); }

std::int32_t smallestGroup(std::size_t rows) { return static_cast<std::int32_t>(std::ceil(std::sqrt(stripsOf(rows)))); }

}  // namespace

SoftDtwGpuBatch::Bytes SoftDtwGpuBatch::bytesOfPair(std::size_t rows, std::size_t cols, bool gradient) {
  const auto with = [&](std::int32_t stripsInGroup) {
    return spaceOf(rows, cols, stripsInGroup, gradient) * sizeof(float) + 2 * rows * sizeof(std::int32_t) + sizeof(cuda::SoftDtwPair) + sizeof(cuda::SoftDtwTotal);
  };
  return {with(smallestGroup(rows)), with(stripsOf(rows))};
}

SoftDtwGpuBatch::SoftDtwGpuBatch(const GpuPairs& pairs, double gamma, bool gradient, std::size_t spaceBytes)
    : pairs_(pairs), gamma_(gamma), gradient_(gradient), plans_(pairs.size()) {
  planSpace(spaceBytes);
}

PowerLimits<float> SoftDtwGpuBatch::limitsOf(std::size_t pair) const { return {pairs_[pair].rows, pairs_[pair].cols, gamma_, pairs_.paths().stepPenalty}; }

void SoftDtwGpuBatch::planSpace(std::size_t spaceBytes) {
  for (std::size_t p = 0; p < pairs_.size(); ++p) takeSpace(p, stripsOf(pairs_[p].rows));
  if (!gradient_ || spaceNumbers_ * sizeof(float) <= spaceBytes) return;
  spaceNumbers_ = 0;
  for (std::size_t p = 0; p < pairs_.size(); ++p) takeSpace(p, smallestGroup(pairs_[p].rows));
}

void SoftDtwGpuBatch::takeSpace(std::size_t pair, std::int32_t stripsInGroup) {
  plans_[pair] = {stripsInGroup, spaceOf(pairs_[pair].rows, pairs_[pair].cols, stripsInGroup, gradient_)};
  spaceNumbers_ += plans_[pair].spaceNumbers;
}

std::vector<cuda::SoftDtwPair> SoftDtwGpuBatch::at(const GpuInputs& host, const GpuInputs& own, const SoftDtwGpuWritten& written) const {
  const auto ofPair = [](float* all, std::size_t pair, std::size_t each) { return all == nullptr ? nullptr : all + pair * each; };
  std::vector<cuda::SoftDtwPair> all;
  all.reserve(pairs_.size());
  float* space = written.space;
  for (std::size_t p = 0; p < pairs_.size(); ++p) {
    const PowerLimits<float> limits = limitsOf(p);
    cuda::SoftDtwPair next{};
    static_cast<cuda::PairCells&>(next) = pairs_.at(p, host, own);
    next.scale = limits.scale;
    next.largestCost = limits.largestCost;
    next.penaltyFactor = limits.usable() ? limits.penaltyFactor() : ScaledNumber<float>{1, 0};  // else the pair will be the CPU's
    next.startMantissa = openStartMantissa(pairs_.paths().pattern == StepPattern::kSymmetric1, next.penaltyFactor);
    next.expected = ofPair(written.expected, p, pairs_.rows() * pairs_.cols());
    next.dx = ofPair(written.dx, p, pairs_.rows() * pairs_.channels());
    next.dy = ofPair(written.dy, p, pairs_.cols() * pairs_.channels());
    next.stripsInGroup = plans_[p].stripsInGroup;
    next.space = space;
    space += plans_[p].spaceNumbers;
    all.push_back(next);
  }
  return all;
}

bool SoftDtwGpuBatch::value(std::size_t pair, const cuda::SoftDtwTotal& total, float* value) const {
  const PowerLimits<float> limits = limitsOf(pair);
  const double magic = ExtendedExponent<float>::kRoundingMagic;
  const ScaledNumber<float> z{total.mantissa, total.exponent};
  if (!limits.usable() || !std::isfinite(total.highest) || !limits.holds(z, {total.highest - magic, total.lowest - magic, true})) return false;
  *value = limits.value(z);
  return true;
}

}  // namespace wetas
