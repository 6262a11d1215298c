// A batch of pairs as every kernel of kernels/cuda takes it. Where the memory is and who runs the kernel is its user's matter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/pair.h"
#include "kernels/cuda/strips_warp.h"
#include "wetas/dtw_problem.h"

namespace wetas {

// Whether the kernels have pairs of this size.
bool gpuHas(const CostPairs<float>& pairs) noexcept;
bool gpuHas(const SeriesPairs<float>& pairs) noexcept;

// What kernels read. Of each array the part that belongs to the batch's pairs; those that there is no use for are null.
struct GpuInputs {
  const float* cost = nullptr;  // [pairs, rows, cols]
  const float* x = nullptr;     // [xCount, rows, channels], [yCount, cols, channels]
  const float* y = nullptr;
  const std::int32_t* intervals = nullptr;  // GpuPairs has them
};

class GpuPairs {
 public:
  // `count` pairs from `first` on, of checked arguments. Pairs: CostPairs<float>, SeriesPairs<float>.
  template <class Pairs>
  GpuPairs(const Pairs& pairs, std::size_t first, std::size_t count, const WarpingPaths& paths);

  std::size_t size() const noexcept { return pairs_.size(); }
  const Pair<float>& operator[](std::size_t pair) const { return pairs_[pair]; }
  std::size_t cells(std::size_t pair) const { return pairs_[pair].rows * pairs_[pair].cols; }
  // Of the whole batch, as the outputs are laid out.
  std::size_t rows() const noexcept { return rows_; }
  std::size_t cols() const noexcept { return cols_; }
  std::size_t channels() const noexcept { return channels_; }
  const WarpingPaths& paths() const noexcept { return paths_; }
  // Those of the bands, once for each size of pairs.
  const std::vector<std::int32_t>& intervals() const noexcept { return intervals_; }

  // A pair for the kernel. `host` has the inputs where the constructor's pairs have them, `own` where the kernel will find them.
  cuda::PairCells at(std::size_t pair, const GpuInputs& host, const GpuInputs& own) const;

 private:
  std::size_t rows_, cols_, channels_;
  WarpingPaths paths_;
  std::vector<Pair<float>> pairs_;
  std::vector<std::size_t> bands_;  // where the intervals of a pair begin: begins [rows], ends [rows]
  std::vector<std::int32_t> intervals_;
};

}  // namespace wetas
