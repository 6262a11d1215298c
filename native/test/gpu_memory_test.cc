// Calls that are at work on one GPU at the same time, shown on one that runs in lockstep on the CPU.
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include "core/soft_dtw_gpu.h"
#include "dtw_cases.h"
#include "kernels/cuda/gpu_memory.h"
#include "kernels/cuda/lockstep_gpu.h"

namespace wetas {
namespace {

constexpr std::size_t kAll = 800;  // of 1000 bytes a fifth stays for others
using Share = cuda::GpuMemory::Share;

TEST(GpuMemory, GivesWhatIsWantedOrAll) {
  cuda::GpuMemory memory([] { return std::size_t{1000}; });
  const Control control;
  EXPECT_EQ(Share(memory, 300, control).bytes(), 300u);
  EXPECT_EQ(Share(memory, 3000, control).bytes(), kAll);
  const Share one(memory, 300, control), other(memory, 500, control);
  EXPECT_EQ(one.bytes() + other.bytes(), kAll);
}

// Waits for a share, and keeps it until it is told to end.
class Call {
 public:
  Call(cuda::GpuMemory& memory, std::size_t wanted, std::atomic<int>& order)
      : before_(memory.callsThatWait()), thread_([this, &memory, wanted, &order] {
          const Share share(memory, wanted, control);
          bytes = share.bytes();
          turn = ++order;
          while (!over) std::this_thread::yield();
        }) {
    while (turn == 0 && memory.callsThatWait() == before_) std::this_thread::yield();
  }
  ~Call() { end(); }
  void end() {
    over = true;
    if (thread_.joinable()) thread_.join();
  }

  void waitForTurn() const {
    while (turn == 0) std::this_thread::yield();
  }

  Control control;
  std::atomic<std::size_t> bytes{7};
  std::atomic<int> turn{0};
  std::atomic<bool> over{false};

 private:
  const std::size_t before_;
  std::thread thread_;
};

TEST(GpuMemory, CallsWaitInTheirOrder) {
  cuda::GpuMemory memory([] { return std::size_t{1000}; });
  std::atomic<int> order{0};
  Call first(memory, 500, order), large(memory, 600, order), small(memory, 10, order);
  EXPECT_EQ(first.turn, 1);
  EXPECT_EQ(memory.callsThatWait(), 2u);  // or many small ones would keep the large one waiting
  first.end();
  large.waitForTurn();
  small.waitForTurn();
  EXPECT_EQ(large.bytes, 600u);
  EXPECT_EQ(small.bytes, 10u);
}

TEST(GpuMemory, AStoppedCallLeavesItsPlace) {
  cuda::GpuMemory memory([] { return std::size_t{1000}; });
  std::atomic<int> order{0};
  Call first(memory, 500, order), large(memory, 600, order), small(memory, 10, order);
  large.control.stop();
  large.waitForTurn();
  small.waitForTurn();
  EXPECT_EQ(large.bytes, 0u);
  EXPECT_EQ(small.bytes, 10u);
}

TEST(GpuMemory, AnErrorLeavesNoPlaceBehind) {
  bool isBroken = true;
  cuda::GpuMemory memory([&]() -> std::size_t {
    if (isBroken) throw cuda::GpuError("broken");
    return 1000;
  });
  const Control control;
  EXPECT_THROW(Share(memory, 1, control), cuda::GpuError);
  isBroken = false;
  EXPECT_EQ(Share(memory, 1, control).bytes(), 1u);
}

struct LongCall {
  static constexpr std::size_t kLength = 20000;
  std::vector<float> x = randomCosts<float>({1, kLength, 1}, 8), value = {7}, dx = std::vector<float>(kLength);
  Control control;
  std::thread thread;

  explicit LongCall(cuda::LockstepGpu& gpu) {
    const SeriesPairs<float> pairs{Pairing::kMatched, 1, kLength, 1, kLength, 1, PointCost::kSquaredEuclidean, x.data(), x.data(), nullptr, nullptr};
    thread = std::thread([this, &gpu, pairs] { softDtwOnGpu(gpu, pairs, {}, 0.5, {value.data(), dx.data(), nullptr, nullptr}, control); });
  }
  ~LongCall() {
    control.stop();
    thread.join();
  }
};

TEST(GpuMemory, ACallThatFitsBesideALongOneDoesNotWait) {
  cuda::LockstepGpu gpu;
  const CostShape shape{3, 5, 6};
  const auto cost = randomCosts<float>(shape, 2);
  std::vector<float> value(3);
  Control control;
  const LongCall running(gpu);
  while (gpu.launches() == 0) std::this_thread::yield();
  softDtwOnGpu(gpu, pairsOf(shape, cost), {}, 0.5, {value.data(), nullptr, nullptr, nullptr}, control);
  EXPECT_EQ(control.cellsDone(), shape.cells() * 3);
}

TEST(GpuMemory, ACallThatDoesNotFitWaitsAndCanBeStopped) {
  cuda::LockstepGpu gpu(std::size_t{40} << 20);
  const LongCall running(gpu);
  while (gpu.launches() == 0) std::this_thread::yield();
  {
    const LongCall waiting(gpu);
    while (gpu.memory().callsThatWait() == 0) std::this_thread::yield();
  }
  EXPECT_EQ(gpu.launches(), 1u);
}

}  // namespace
}  // namespace wetas
