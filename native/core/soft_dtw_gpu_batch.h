// A batch of pairs as the soft-DTW kernel of kernels/cuda takes it, and what its results mean.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/gpu_pairs.h"
#include "core/power_limits.h"
#include "kernels/cuda/soft_dtw_pair.h"

namespace wetas {

// What the kernel writes, like GpuInputs.
struct SoftDtwGpuWritten {
  float* expected;  // [pairs, rows, cols], written but for its padding
  float* dx;        // [pairs, rows, channels], [pairs, cols, channels], zeros before
  float* dy;
  float* space;
  std::int32_t* progress;  // zeros before
};

class SoftDtwGpuBatch {
 public:
  // What a pair of this size takes beside its costs, points and gradients: at least, and where it keeps all that saves computing.
  struct Bytes {
    std::size_t least, most;
  };
  static Bytes bytesOfPair(std::size_t rows, std::size_t cols, bool gradient);

  // gamma > 0. spaceBytes: pairs together take no more working space than this where they can do with less by computing more.
  SoftDtwGpuBatch(const GpuPairs& pairs, double gamma, bool gradient, std::size_t spaceBytes);

  std::size_t spaceNumbers() const noexcept { return spaceNumbers_; }
  std::size_t turns() const noexcept { return turns_; }
  std::int32_t mostTurns() const noexcept { return mostTurns_; }

  // One a pair; see GpuPairs::at.
  std::vector<cuda::SoftDtwPair> at(const GpuInputs& host, const GpuInputs& own, const SoftDtwGpuWritten& written) const;

  // The value of a pair; false where the pair is beyond float32, and its gradients mean nothing: costs that are NaN or -infinity among them.
  bool value(std::size_t pair, const cuda::SoftDtwTotal& total, float* value) const;

 private:
  struct Plan {
    std::int32_t stripsInGroup;
    std::size_t space, progress;  // where those of a pair begin
  };
  PowerLimits<float> limitsOf(std::size_t pair) const;
  void plan(std::size_t spaceBytes);
  template <class StripsInGroup>
  void planEach(const StripsInGroup& stripsInGroup);

  const GpuPairs& pairs_;
  double gamma_;
  bool gradient_;
  std::vector<Plan> plans_;
  std::size_t spaceNumbers_, turns_;
  std::int32_t mostTurns_;
};

}  // namespace wetas
