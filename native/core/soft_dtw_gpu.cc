#include "core/soft_dtw_gpu.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "core/pair_list.h"
#include "core/soft_dtw_gpu_batch.h"

namespace wetas {
namespace {

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

// A stretch of each input and output array, by pairs [first, first + count).
struct Stretch {
  std::size_t cost, x, y;     // where it begins
  std::size_t costs, xs, ys;  // how many numbers it has
};

Stretch stretchOf(const CostPairs<float>& pairs, std::size_t first, std::size_t count) {
  const std::size_t cells = pairs.rows * pairs.cols;
  return {first * cells, 0, 0, count * cells, 0, 0};
}

// Of series that are not matched all are needed.
Stretch stretchOf(const SeriesPairs<float>& pairs, std::size_t first, std::size_t count) {
  const std::size_t cells = pairs.rows * pairs.cols, ofX = pairs.rows * pairs.channels, ofY = pairs.cols * pairs.channels;
  if (pairs.pairing != Pairing::kMatched) return {first * cells, 0, 0, count * cells, pairs.xCount * ofX, pairs.yCount * ofY};
  return {first * cells, first * ofX, first * ofY, count * cells, count * ofX, count * ofY};
}

SoftDtwGpuArrays inputsOf(const CostPairs<float>& pairs, const Stretch& stretch) {
  SoftDtwGpuArrays arrays{};
  arrays.cost = pairs.cost + stretch.cost;
  return arrays;
}

SoftDtwGpuArrays inputsOf(const SeriesPairs<float>& pairs, const Stretch& stretch) {
  SoftDtwGpuArrays arrays{};
  arrays.x = pairs.x + stretch.x;
  arrays.y = pairs.y + stretch.y;
  return arrays;
}

// Whether rows of outputs have padding, which the kernel does not write.
bool isRagged(const CostPairs<float>& pairs) { return pairs.sizes != nullptr; }
bool isRagged(const SeriesPairs<float>& pairs) { return pairs.xLengths != nullptr || pairs.yLengths != nullptr; }

bool wantsGradient(const SoftDtwOutputs<float>& outputs) { return outputs.dx != nullptr || outputs.dy != nullptr || outputs.dCost != nullptr; }

// Of inputs and gradients.
std::size_t numbersOfPair(const CostPairs<float>& pairs, const SoftDtwOutputs<float>& outputs) { return pairs.rows * pairs.cols * (outputs.dCost == nullptr ? 1 : 2); }
std::size_t numbersOfPair(const SeriesPairs<float>& pairs, const SoftDtwOutputs<float>& outputs) {
  const std::size_t points = (pairs.rows + pairs.cols) * pairs.channels;
  return points * 2 + (outputs.dCost == nullptr ? 0 : pairs.rows * pairs.cols);
}

// Consecutive pairs, at work.
template <class Pairs>
class Part {
 public:
  Part(cuda::GpuQueue& queue, const Pairs& pairs, std::size_t first, std::size_t count, const WarpingPaths& paths, double gamma, const SoftDtwOutputs<float>& outputs,
       std::size_t spaceBytes)
      : outputs_(outputs), first_(first), count_(count), stretch_(stretchOf(pairs, first, count)), host_(inputsOf(pairs, stretch_)),
        batch_(pairs, first, count, paths, gamma, wantsGradient(outputs), spaceBytes), cost_(queue, host_.cost == nullptr ? 0 : stretch_.costs, host_.cost),
        x_(queue, stretch_.xs, host_.x), y_(queue, stretch_.ys, host_.y), intervals_(queue, batch_.intervals().size(), batch_.intervals().data()),
        expected_(queue, outputs.dCost == nullptr ? 0 : stretch_.costs), dx_(queue, outputs.dx == nullptr ? 0 : stretch_.xs),
        dy_(queue, outputs.dy == nullptr ? 0 : stretch_.ys), space_(queue, batch_.spaceNumbers()),
        pairs_(queue, count,
               batch_.at(host_, {cost_.get(), x_.get(), y_.get(), intervals_.get(), expected_.get(), dx_.get(), dy_.get(), space_.get()}).data()),
        totals_(queue, count) {
    if (expected_.get() != nullptr && isRagged(pairs)) expected_.clear();
    if (dx_.get() != nullptr) dx_.clear();
    if (dy_.get() != nullptr) dy_.clear();
    queue.softDtw({paths.pattern == StepPattern::kSymmetric1, host_.cost == nullptr}, count, pairs_.get(), totals_.get());
  }

