// How a batch reaches a GPU: consecutive pairs at a time, with their inputs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/gpu_pairs.h"
#include "kernels/cuda/gpu.h"
#include "wetas/control.h"

namespace wetas {

// Numbers in the memory of the GPU; none: null.
template <class T>
class OnGpu {
 public:
  OnGpu(cuda::GpuQueue& queue, std::size_t count) : queue_(&queue), count_(count), numbers_(count == 0 ? nullptr : static_cast<T*>(queue.allocate(count * sizeof(T)))) {}
  OnGpu(cuda::GpuQueue& queue, std::size_t count, const T* from) : OnGpu(queue, count) { queue.upload(numbers_, from, count * sizeof(T)); }
  OnGpu(const OnGpu&) = delete;
  OnGpu& operator=(const OnGpu&) = delete;
  ~OnGpu() {
    if (numbers_ != nullptr) queue_->release(numbers_);
  }
  T* get() const { return numbers_; }
  void downloadTo(T* to) const { queue_->download(to, numbers_, count_ * sizeof(T)); }
  void clear() const { queue_->clear(numbers_, count_ * sizeof(T)); }

 private:
  cuda::GpuQueue* queue_;
  std::size_t count_;
  T* numbers_;
};

// A stretch of each input, by pairs [first, first + count): where it begins, and how many numbers it has.
struct Stretch {
  std::size_t cost, x, y;
  std::size_t costs, xs, ys;
};

inline Stretch stretchOf(const CostPairs<float>& pairs, std::size_t first, std::size_t count) {
  const std::size_t cells = pairs.rows * pairs.cols;
  return {first * cells, 0, 0, count * cells, 0, 0};
}

// Of series that are not matched all are needed.
inline Stretch stretchOf(const SeriesPairs<float>& pairs, std::size_t first, std::size_t count) {
  const std::size_t cells = pairs.rows * pairs.cols, ofX = pairs.rows * pairs.channels, ofY = pairs.cols * pairs.channels;
  if (pairs.pairing != Pairing::kMatched) return {first * cells, 0, 0, count * cells, pairs.xCount * ofX, pairs.yCount * ofY};
  return {first * cells, first * ofX, first * ofY, count * cells, count * ofX, count * ofY};
}

inline GpuInputs inputsOf(const CostPairs<float>& pairs, const Stretch& stretch) { return {pairs.cost + stretch.cost, nullptr, nullptr, nullptr}; }
inline GpuInputs inputsOf(const SeriesPairs<float>& pairs, const Stretch& stretch) { return {nullptr, pairs.x + stretch.x, pairs.y + stretch.y, nullptr}; }

// Whether rows of outputs have padding, which kernels do not write.
inline bool isRagged(const CostPairs<float>& pairs) { return pairs.sizes != nullptr; }
inline bool isRagged(const SeriesPairs<float>& pairs) { return pairs.xLengths != nullptr || pairs.yLengths != nullptr; }

// Numbers of the inputs that a part has for each of its pairs, and those that every part has.
struct InputCounts {
  std::size_t ofPair, ofPart;
};
inline InputCounts inputCounts(const CostPairs<float>& pairs) { return {pairs.rows * pairs.cols, 0}; }
inline InputCounts inputCounts(const SeriesPairs<float>& pairs) {
  if (pairs.pairing == Pairing::kMatched) return {(pairs.rows + pairs.cols) * pairs.channels, 0};
  return {0, (pairs.xCount * pairs.rows + pairs.yCount * pairs.cols) * pairs.channels};
}

// Consecutive pairs with what kernels read of them.
class PartInputs {
 public:
  template <class Pairs>
  PartInputs(cuda::GpuQueue& queue, const Pairs& batch, std::size_t first, std::size_t count, const WarpingPaths& paths)
      : stretch(stretchOf(batch, first, count)), pairs(batch, first, count, paths), host(inputsOf(batch, stretch)),
        cost_(queue, host.cost == nullptr ? 0 : stretch.costs, host.cost), x_(queue, stretch.xs, host.x), y_(queue, stretch.ys, host.y),
        intervals_(queue, pairs.intervals().size(), pairs.intervals().data()) {}

