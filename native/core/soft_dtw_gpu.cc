#include "core/soft_dtw_gpu.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "core/soft_dtw_gpu_batch.h"

namespace wetas {
namespace {

// Numbers in the memory of the GPU.
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

// Consecutive pairs of the batch, at work.
class Part {
 public:
  Part(cuda::GpuQueue& queue, const CostPairs<float>& pairs, const WarpingPaths& paths, double gamma, bool gradient, std::size_t spaceBytes)
      : batch_(pairs, paths, gamma, gradient, spaceBytes), cost_(queue, pairs.batch * pairs.rows * pairs.cols, pairs.cost),
        intervals_(queue, batch_.intervals().size(), batch_.intervals().data()), expected_(queue, gradient ? pairs.batch * pairs.rows * pairs.cols : 0),
        space_(queue, batch_.spaceNumbers()), pairs_(queue, pairs.batch, batch_.at(cost_.get(), intervals_.get(), expected_.get(), space_.get()).data()),
        totals_(queue, pairs.batch) {
    if (gradient && pairs.sizes != nullptr) expected_.clear();
    queue.softDtw(paths.pattern == StepPattern::kSymmetric1, pairs.batch, pairs_.get(), totals_.get());
  }

  // value, dCost: of the part's first pair, the one at `begin` of the whole batch.
  void finish(std::size_t begin, std::size_t pairs, float* value, float* dCost, Control& control, std::vector<std::size_t>& beyond) const {
    std::vector<cuda::SoftDtwTotal> totals(pairs);
    totals_.downloadTo(totals.data());
    if (dCost != nullptr) expected_.downloadTo(dCost);
    for (std::size_t p = 0; p < pairs; ++p) {
      if (batch_.value(p, totals[p], value + p)) {
        control.advance(batch_.cells(p));
      } else {
        beyond.push_back(begin + p);
      }
    }
  }

 private:
  const SoftDtwGpuBatch batch_;
  const OnGpu<float> cost_;
  const OnGpu<std::int32_t> intervals_;
  const OnGpu<float> expected_, space_;
  const OnGpu<cuda::SoftDtwPair> pairs_;
  const OnGpu<cuda::SoftDtwTotal> totals_;
};

// Enough to keep a large GPU busy; beyond, a batch goes in parts, so that one is copied while another is worked on.
constexpr std::size_t kPairsOfPart = 1024;

}  // namespace

std::vector<std::size_t> softDtwFromCostOnGpu(cuda::Gpu& gpu, const CostPairs<float>& pairs, const WarpingPaths& paths, double gamma, float* value, float* dCost,
                                              Control& control) {
  struct Turn {
    std::shared_ptr<cuda::GpuQueue> queue;
    std::optional<Part> part;
    std::size_t begin = 0, end = 0;
  };
  const bool gradient = dCost != nullptr;
  const std::size_t cells = pairs.rows * pairs.cols;
  // Two parts at once, and something left for others.
  const std::size_t bytes = gpu.freeBytes() / 5 * 2, spaceBytes = bytes / 3;
  const std::size_t ofPair = cells * sizeof(float) * (gradient ? 2 : 1) + SoftDtwGpuBatch::leastBytes(pairs.rows, pairs.cols, gradient);
  const std::size_t fitting = std::max<std::size_t>(1, (bytes - spaceBytes) / ofPair), atOnce = std::min(fitting, kPairsOfPart);

  std::vector<std::size_t> beyond;
  Turn turns[2];
  const auto finish = [&](Turn& turn) {
    if (!turn.part) return;
    turn.part->finish(turn.begin, turn.end - turn.begin, value + turn.begin, gradient ? dCost + turn.begin * cells : nullptr, control, beyond);
    turn.part.reset();
  };
  std::size_t next = 0;
  for (std::size_t begin = 0; begin < pairs.batch && !control.stopped(); begin += atOnce, next = 1 - next) {
    Turn& turn = turns[next];
    finish(turn);
    if (turn.queue == nullptr) turn.queue = gpu.queue();
    turn.begin = begin;
    turn.end = std::min(begin + atOnce, pairs.batch);
    const CostPairs<float> own{turn.end - begin, pairs.rows, pairs.cols, pairs.cost + begin * cells, pairs.sizes == nullptr ? nullptr : pairs.sizes + 2 * begin};
    turn.part.emplace(*turn.queue, own, paths, gamma, gradient, spaceBytes);
  }
  finish(turns[next]);
  finish(turns[1 - next]);
  return beyond;
}

}  // namespace wetas
