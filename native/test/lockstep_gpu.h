// Soft-DTW by the kernel of kernels/cuda on the lockstep warp of the CPU.
#pragma once

#include <cstdint>
#include <vector>

#include "core/soft_dtw_gpu_batch.h"
#include "kernels/cuda/host_warp.h"
#include "kernels/cuda/soft_dtw_warp.h"

namespace wetas {

struct LockstepSoftDtw {
  std::vector<float> value, expected;  // 7 where nothing was written
  std::vector<bool> beyond;
  std::size_t spaceNumbers;

  LockstepSoftDtw(const CostPairs<float>& pairs, const WarpingPaths& paths, double gamma, bool gradient = true, std::size_t spaceBytes = std::size_t{1} << 30)
      : value(pairs.batch, 7), expected(gradient ? pairs.batch * pairs.rows * pairs.cols : 0, 7), beyond(pairs.batch) {
    const SoftDtwGpuBatch batch(pairs, paths, gamma, gradient, spaceBytes);
    spaceNumbers = batch.spaceNumbers();
    std::vector<float> space(spaceNumbers, 3e38f);  // what was not written must not be read
    std::vector<cuda::SoftDtwPair> all = batch.at(pairs.cost, batch.intervals().data(), expected.data(), space.data());
    cuda::SoftDtwTiles tiles;
    for (std::size_t p = 0; p < all.size(); ++p) {
      cuda::SoftDtwTotal total;
      if (paths.pattern == StepPattern::kSymmetric1) {
        cuda::SoftDtwOfPair<cuda::HostWarp, true>(all[p], tiles).run(&total);
      } else {
        cuda::SoftDtwOfPair<cuda::HostWarp, false>(all[p], tiles).run(&total);
      }
      beyond[p] = !batch.value(p, total, &value[p]);
    }
  }
};

}  // namespace wetas