  cuda::DtwKind kind(StepPattern pattern, bool gradient) const {
    return {pattern == StepPattern::kSymmetric1, gradient, static_cast<std::int32_t>(pairs.channels())};
  }
  // Where the kernel finds them.
  GpuInputs own() const { return {cost_.get(), x_.get(), y_.get(), intervals_.get()}; }

  const Stretch stretch;
  const GpuPairs pairs;
  const GpuInputs host;

 private:
  const OnGpu<float> cost_, x_, y_;
  const OnGpu<std::int32_t> intervals_;
};

// How far the turns of a part's pairs have come.
class PartTurns {
 public:
  PartTurns(cuda::GpuQueue& queue, std::size_t turns) : numbers_(queue, 1 + turns) { numbers_.clear(); }
  std::int32_t* progress() const { return numbers_.get() + 1; }
  cuda::PairTurns of(const GpuPairs& pairs, std::int32_t most) const {
    const auto count = static_cast<std::int32_t>(pairs.size());
    const std::int32_t ofPair = cuda::stripsAtOnce(static_cast<std::int32_t>(pairs.rows()), static_cast<std::int32_t>(pairs.cols()));
    return {count, most, std::int64_t{count} * ofPair, numbers_.get()};
  }

 private:
  const OnGpu<std::int32_t> numbers_;
};

// What a part takes of the GPU's memory: for itself and for each pair, at least and where that need not be spared.
struct PartBytes {
  std::size_t ofPart, leastOfPair, mostOfPair;
};

// Enough pairs to keep a large GPU busy; beyond, a batch goes in parts, so that one is copied while another is worked on. And so few cells that a small GPU, which may show
// a screen too, is not kept for seconds, where its driver would stop it.
constexpr std::size_t mostPairsOfPart(std::size_t cellsOfPair) {
  constexpr std::size_t kPairs = 1024, kCells = std::size_t{1} << 31;
  return std::clamp<std::size_t>(kCells / cellsOfPair, 1, kPairs);
}

// start(queue, first, count, spare) puts a part in, whose pairs together may take `spare` bytes where they could do with less, and returns a pointer to it; its
// finish() waits for the results. Begins when the call has its share of the memory.
template <class Start>
void runInParts(cuda::Gpu& gpu, std::size_t count, std::size_t cellsOfPair, const PartBytes& bytes, const Control& control, const Start& start) {
  const std::size_t most = mostPairsOfPart(cellsOfPair);
  std::size_t atOnce = std::min(count, most), spare = atOnce * bytes.mostOfPair;
  std::size_t partsAtOnce = atOnce < count ? 2 : 1;
  const std::size_t wanted = partsAtOnce * (bytes.ofPart + atOnce * bytes.mostOfPair);
  const cuda::GpuMemory::Share share(gpu.memory(), wanted, control);
  if (share.bytes() < wanted) {
    const std::size_t part = share.bytes() / 2;
    spare = bytes.leastOfPair < bytes.mostOfPair ? part / 3 : 0;
    const std::size_t taken = std::min(part, bytes.ofPart + spare);
    atOnce = std::clamp<std::size_t>((part - taken) / bytes.leastOfPair, 1, most);
    partsAtOnce = part < bytes.ofPart + bytes.leastOfPair ? 1 : 2;
  }
  struct AtWork {
    std::shared_ptr<cuda::GpuQueue> queue;
    decltype(start(*queue, 0, 0, 0)) part;
  } atWork[2];
  // Both before the first part: page-locked memory, which queues have, may be to be had only when no kernel is at work.
  for (std::size_t q = 0; q < partsAtOnce; ++q) atWork[q].queue = gpu.queue(control);
  const auto finish = [](AtWork& one) {
    if (one.part == nullptr) return;
    one.part->finish();
    one.part = nullptr;
  };
  std::size_t next = 0;
  for (std::size_t first = 0; first < count && !control.stopped(); first += atOnce, next = (next + 1) % partsAtOnce) {
    AtWork& one = atWork[next];
    finish(one);
    one.part = start(*one.queue, first, std::min(atOnce, count - first), spare);
  }
  finish(atWork[next]);
  finish(atWork[1 - next]);
}

}  // namespace wetas
