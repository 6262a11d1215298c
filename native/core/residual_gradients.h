// How the gradients of residual blocks' weights are added up over a batch: the same bits on any number of threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <mutex>
#include <vector>

#include "kernels/cpu/rows.h"
#include "wetas/residual_blocks.h"

namespace wetas {

// The chunks over which gradients of weights are added up: runs of whole samples or, where those are few, parts of each. The shape alone decides.
struct Chunks {
  static constexpr std::size_t kMost = 16;  // so that as many threads have work
  std::size_t runs, partsPerSample;

  Chunks(std::size_t batch, std::size_t tilesPerSample)
      : runs(std::min(batch, kMost)), partsPerSample(runs == 0 ? 0 : std::min(tilesPerSample, kMost / runs)) {}
};

// Where the gradients of a block stand in the partial sums of a chunk.
struct GradientOffsets {
  std::size_t filter, bias, skipWeight, skipBias, outWeight, outBias, size;

  GradientOffsets(std::size_t kernelSize, std::size_t channels) {
    const std::size_t matrix = channels * channels;
    filter = 0;
    bias = kernelSize * matrix;
    skipWeight = bias + channels;
    skipBias = skipWeight + matrix;
    outWeight = skipBias + channels;
    outBias = outWeight + matrix;
    size = outBias + channels;
  }
};

// Adds what chunks have summed up to the gradients: always in the order of the chunks, whichever thread is ready first.
class GradientSum {
 public:
  GradientSum(const GradientOffsets& at, const std::vector<ResidualBlockGradients>& gradients) : at_(at), gradients_(gradients) {
    forEachGradient([](std::size_t, std::size_t count, float* gradient) { std::fill_n(gradient, count, 0.0f); });
  }

  // Floats of a chunk's partial sums.
  std::size_t size() const { return gradients_.size() * at_.size; }

  void add(std::size_t chunk, const float* partial) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (chunk != next_) {
      early_.emplace(chunk, std::vector<float>(partial, partial + size()));
      return;
    }
    addNext(partial);
    for (auto it = early_.begin(); it != early_.end() && it->first == next_; it = early_.erase(it)) addNext(it->second.data());
  }

 private:
  void addNext(const float* partial) {
    forEachGradient([&](std::size_t offset, std::size_t count, float* gradient) { addColumnSums(1, count, partial + offset, count, gradient); });
    ++next_;
  }

  // Calls f(offset, count, gradient) for all arrays of gradients.
  template <class F>
  void forEachGradient(const F& f) {
    const std::size_t last = (gradients_.size() - 1) * at_.size;
    for (std::size_t i = 0; i < gradients_.size(); ++i) {
      const ResidualBlockGradients& to = gradients_[i];
      const std::size_t first = i * at_.size;
      f(first + at_.filter, at_.bias - at_.filter, to.filter);
      f(first + at_.bias, at_.skipWeight - at_.bias, to.bias);
      f(first + at_.skipWeight, at_.skipBias - at_.skipWeight, to.skipWeight);
      f(last + at_.skipBias, at_.outWeight - at_.skipBias, to.skipBias);  // the same for all blocks, whose skips are one sum: the last one's
      if (!to.outWeight) continue;
      f(first + at_.outWeight, at_.outBias - at_.outWeight, to.outWeight);
      f(first + at_.outBias, at_.size - at_.outBias, to.outBias);
    }
  }

  const GradientOffsets at_;
  const std::vector<ResidualBlockGradients>& gradients_;
  std::mutex mutex_;
  std::size_t next_ = 0;
  std::map<std::size_t, std::vector<float>> early_;
};

}  // namespace wetas
