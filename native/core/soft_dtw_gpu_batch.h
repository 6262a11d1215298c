// A batch of pairs as the soft-DTW kernel of kernels/cuda takes it, and what its results mean. Where the memory is and who runs the kernel is
// its user's matter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/pair.h"
#include "kernels/cuda/soft_dtw_pair.h"
#include "wetas/dtw_problem.h"

namespace wetas {

// What the kernel reads and writes. Of each array the part that belongs to the batch's pairs; those that there is no use for are null.
struct SoftDtwGpuArrays {
  const float* cost;  // [pairs, rows, cols]
  const float* x;     // [xCount, rows, channels], [yCount, cols, channels]
  const float* y;
  const std::int32_t* intervals;
  float* expected;  // [pairs, rows, cols], written but for its padding
  float* dx;        // [pairs, rows, channels], [pairs, cols, channels], zeros before
  float* dy;
  float* space;
};

class SoftDtwGpuBatch {
 public:
  // Whether the kernel has this: no open ends, no step penalty, squared Euclidean distances.
  static bool has(const CostPairs<float>& pairs, const WarpingPaths& paths) noexcept;
  static bool has(const SeriesPairs<float>& pairs, const WarpingPaths& paths) noexcept;
  // What a pair of this size takes at least beside its costs, points and gradients.
  static std::size_t leastBytes(std::size_t rows, std::size_t cols, bool gradient);

  // `count` pairs from `first` on, of checked arguments. Pairs: CostPairs<float>, SeriesPairs<float>; gamma > 0. spaceBytes: pairs together take no more
  // working space than this where they can do with less by computing more.
  template <class Pairs>
  SoftDtwGpuBatch(const Pairs& pairs, std::size_t first, std::size_t count, const WarpingPaths& paths, double gamma, bool gradient, std::size_t spaceBytes);

  const std::vector<std::int32_t>& intervals() const noexcept { return intervals_; }
  std::size_t spaceNumbers() const noexcept { return spaceNumbers_; }
  std::size_t cells(std::size_t pair) const { return pairs_[pair].rows * pairs_[pair].cols; }

  // One a pair. `host` has the inputs where the constructor's pairs have them, `own` where the kernel will find everything.
  std::vector<cuda::SoftDtwPair> at(const SoftDtwGpuArrays& host, const SoftDtwGpuArrays& own) const;

  // The value of a pair; false where the pair is beyond float32, and its gradients mean nothing: costs that are NaN or -infinity among them.
  bool value(std::size_t pair, const cuda::SoftDtwTotal& total, float* value) const;

 private:
  struct Plan {
    std::size_t begins, ends;  // in intervals_
    std::int32_t stripsInGroup;
    std::size_t spaceNumbers;
  };
  void planSpace(std::size_t spaceBytes);
  void takeSpace(std::size_t pair, std::int32_t stripsInGroup);

  std::size_t rows_, cols_, channels_;
  double gamma_;
  bool gradient_, banded_;
  std::vector<Pair<float>> pairs_;
  std::vector<Plan> plans_;
  std::vector<std::int32_t> intervals_;
  std::size_t spaceNumbers_ = 0;
};

}  // namespace wetas
