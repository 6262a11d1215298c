#include "core/hard_dtw_gpu.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "core/gpu_parts.h"
#include "core/pair_list.h"

namespace wetas {
namespace {

struct Outputs : HardDtwOutputs<float> {
  std::int32_t* labelIndex;
  bool wayBack() const noexcept { return path != nullptr || labelIndex != nullptr; }
};

// What a pair of this size needs, in numbers of 4 bytes each.
struct Space {
  std::size_t boundary, moves, turns, path, labels;

  Space(std::size_t rows, std::size_t cols, const Outputs& outputs)
      : Space(cuda::HardDtwSpace(static_cast<std::int32_t>(rows), static_cast<std::int32_t>(cols), outputs.wayBack()), outputs.path == nullptr ? 0 : 2 * (rows + cols - 1),
              outputs.labelIndex == nullptr ? 0 : cols) {}
  std::size_t all() const noexcept { return boundary + moves + turns + path + labels; }

 private:
  Space(const cuda::HardDtwSpace& kernels, std::size_t ofPath, std::size_t ofLabels)
      : boundary(static_cast<std::size_t>(kernels.boundaryNumbers)), moves(static_cast<std::size_t>(kernels.moveNumbers)), turns(static_cast<std::size_t>(kernels.turns)),
        path(ofPath), labels(ofLabels) {}
};

// Consecutive pairs, at work.
class Part {
 public:
  template <class Pairs>
  Part(cuda::GpuQueue& queue, const Pairs& pairs, std::size_t first, std::size_t count, const WarpingPaths& paths, double maxDistance, const Outputs& outputs,
       Control& control)
      : outputs_(outputs), first_(first), maxDistance_(maxDistance), control_(control), space_(pairs.rows, pairs.cols, outputs), inputs_(queue, pairs, first, count, paths),
        boundary_(queue, count * space_.boundary), moves_(queue, count * space_.moves), path_(queue, count * space_.path), labels_(queue, count * space_.labels),
        turns_(queue, count * space_.turns), pairs_(queue, count, kernelPairs().data()), totals_(queue, count) {
    queue.hardDtw(inputs_.kind(paths.pattern, false), turns_.of(inputs_.pairs, static_cast<std::int32_t>(space_.turns)), pairs_.get(), totals_.get());
  }

  void finish() const {
    std::vector<cuda::HardDtwTotal> totals(inputs_.pairs.size());
    totals_.downloadTo(totals.data());
    if (control_.stopped()) return;
    if (outputs_.path != nullptr) path_.downloadTo(outputs_.path + first_ * space_.path);
    if (outputs_.labelIndex != nullptr) labels_.downloadTo(outputs_.labelIndex + first_ * space_.labels);
    for (std::size_t p = 0; p < totals.size(); ++p) {
      finishPair(p, totals[p]);
      control_.advance(inputs_.pairs.cells(p));
    }
  }

 private:
  std::vector<cuda::HardDtwPair> kernelPairs() const {
    std::vector<cuda::HardDtwPair> all(inputs_.pairs.size());
    const auto ofPair = [](auto* of, std::size_t p, std::size_t each) { return each == 0 ? nullptr : of + p * each; };
    for (std::size_t p = 0; p < all.size(); ++p) {
      static_cast<cuda::PairCells&>(all[p]) = inputs_.pairs.at(p, inputs_.host, inputs_.own());
      all[p].stepPenalty = static_cast<float>(inputs_.pairs.paths().stepPenalty);
      all[p].boundary = ofPair(boundary_.get(), p, space_.boundary);
      all[p].moves = ofPair(moves_.get(), p, space_.moves);
      all[p].progress = ofPair(turns_.progress(), p, space_.turns);
      all[p].labelIndex = ofPair(labels_.get(), p, space_.labels);
      all[p].path = ofPair(path_.get(), p, space_.path);
      all[p].longest = static_cast<std::int32_t>(space_.path / 2);
    }
    return all;
  }

  // Where there is no path the kernel has written none.
  void finishPair(std::size_t p, const cuda::HardDtwTotal& total) const {
    const std::size_t index = first_ + p;
    const bool tooFar = total.value > maxDistance_;
    const std::int32_t cells = tooFar ? 0 : total.pathCells;
    outputs_.value[index] = total.poisoned != 0 ? std::numeric_limits<float>::quiet_NaN() : tooFar ? std::numeric_limits<float>::infinity() : total.value;
    if (outputs_.path != nullptr) {
      outputs_.pathLength[index] = cells;
      if (cells == 0) std::fill_n(outputs_.path + index * space_.path, space_.path, 0);
    }
    if (outputs_.labelIndex != nullptr) {
      std::int32_t* const labels = outputs_.labelIndex + index * space_.labels;
      std::fill(labels + (cells == 0 ? 0 : inputs_.pairs[p].cols), labels + space_.labels, -1);
    }
  }

  const Outputs outputs_;
  const std::size_t first_;
  const double maxDistance_;
  Control& control_;
  const Space space_;
  const PartInputs inputs_;
  const OnGpu<float> boundary_;
  const OnGpu<std::int32_t> moves_, path_, labels_;
  const PartTurns turns_;
  const OnGpu<cuda::HardDtwPair> pairs_;
  const OnGpu<cuda::HardDtwTotal> totals_;
};

template <class Pairs>
void run(cuda::Gpu& gpu, const Pairs& pairs, const WarpingPaths& paths, double maxDistance, const Outputs& outputs, Control& control) {
  const InputCounts inputs = inputCounts(pairs);
  const std::size_t numbers = inputs.ofPair + 2 * pairs.rows + Space(pairs.rows, pairs.cols, outputs).all();
  const std::size_t ofPair = numbers * sizeof(float) + sizeof(cuda::HardDtwPair) + sizeof(cuda::HardDtwTotal);
  const PartBytes bytes{inputs.ofPart * sizeof(float), ofPair, ofPair};
  runInParts(gpu, pairCount(pairs), pairs.rows * pairs.cols, bytes, control, [&](cuda::GpuQueue& queue, std::size_t first, std::size_t count, std::size_t) {
    return std::make_unique<Part>(queue, pairs, first, count, paths, maxDistance, outputs, control);
  });
}

}  // namespace

void hardDtwOnGpu(cuda::Gpu& gpu, const SeriesPairs<float>& pairs, const WarpingPaths& paths, double maxDistance, const HardDtwOutputs<float>& outputs,
                  Control& control) {
  run(gpu, pairs, paths, maxDistance, {outputs, nullptr}, control);
}

void hardDtwOnGpu(cuda::Gpu& gpu, const CostPairs<float>& pairs, const WarpingPaths& paths, double maxDistance, const HardDtwOutputs<float>& outputs,
                  std::int32_t* labelIndex, Control& control) {
  run(gpu, pairs, paths, maxDistance, {outputs, labelIndex}, control);
}

}  // namespace wetas
