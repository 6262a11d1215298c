// What the core asks of a GPU. With CUDA gpu.cu has it, without no_cuda.cc; nobody else knows the difference.
#pragma once

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>

#include "kernels/cuda/gpu_memory.h"
#include "kernels/cuda/hard_dtw_pair.h"
#include "kernels/cuda/soft_dtw_pair.h"
#include "kernels/cuda/turn_warp.h"
#include "wetas/control.h"

namespace wetas::cuda {

// There is no GPU to be used, or it failed: what() has the driver's own words.
class GpuError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class GpuOutOfMemory : public GpuError {
 public:
  using GpuError::GpuError;
};

// Which of the kernels.
struct DtwKind {
  bool up;                // three moves, else two
  bool gradient;          // of soft-DTW, of some pairs at least
  std::int32_t channels;  // of points; 0: the costs are given

  bool fromPoints() const { return channels > 0; }
};

constexpr int kCrewsOfMultiprocessor = 3;  // that fit in it, of kMostWarpsOfCrew warps

// How many warps do a turn of points together: more where crews of them have room for all turns at once, and each has channels to share out.
inline int warpsOfTurn(const DtwKind& kind, const PairTurns& turns, int multiprocessors) {
  return kind.channels >= 4 && turns.atOnce <= kCrewsOfMultiprocessor * multiprocessors ? kMostWarpsOfCrew : 1;
}

// Work for the GPU, done in the order in which it is put in. Functions throw GpuError. One thread at a time. Once its control is stopped, what
// is put in is left out and what was put in ends early, while a thread is in download() or when the queue is given back: results are then unspecified.
class GpuQueue {
 public:
  virtual ~GpuQueue() = default;

  // Uninitialised memory of the GPU, from a pool; GpuOutOfMemory. It may be given back while the GPU still works on it.
  virtual void* allocate(std::size_t bytes) = 0;
  virtual void release(void* memory) noexcept = 0;

  // From and to the memory of the CPU. The source may change once upload() returns, while the GPU still works; download() waits for all that was put
  // in before.
  virtual void upload(void* to, const void* from, std::size_t bytes) = 0;
  virtual void download(void* to, const void* from, std::size_t bytes) = 0;
  virtual void clear(void* at, std::size_t bytes) = 0;

  // The kernels of soft_dtw_warp.h and hard_dtw_warp.h. All in the GPU's memory; pairs, totals [turns.pairs].
  virtual void softDtw(DtwKind kind, const PairTurns& turns, const SoftDtwPair* pairs, SoftDtwTotal* totals) = 0;
  virtual void hardDtw(DtwKind kind, const PairTurns& turns, const HardDtwPair* pairs, HardDtwTotal* totals) = 0;
};

// What a GPU could do at best, by its own account of its clocks. A fused multiply-add is two operations.
struct GpuPeaks {
  double bytesPerSecond, operationsPerSecond;
};

class Gpu {
 public:
  virtual ~Gpu() = default;
  virtual std::string name() const = 0;
  virtual std::string computeCapability() const = 0;  // such as "9.0"
  virtual std::size_t freeBytes() = 0;                // what queues can get now
  GpuMemory& memory() noexcept { return memory_; }    // shared out to calls
  virtual GpuPeaks peaks() const = 0;
  virtual double kernelSeconds() const = 0;           // that all kernels took, by its own clock, whose results were downloaded
  virtual std::shared_ptr<GpuQueue> queue(const Control& control) = 0;  // one that nobody else has

 private:
  GpuMemory memory_{[this] { return freeBytes(); }};
};

// The GPU of this process: the first that CUDA_VISIBLE_DEVICES leaves. GpuError says why there is none; it is looked for once.
Gpu& gpu();

}  // namespace wetas::cuda