  void finish(Control& control, std::vector<std::size_t>& beyond) const {
    std::vector<cuda::SoftDtwTotal> totals(count_);
    totals_.downloadTo(totals.data());
    if (outputs_.dCost != nullptr) expected_.downloadTo(outputs_.dCost + stretch_.cost);
    if (outputs_.dx != nullptr) dx_.downloadTo(outputs_.dx + stretch_.x);
    if (outputs_.dy != nullptr) dy_.downloadTo(outputs_.dy + stretch_.y);
    for (std::size_t p = 0; p < count_; ++p) {
      if (batch_.value(p, totals[p], outputs_.value + first_ + p)) {
        control.advance(batch_.cells(p));
      } else {
        beyond.push_back(first_ + p);
      }
    }
  }

 private:
  const SoftDtwOutputs<float> outputs_;
  const std::size_t first_, count_;
  const Stretch stretch_;
  const SoftDtwGpuArrays host_;
  const SoftDtwGpuBatch batch_;
  const OnGpu<float> cost_, x_, y_;
  const OnGpu<std::int32_t> intervals_;
  const OnGpu<float> expected_, dx_, dy_, space_;
  const OnGpu<cuda::SoftDtwPair> pairs_;
  const OnGpu<cuda::SoftDtwTotal> totals_;
};

// Enough to keep a large GPU busy; beyond, a batch goes in parts, so that one is copied while another is worked on.
constexpr std::size_t kPairsOfPart = 1024;

template <class Pairs>
std::vector<std::size_t> run(cuda::Gpu& gpu, const Pairs& pairs, const WarpingPaths& paths, double gamma, const SoftDtwOutputs<float>& outputs, Control& control) {
  // Two parts at once, and something left for others.
  const std::size_t bytes = gpu.freeBytes() / 5 * 2, spaceBytes = bytes / 3, count = pairCount(pairs);
  const std::size_t ofPair = numbersOfPair(pairs, outputs) * sizeof(float) + SoftDtwGpuBatch::leastBytes(pairs.rows, pairs.cols, wantsGradient(outputs));
  const std::size_t atOnce = std::min(std::max<std::size_t>(1, (bytes - spaceBytes) / ofPair), kPairsOfPart);

  struct Turn {
    std::shared_ptr<cuda::GpuQueue> queue;
    std::optional<Part<Pairs>> part;
  } turns[2];
  std::vector<std::size_t> beyond;
  const auto finish = [&](Turn& turn) {
    if (!turn.part) return;
    turn.part->finish(control, beyond);
    turn.part.reset();
  };
  std::size_t next = 0;
  for (std::size_t first = 0; first < count && !control.stopped(); first += atOnce, next = 1 - next) {
    Turn& turn = turns[next];
    finish(turn);
    if (turn.queue == nullptr) turn.queue = gpu.queue();
    turn.part.emplace(*turn.queue, pairs, first, std::min(atOnce, count - first), paths, gamma, outputs, spaceBytes);
  }
  finish(turns[next]);
  finish(turns[1 - next]);
  return beyond;
}

}  // namespace

std::vector<std::size_t> softDtwOnGpu(cuda::Gpu& gpu, const SeriesPairs<float>& pairs, const WarpingPaths& paths, double gamma,
                                      const SoftDtwOutputs<float>& outputs, Control& control) {
  return run(gpu, pairs, paths, gamma, outputs, control);
}

std::vector<std::size_t> softDtwOnGpu(cuda::Gpu& gpu, const CostPairs<float>& pairs, const WarpingPaths& paths, double gamma,
                                      const SoftDtwOutputs<float>& outputs, Control& control) {
  return run(gpu, pairs, paths, gamma, outputs, control);
}

}  // namespace wetas
