// A GPU that is the lockstep warp of the CPU (host_warp.h): slow, and the same kernels. For tests.
#pragma once

#include <cstddef>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "kernels/cuda/gpu.h"
#include "kernels/cuda/given_costs_warp.h"
#include "kernels/cuda/hard_dtw_warp.h"
#include "kernels/cuda/host_warp.h"
#include "kernels/cuda/point_costs_warp.h"
#include "kernels/cuda/soft_dtw_warp.h"

namespace wetas::cuda {

// A turn of a pair, by so many warps. gradient: as of DtwKind. OfPair: SoftDtwOfPair, HardDtwOfPair.
template <class OfPair>
void turnInLockstep(const typename OfPair::Pair& pair, std::int32_t turn, int warps, bool gradient, const Control& control, typename OfPair::Total* total) {
  std::vector<float> memory(static_cast<std::size_t>(OfPair::sharedNumbers(warps, gradient)), std::numeric_limits<float>::quiet_NaN());
  Meeting meeting(warps);
  const auto warp = [&](int index) { OfPair(pair, turn, {meeting, index}, memory.data(), &control).run(total); };
  std::vector<std::thread> others;
  for (int index = 1; index < warps; ++index) others.emplace_back(warp, index);
  warp(0);
  for (std::thread& other : others) other.join();
}

// Has so many bytes, which may be used up, and warps, each a thread, of which so many do a turn of points together, and counts launches.
class LockstepGpu : public Gpu {
 public:
  explicit LockstepGpu(std::size_t bytes = std::size_t{1} << 30, std::size_t warps = 1, int warpsOfTurn = 1) : bytes_(bytes), warps_(warps), warpsOfTurn_(warpsOfTurn) {}

  std::string name() const override { return "lockstep"; }
  std::string computeCapability() const override { return "0.0"; }
  std::size_t freeBytes() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return bytes_;
  }
  GpuPeaks peaks() const override { return {0, 0}; }
  double kernelSeconds() const override { return 0; }
  std::shared_ptr<GpuQueue> queue(const Control& control) override { return std::make_shared<Queue>(*this, control); }

  std::size_t launches() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return launches_;
  }

 private:
  class Queue : public GpuQueue {
   public:
    Queue(LockstepGpu& gpu, const Control& control) : gpu_(gpu), control_(control) {}
    void* allocate(std::size_t bytes) override {
      const std::lock_guard<std::mutex> lock(gpu_.mutex_);
      if (bytes > gpu_.bytes_) throw GpuOutOfMemory("out of memory");
      std::unique_ptr<char[]> memory(new char[bytes]);
      std::memset(memory.get(), 0x7f, bytes);  // floats of 3e38: what was not written must not be read
      void* const at = memory.get();
      allocated_[at] = {bytes, std::move(memory)};
      gpu_.bytes_ -= bytes;
      return at;
    }
    void release(void* memory) noexcept override {
      const std::lock_guard<std::mutex> lock(gpu_.mutex_);
      gpu_.bytes_ += allocated_[memory].bytes;
      allocated_.erase(memory);
    }
    void upload(void* to, const void* from, std::size_t bytes) override {
      if (bytes != 0) std::memcpy(to, from, bytes);
    }
    void download(void* to, const void* from, std::size_t bytes) override { upload(to, from, bytes); }
    void clear(void* at, std::size_t bytes) override { std::memset(at, 0, bytes); }
    void softDtw(DtwKind kind, const PairTurns& turns, const SoftDtwPair* pairs, SoftDtwTotal* totals) override {
      launch<SoftDtwOfPair>(kind, turns, pairs, totals);
    }
    void hardDtw(DtwKind kind, const PairTurns& turns, const HardDtwPair* pairs, HardDtwTotal* totals) override {
      launch<HardDtwOfPair>(kind, turns, pairs, totals);
    }

   private:
    template <template <class, template <class> class, bool> class OfPair, class Pair, class Total>
    void launch(DtwKind kind, const PairTurns& turns, const Pair* pairs, Total* totals) {
      gpu_.countLaunch();
      const int warpsOfTurn = kind.fromPoints() ? gpu_.warpsOfTurn_ : 1;
      const auto one = kind.fromPoints() ? (kind.up ? turnInLockstep<OfPair<HostWarp, PointCosts, true>> : turnInLockstep<OfPair<HostWarp, PointCosts, false>>)
                                       : (kind.up ? turnInLockstep<OfPair<HostWarp, GivenCosts, true>> : turnInLockstep<OfPair<HostWarp, GivenCosts, false>>);
      const auto warp = [&] {
        while (!control_.stopped()) {
          const TakenTurn<HostWarp> taken(turns);
          if (taken.number >= turns.most) return;
          one(pairs[taken.pair], taken.number, warpsOfTurn, kind.gradient, control_, totals + taken.pair);
        }
      };
      std::vector<std::thread> others;
      for (std::size_t w = 1; w < gpu_.warps_; ++w) others.emplace_back(warp);
      warp();
      for (std::thread& other : others) other.join();
    }

    struct Allocation {
      std::size_t bytes;
      std::unique_ptr<char[]> memory;
    };
    LockstepGpu& gpu_;
    const Control& control_;
    std::map<void*, Allocation> allocated_;
  };

  void countLaunch() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++launches_;
  }

  mutable std::mutex mutex_;
  std::size_t bytes_, launches_ = 0;
  const std::size_t warps_;
  const int warpsOfTurn_;
};

}  // namespace wetas::cuda
