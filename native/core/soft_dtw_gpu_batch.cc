#include "core/soft_dtw_gpu_batch.h"

#include <algorithm>
#include <cmath>

namespace wetas {
namespace {

cuda::SoftDtwSpace spaceOf(std::size_t rows, std::size_t cols, std::int32_t stripsInGroup, bool gradient) {
  return {static_cast<std::int32_t>(rows), static_cast<std::int32_t>(cols), stripsInGroup, gradient};
}

std::int32_t stripsOf(std::size_t rows) { return static_cast<std::int32_t>((rows + cuda::kWarpLanes - 1) / cuda::kWarpLanes); }

std::int32_t smallestGroup(std::size_t rows) { return static_cast<std::int32_t>(std::ceil(std::sqrt(stripsOf(rows)))); }

}  // namespace

SoftDtwGpuBatch::Bytes SoftDtwGpuBatch::bytesOfPair(std::size_t rows, std::size_t cols, bool gradient) {
  const auto with = [&](std::int32_t stripsInGroup) {
    const cuda::SoftDtwSpace space = spaceOf(rows, cols, stripsInGroup, gradient);
    const std::size_t numbers = static_cast<std::size_t>(space.count) + static_cast<std::size_t>(space.turns) + 2 * rows;  // progress, intervals
    return numbers * sizeof(float) + sizeof(cuda::SoftDtwPair) + sizeof(cuda::SoftDtwTotal);
  };
  return {with(smallestGroup(rows)), with(stripsOf(rows))};
}

SoftDtwGpuBatch::SoftDtwGpuBatch(const GpuPairs& pairs, double gamma, bool gradient, std::size_t spaceBytes)
    : pairs_(pairs), gamma_(gamma), gradient_(gradient), plans_(pairs.size()) {
  plan(spaceBytes);
}

PowerLimits<float> SoftDtwGpuBatch::limitsOf(std::size_t pair) const { return {pairs_[pair].rows, pairs_[pair].cols, gamma_, pairs_.paths().stepPenalty}; }

void SoftDtwGpuBatch::plan(std::size_t spaceBytes) {
  planEach(stripsOf);
  if (gradient_ && spaceNumbers_ * sizeof(float) > spaceBytes) planEach(smallestGroup);
}

template <class StripsInGroup>
void SoftDtwGpuBatch::planEach(const StripsInGroup& stripsInGroup) {
  spaceNumbers_ = turns_ = 0;
  mostTurns_ = 0;
  for (std::size_t p = 0; p < pairs_.size(); ++p) {
    plans_[p] = {stripsInGroup(pairs_[p].rows), spaceNumbers_, turns_};
    const cuda::SoftDtwSpace space = spaceOf(pairs_[p].rows, pairs_[p].cols, plans_[p].stripsInGroup, gradient_);
    spaceNumbers_ += static_cast<std::size_t>(space.count);
    turns_ += static_cast<std::size_t>(space.turns);
    mostTurns_ = std::max(mostTurns_, space.turns);
  }
}

std::vector<cuda::SoftDtwPair> SoftDtwGpuBatch::at(const GpuInputs& host, const GpuInputs& own, const SoftDtwGpuWritten& written) const {
  const auto ofPair = [](float* all, std::size_t pair, std::size_t each) { return all == nullptr ? nullptr : all + pair * each; };
  std::vector<cuda::SoftDtwPair> all;
  all.reserve(pairs_.size());
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
    next.space = written.space + plans_[p].space;
    next.progress = written.progress + plans_[p].progress;
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
