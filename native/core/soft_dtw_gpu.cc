#include "core/soft_dtw_gpu.h"

#include <memory>

#include "core/gpu_parts.h"
#include "core/pair_list.h"
#include "core/soft_dtw_gpu_batch.h"

namespace wetas {
namespace {

bool wantsGradient(const SoftDtwOutputs<float>& outputs) { return outputs.dx != nullptr || outputs.dy != nullptr || outputs.dCost != nullptr; }

// Consecutive pairs, at work.
class Part {
 public:
  template <class Pairs>
  Part(cuda::GpuQueue& queue, const Pairs& pairs, std::size_t first, std::size_t count, const WarpingPaths& paths, double gamma, const SoftDtwOutputs<float>& outputs,
       std::size_t spaceBytes, Control& control, std::vector<std::size_t>& beyond)
      : outputs_(outputs), first_(first), control_(control), beyond_(beyond), inputs_(queue, pairs, first, count, paths),
        batch_(inputs_.pairs, gamma, wantsGradient(outputs), spaceBytes), expected_(queue, outputs.dCost == nullptr ? 0 : inputs_.stretch.costs),
        dx_(queue, outputs.dx == nullptr ? 0 : inputs_.stretch.xs), dy_(queue, outputs.dy == nullptr ? 0 : inputs_.stretch.ys), space_(queue, batch_.spaceNumbers()), turns_(queue, batch_.turns()),
        pairs_(queue, count, batch_.at(inputs_.host, inputs_.own(), {expected_.get(), dx_.get(), dy_.get(), space_.get(), turns_.progress()}).data()), totals_(queue, count) {
    if (expected_.get() != nullptr && isRagged(pairs)) expected_.clear();
    if (dx_.get() != nullptr) dx_.clear();
    if (dy_.get() != nullptr) dy_.clear();
    queue.softDtw(inputs_.kind(paths.pattern, wantsGradient(outputs)), turns_.of(inputs_.pairs, batch_.mostTurns()), pairs_.get(), totals_.get());
  }

  void finish() const {
    std::vector<cuda::SoftDtwTotal> totals(inputs_.pairs.size());
    totals_.downloadTo(totals.data());
    if (control_.stopped()) return;
    if (outputs_.dCost != nullptr) expected_.downloadTo(outputs_.dCost + inputs_.stretch.cost);
    if (outputs_.dx != nullptr) dx_.downloadTo(outputs_.dx + inputs_.stretch.x);
    if (outputs_.dy != nullptr) dy_.downloadTo(outputs_.dy + inputs_.stretch.y);
    for (std::size_t p = 0; p < totals.size(); ++p) {
      if (batch_.value(p, totals[p], outputs_.value + first_ + p)) {
        control_.advance(inputs_.pairs.cells(p));
      } else {
        beyond_.push_back(first_ + p);
      }
    }
  }

 private:
  const SoftDtwOutputs<float> outputs_;
  const std::size_t first_;
  Control& control_;
  std::vector<std::size_t>& beyond_;
  const PartInputs inputs_;
  const SoftDtwGpuBatch batch_;
  const OnGpu<float> expected_, dx_, dy_, space_;
  const PartTurns turns_;
  const OnGpu<cuda::SoftDtwPair> pairs_;
  const OnGpu<cuda::SoftDtwTotal> totals_;
};

template <class Pairs>
std::vector<std::size_t> run(cuda::Gpu& gpu, const Pairs& pairs, const WarpingPaths& paths, double gamma, const SoftDtwOutputs<float>& outputs, Control& control) {
  const InputCounts inputs = inputCounts(pairs);
  const bool ofPoints = outputs.dx != nullptr || outputs.dy != nullptr;
  const std::size_t numbers = inputs.ofPair * (ofPoints ? 2 : 1) + (outputs.dCost == nullptr ? 0 : pairs.rows * pairs.cols);
  const SoftDtwGpuBatch::Bytes ofPair = SoftDtwGpuBatch::bytesOfPair(pairs.rows, pairs.cols, wantsGradient(outputs));
  const PartBytes bytes{inputs.ofPart * sizeof(float), numbers * sizeof(float) + ofPair.least, numbers * sizeof(float) + ofPair.most};
  std::vector<std::size_t> beyond;
  runInParts(gpu, pairCount(pairs), pairs.rows * pairs.cols, bytes, control, [&](cuda::GpuQueue& queue, std::size_t first, std::size_t count, std::size_t spaceBytes) {
    return std::make_unique<Part>(queue, pairs, first, count, paths, gamma, outputs, spaceBytes, control, beyond);
  });
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
