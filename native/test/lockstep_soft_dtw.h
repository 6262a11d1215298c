// The soft-DTW kernel of kernels/cuda over given costs, on the lockstep warp of the CPU.
#pragma once

#include <vector>

#include "core/gpu_pairs.h"
#include "core/soft_dtw_gpu_batch.h"
#include "lockstep_pair.h"

namespace wetas {

struct LockstepSoftDtw {
  std::vector<float> value, expected;  // 7 where nothing was written
  std::vector<bool> beyond;
  std::size_t spaceNumbers;

  LockstepSoftDtw(const CostPairs<float>& costs, const WarpingPaths& paths, double gamma, bool gradient = true, std::size_t spaceBytes = std::size_t{1} << 30)
      : value(costs.batch, 7), expected(gradient ? costs.batch * costs.rows * costs.cols : 0, 7), beyond(costs.batch) {
    const GpuPairs pairs(costs, 0, costs.batch, paths);
    const SoftDtwGpuBatch batch(pairs, gamma, gradient, spaceBytes);
    spaceNumbers = batch.spaceNumbers();
    std::vector<float> space(spaceNumbers, 3e38f);  // what was not written must not be read
    std::vector<std::int32_t> progress(batch.turns());
    const GpuInputs inputs{costs.cost, nullptr, nullptr, pairs.intervals().data()};
    const std::vector<cuda::SoftDtwPair> all = batch.at(inputs, inputs, {gradient ? expected.data() : nullptr, nullptr, nullptr, space.data(), progress.data()});
    for (std::size_t p = 0; p < all.size(); ++p) {
      cuda::SoftDtwTotal total;
      const Control control;
      runInLockstep<cuda::SoftDtwOfPair, cuda::GivenCosts>(paths.pattern == StepPattern::kSymmetric1, all[p], control, &total);
      beyond[p] = !batch.value(p, total, &value[p]);
    }
  }
};

}  // namespace wetas
