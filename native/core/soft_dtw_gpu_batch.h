// A batch of cost matrices as the soft-DTW kernel of kernels/cuda takes it, and what its results mean. Where the memory is and who runs
// the kernel is its user's matter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/cuda/soft_dtw_pair.h"
#include "wetas/dtw_problem.h"

namespace wetas {

class SoftDtwGpuBatch {
 public:
  // Whether the kernel has these paths: no open ends, no step penalty.
  static bool has(const WarpingPaths& paths) noexcept { return !paths.openStart && !paths.openEnd && paths.stepPenalty == 0; }

  // What a pair of this size takes at least beside its costs and E.
  static std::size_t leastBytes(std::size_t rows, std::size_t cols, bool gradient);

  // Checked arguments of softDtwFromCost, gamma > 0. spaceBytes: pairs together take no more working space than this where they can do with less by
  // computing more.
  SoftDtwGpuBatch(const CostPairs<float>& pairs, const WarpingPaths& paths, double gamma, bool gradient, std::size_t spaceBytes);

  const std::vector<std::int32_t>& intervals() const noexcept { return intervals_; }
  std::size_t spaceNumbers() const noexcept { return spaceNumbers_; }
  std::size_t cells(std::size_t pair) const { return shapeOf(pair).rows * shapeOf(pair).cols; }
  // One a pair, for these addresses of the costs [batch, rows, cols], of intervals(), of E [batch, rows, cols], which is written but for its padding,
  // and of spaceNumbers() numbers.
  std::vector<cuda::SoftDtwPair> at(const float* cost, const std::int32_t* intervals, float* expected, float* space) const;

  // The value of a pair; false where the pair is beyond float32, and E means nothing: costs that are NaN or -infinity among them.
  bool value(std::size_t pair, const cuda::SoftDtwTotal& total, float* value) const;

 private:
  struct Shape {
    std::size_t rows, cols;
    std::size_t begins, ends;  // in intervals_
    std::int32_t stripsInGroup;
    std::size_t spaceNumbers;
  };
  Shape shapeOf(std::size_t pair) const;

  CostPairs<float> pairs_;
  double gamma_;
  bool gradient_, banded_;
  std::vector<Shape> shapes_;  // one a pair where sizes differ, else one
  std::vector<std::int32_t> intervals_;
  std::size_t spaceNumbers_ = 0;
};

}  // namespace wetas
