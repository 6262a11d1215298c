// The kernels of kernels/cuda on the lockstep warp of the CPU: alone, and as a GPU of the core's.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/soft_dtw_gpu_batch.h"
#include "kernels/cuda/gpu.h"
#include "kernels/cuda/hard_dtw_warp.h"
#include "kernels/cuda/host_warp.h"
#include "kernels/cuda/soft_dtw_warp.h"

namespace wetas {

template <template <class> class Costs>
void softDtwInLockstep(bool up, const cuda::SoftDtwPair& pair, cuda::SoftDtwTotal* total) {
  cuda::WarpTiles tiles;
  if (up) {
    cuda::SoftDtwOfPair<cuda::HostWarp, Costs, true>(pair, tiles).run(total);
  } else {
    cuda::SoftDtwOfPair<cuda::HostWarp, Costs, false>(pair, tiles).run(total);
  }
}

template <template <class> class Costs>
void hardDtwInLockstep(bool up, const cuda::HardDtwPair& pair, cuda::HardDtwTotal* total) {
  cuda::WarpTiles tiles;
  if (up) {
    cuda::HardDtwOfPair<cuda::HostWarp, Costs, true>(pair, tiles).run(total);
  } else {
    cuda::HardDtwOfPair<cuda::HostWarp, Costs, false>(pair, tiles).run(total);
  }
}

struct LockstepSoftDtw {
  std::vector<float> value, expected;  // 7 where nothing was written
  std::vector<bool> beyond;
  std::size_t spaceNumbers;

  LockstepSoftDtw(const CostPairs<float>& pairs, const WarpingPaths& paths, double gamma, bool gradient = true, std::size_t spaceBytes = std::size_t{1} << 30)
      : value(pairs.batch, 7), expected(gradient ? pairs.batch * pairs.rows * pairs.cols : 0, 7), beyond(pairs.batch) {
    const SoftDtwGpuBatch batch(pairs, 0, pairs.batch, paths, gamma, gradient, spaceBytes);
    spaceNumbers = batch.spaceNumbers();
    std::vector<float> space(spaceNumbers, 3e38f);  // what was not written must not be read
    SoftDtwGpuArrays arrays{};
    arrays.cost = pairs.cost;
    arrays.intervals = batch.intervals().data();
    arrays.expected = gradient ? expected.data() : nullptr;
    arrays.space = space.data();
    const std::vector<cuda::SoftDtwPair> all = batch.at(arrays, arrays);
    for (std::size_t p = 0; p < all.size(); ++p) {
      cuda::SoftDtwTotal total;
      softDtwInLockstep<cuda::GivenCosts>(paths.pattern == StepPattern::kSymmetric1, all[p], &total);
      beyond[p] = !batch.value(p, total, &value[p]);
    }
  }
};

// A GPU of so many bytes, which may be used up.
class LockstepGpu : public cuda::Gpu {
 public:
  explicit LockstepGpu(std::size_t bytes = std::size_t{1} << 30) : bytes(bytes) {}

  std::string name() const override { return "lockstep"; }
  std::string computeCapability() const override { return "0.0"; }
  std::size_t freeBytes() override { return bytes; }
  std::shared_ptr<cuda::GpuQueue> queue() override { return std::make_shared<Queue>(*this); }

  std::size_t bytes, launches = 0;

 private:
  class Queue : public cuda::GpuQueue {
   public:
    explicit Queue(LockstepGpu& gpu) : gpu_(gpu) {}
    void* allocate(std::size_t bytes) override {
      if (bytes > gpu_.bytes) throw cuda::GpuOutOfMemory("out of memory");
      gpu_.bytes -= bytes;
      std::unique_ptr<char[]> memory(new char[bytes]);
      std::memset(memory.get(), 0x7f, bytes);  // floats of 3e38
      void* const at = memory.get();
      allocated_[at] = {bytes, std::move(memory)};
      return at;
    }
    void release(void* memory) noexcept override {
      gpu_.bytes += allocated_[memory].bytes;
      allocated_.erase(memory);
    }
    void upload(void* to, const void* from, std::size_t bytes) override {
      if (bytes != 0) std::memcpy(to, from, bytes);
    }
    void download(void* to, const void* from, std::size_t bytes) override { upload(to, from, bytes); }
    void clear(void* at, std::size_t bytes) override { std::memset(at, 0, bytes); }
    void softDtw(cuda::DtwKind kind, std::size_t count, const cuda::SoftDtwPair* pairs, cuda::SoftDtwTotal* totals) override {
      ++gpu_.launches;
      const auto one = kind.fromPoints ? softDtwInLockstep<cuda::PointCosts> : softDtwInLockstep<cuda::GivenCosts>;
      for (std::size_t p = 0; p < count; ++p) one(kind.up, pairs[p], totals + p);
    }
    void hardDtw(cuda::DtwKind kind, std::size_t count, const cuda::HardDtwPair* pairs, cuda::HardDtwTotal* totals) override {
      ++gpu_.launches;
      const auto one = kind.fromPoints ? hardDtwInLockstep<cuda::PointCosts> : hardDtwInLockstep<cuda::GivenCosts>;
      for (std::size_t p = 0; p < count; ++p) one(kind.up, pairs[p], totals + p);
    }

   private:
    struct Allocation {
      std::size_t bytes;
      std::unique_ptr<char[]> memory;
    };
    LockstepGpu& gpu_;
    std::map<void*, Allocation> allocated_;
  };
};

}  // namespace wetas
