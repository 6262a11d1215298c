#include "kernels/cuda/gpu.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "kernels/cuda/cuda_warp.h"
#include "kernels/cuda/given_costs_warp.h"
#include "kernels/cuda/hard_dtw_warp.h"
#include "kernels/cuda/point_costs_warp.h"
#include "kernels/cuda/soft_dtw_warp.h"

namespace wetas::cuda {
namespace {

// A block takes a turn of whatever pair is next. OfPair: SoftDtwOfPair, HardDtwOfPair. The bounds leave 168 registers to a lane.
template <class OfPair>
__global__ void __launch_bounds__(kMostWarpsOfCrew* kWarpLanes, kCrewsOfMultiprocessor)
    turnKernel(PairTurns turns, const typename OfPair::Pair* pairs, typename OfPair::Total* totals, CudaWarp::StopFlag stop) {
  using Pair = typename OfPair::Pair;
  constexpr int kWords = sizeof(Pair) / sizeof(std::int32_t);
  __shared__ std::int32_t number, index;
  __shared__ alignas(Pair) std::int32_t words[kWords];  // in reach of all, also when the first cache has been emptied
  const CudaWarp::Crew crew;
  if (crew.index() == 0) {
    const TakenTurn<CudaWarp> taken(turns);
    CudaWarp::store(&number, 0, taken.number, CudaWarp::lane() == 0);
    CudaWarp::store(&index, 0, taken.pair, CudaWarp::lane() == 0);
    const auto* const from = reinterpret_cast<const std::int32_t*>(pairs + taken.pair);
    for (int word = CudaWarp::lane(); word < kWords; word += kWarpLanes) words[word] = from[word];
  }
  crew.meet();
  OfPair(*reinterpret_cast<const Pair*>(words), number, crew, CudaWarp::shared(), stop).run(totals + index);
}

void check(cudaError_t error) {
  if (error == cudaSuccess) return;
  cudaGetLastError();  // else the next call would report it again
  const std::string text = std::string("CUDA: ") + cudaGetErrorString(error) + " (" + cudaGetErrorName(error) + ")";
  if (error == cudaErrorMemoryAllocation) throw GpuOutOfMemory(text);
  throw GpuError(text);
}

// Page-locked memory, which the GPU copies from and to while the CPU works: halves that take turns.
class Staging {
 public:
  static constexpr std::size_t kHalf = std::size_t{4} << 20;

  Staging() {
    check(cudaMallocHost(reinterpret_cast<void**>(&memory_), 2 * kHalf));
    for (cudaEvent_t& copied : copied_) check(cudaEventCreateWithFlags(&copied, cudaEventDisableTiming));
  }
  ~Staging() {
    for (cudaEvent_t copied : copied_) {
      if (copied != nullptr) cudaEventDestroy(copied);
    }
    cudaFreeHost(memory_);
  }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  char* half(std::size_t copy) const { return memory_ + copy % 2 * kHalf; }
  void copies(std::size_t copy, cudaStream_t stream) const { check(cudaEventRecord(copied_[copy % 2], stream)); }
  void waitFor(std::size_t copy) const { check(cudaEventSynchronize(copied_[copy % 2])); }  // at once where nothing was recorded
  bool isCopied(std::size_t copy) const {
    const cudaError_t state = cudaEventQuery(copied_[copy % 2]);
    if (state == cudaErrorNotReady) {
      cudaGetLastError();  // else the next launch would report it
      return false;
    }
    check(state);
    return true;
  }

 private:
  char* memory_ = nullptr;
  cudaEvent_t copied_[2] = {};
};

// Written by the CPU and read by kernels while they run: page-locked memory, at the same address for both.
class MappedStopFlag {
 public:
  MappedStopFlag() {
    void* memory = nullptr;
    check(cudaHostAlloc(&memory, sizeof(std::int32_t), cudaHostAllocMapped));
    flag_ = static_cast<std::int32_t*>(memory);
  }
  ~MappedStopFlag() { cudaFreeHost(const_cast<std::int32_t*>(flag_)); }
  MappedStopFlag(const MappedStopFlag&) = delete;
  MappedStopFlag& operator=(const MappedStopFlag&) = delete;

  void set(bool stop) { *flag_ = stop ? 1 : 0; }
  CudaWarp::StopFlag get() const { return flag_; }

 private:
  volatile std::int32_t* flag_ = nullptr;
};

// How long a launch took.
class LaunchTimer {
 public:
  LaunchTimer() {
    check(cudaEventCreate(&begin_));
    check(cudaEventCreate(&end_));
  }
  ~LaunchTimer() {
    if (begin_ != nullptr) cudaEventDestroy(begin_);
    if (end_ != nullptr) cudaEventDestroy(end_);
  }
  LaunchTimer(const LaunchTimer&) = delete;
  LaunchTimer& operator=(const LaunchTimer&) = delete;

  void begins(cudaStream_t stream) {
    isPending_ = false;
    check(cudaEventRecord(begin_, stream));
  }
  void ends(cudaStream_t stream) {
    check(cudaEventRecord(end_, stream));
    isPending_ = true;
  }
  // Of the last launch, once, when it has ended.
  std::uint64_t takeNanoseconds() {
    if (!std::exchange(isPending_, false)) return 0;
    float milliseconds = 0;
    check(cudaEventElapsedTime(&milliseconds, begin_, end_));
    return static_cast<std::uint64_t>(1e6 * milliseconds);
  }

 private:
  cudaEvent_t begin_ = nullptr, end_ = nullptr;
  bool isPending_ = false;
};

class CudaQueue : public GpuQueue {
 public:
  // nanoseconds: those of the last launch before a download are added to it.
  CudaQueue(int multiprocessors, std::atomic<std::uint64_t>& nanoseconds) : multiprocessors_(multiprocessors), nanoseconds_(nanoseconds) { check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking)); }
  ~CudaQueue() override {
    cudaStreamSynchronize(stream_);
    cudaStreamDestroy(stream_);
  }

  // From now on it is a call's with this control.
  void begin(const Control& control) {
    control_ = &control;
    stop_.set(false);
  }
  // Leaves nothing at work, also where an error left a kernel behind.
  void end() {
    stop_.set(true);
    cudaStreamSynchronize(stream_);
  }

  void* allocate(std::size_t bytes) override {
    void* memory = nullptr;
    check(cudaMallocAsync(&memory, bytes, stream_));
    return memory;
  }
  void release(void* memory) noexcept override { cudaFreeAsync(memory, stream_); }

  void upload(void* to, const void* from, std::size_t bytes) override {
    for (std::size_t begin = 0; begin < bytes && !control_->stopped(); begin += Staging::kHalf, ++copy_) {
      const std::size_t part = std::min(Staging::kHalf, bytes - begin);
      staging_.waitFor(copy_);
      std::memcpy(staging_.half(copy_), static_cast<const char*>(from) + begin, part);
      check(cudaMemcpyAsync(static_cast<char*>(to) + begin, staging_.half(copy_), part, cudaMemcpyHostToDevice, stream_));
      staging_.copies(copy_, stream_);
    }
  }

  // The GPU fills one half while the CPU empties the other. Of a stopped call the first, so that no kernel is at work any more.
  void download(void* to, const void* from, std::size_t bytes) override {
    const std::size_t parts = (bytes + Staging::kHalf - 1) / Staging::kHalf;
    const auto sizeOf = [=](std::size_t part) { return std::min(Staging::kHalf, bytes - part * Staging::kHalf); };
    for (std::size_t part = 0; part <= parts; ++part, ++copy_) {
      if (part < parts) {
        const char* const source = static_cast<const char*>(from) + part * Staging::kHalf;
        check(cudaMemcpyAsync(staging_.half(copy_), source, sizeOf(part), cudaMemcpyDeviceToHost, stream_));
        staging_.copies(copy_, stream_);
      }
      if (part == 0) continue;
      waitOrStop(copy_ - 1);
      if (control_->stopped()) return;
      nanoseconds_ += timer_.takeNanoseconds();
      std::memcpy(static_cast<char*>(to) + (part - 1) * Staging::kHalf, staging_.half(copy_ - 1), sizeOf(part - 1));
    }
  }

  void clear(void* at, std::size_t bytes) override { check(cudaMemsetAsync(at, 0, bytes, stream_)); }

  void softDtw(DtwKind kind, const PairTurns& turns, const SoftDtwPair* pairs, SoftDtwTotal* totals) override {
    launch<SoftDtwOfPair>(kind, turns, pairs, totals);
  }
  void hardDtw(DtwKind kind, const PairTurns& turns, const HardDtwPair* pairs, HardDtwTotal* totals) override {
    launch<HardDtwOfPair>(kind, turns, pairs, totals);
  }

 private:
  // A block for each turn.
  template <template <class, template <class> class, bool> class OfPair, class Pair, class Total>
  void launch(DtwKind kind, const PairTurns& turns, const Pair* pairs, Total* totals) {
    if (control_->stopped()) return;  // what it would read may not have been uploaded
    if (kind.fromPoints()) {
      kind.up ? launch<OfPair<CudaWarp, PointCosts, true>>(kind, turns, pairs, totals) : launch<OfPair<CudaWarp, PointCosts, false>>(kind, turns, pairs, totals);
    } else {
      kind.up ? launch<OfPair<CudaWarp, GivenCosts, true>>(kind, turns, pairs, totals) : launch<OfPair<CudaWarp, GivenCosts, false>>(kind, turns, pairs, totals);
    }
  }
  template <class OfPair>
  void launch(DtwKind kind, const PairTurns& turns, const typename OfPair::Pair* pairs, typename OfPair::Total* totals) {
    const int warps = warpsOfTurn(kind, turns, multiprocessors_);
    const auto kernel = turnKernel<OfPair>;
    static const bool asked = [=] {  // once for each kernel
      check(cudaFuncSetAttribute(kernel, cudaFuncAttributePreferredSharedMemoryCarveout, cudaSharedmemCarveoutMaxShared));
      return true;
    }();
    static_cast<void>(asked);
    timer_.begins(stream_);
    const std::size_t shared = static_cast<std::size_t>(OfPair::sharedNumbers(warps, kind.gradient)) * sizeof(float);
    kernel<<<static_cast<unsigned>(turns.pairs) * static_cast<unsigned>(turns.most), static_cast<unsigned>(warps * kWarpLanes), shared, stream_>>>(turns, pairs, totals, stop_.get());
    check(cudaGetLastError());
    timer_.ends(stream_);
  }

  // Until that copy, which comes after the kernels, is there; hands on to them that the call was stopped.
  void waitOrStop(std::size_t copy) {
    for (int looks = 0; !staging_.isCopied(copy); ++looks) {
      if (control_->stopped()) stop_.set(true);
      if (looks < kLooksAwake) {
        std::this_thread::yield();
      } else {
        std::this_thread::sleep_for(std::chrono::microseconds(50));
      }
    }
  }

  static constexpr int kLooksAwake = 500;
  Staging staging_;
  MappedStopFlag stop_;
  LaunchTimer timer_;
  const int multiprocessors_;
  std::atomic<std::uint64_t>& nanoseconds_;
  const Control* control_ = nullptr;
  cudaStream_t stream_ = nullptr;
  std::size_t copy_ = 0;
};

class CudaGpu : public Gpu {
 public:
  CudaGpu() {
    int count = 0;
    check(cudaGetDeviceCount(&count));
    check(cudaGetDeviceProperties(&properties_, kDevice));
    int hasPools = 0;
    check(cudaDeviceGetAttribute(&hasPools, cudaDevAttrMemoryPoolsSupported, kDevice));
    if (hasPools == 0) throw GpuError("CUDA: " + name() + " has no memory pools");
    cudaFuncAttributes attributes{};
    check(cudaFuncGetAttributes(&attributes, turnKernel<SoftDtwOfPair<CudaWarp, GivenCosts, true>>));  // an error where there is no code for this GPU
    check(cudaDeviceGetDefaultMemPool(&pool_, kDevice));
    // What was given back stays with the pool, for the next call.
    std::uint64_t kept = properties_.totalGlobalMem / 4;
    check(cudaMemPoolSetAttribute(pool_, cudaMemPoolAttrReleaseThreshold, &kept));
  }

  std::string name() const override { return properties_.name; }
  std::string computeCapability() const override { return std::to_string(properties_.major) + "." + std::to_string(properties_.minor); }

  std::size_t freeBytes() override {
    std::size_t free = 0, total = 0;
    check(cudaMemGetInfo(&free, &total));
    std::uint64_t reserved = 0, used = 0;
    check(cudaMemPoolGetAttribute(pool_, cudaMemPoolAttrReservedMemCurrent, &reserved));
    check(cudaMemPoolGetAttribute(pool_, cudaMemPoolAttrUsedMemCurrent, &used));
    return free + static_cast<std::size_t>(reserved - std::min(used, reserved));
  }

  GpuPeaks peaks() const override {
    const auto attribute = [](cudaDeviceAttr which) {
      int value = 0;
      check(cudaDeviceGetAttribute(&value, which, kDevice));
      return static_cast<double>(value);
    };
    // Of a multiprocessor for float32: "Arithmetic instructions" in NVIDIA's CUDA C++ Programming Guide.
    const int lanes = properties_.major == 7 || (properties_.major == 8 && properties_.minor == 0) ? 64 : 128;
    return {2e3 * attribute(cudaDevAttrMemoryClockRate) * attribute(cudaDevAttrGlobalMemoryBusWidth) / 8,  // twice a clock
            2e3 * attribute(cudaDevAttrClockRate) * attribute(cudaDevAttrMultiProcessorCount) * lanes};
  }

  double kernelSeconds() const override { return 1e-9 * static_cast<double>(nanoseconds_); }

  // Queues come back here: page-locked memory takes long to get.
  std::shared_ptr<GpuQueue> queue(const Control& control) override {
    check(cudaSetDevice(kDevice));  // of this thread, which others may have set
    std::unique_ptr<CudaQueue> free;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!idle_.empty()) {
        free = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    if (free == nullptr) free = std::make_unique<CudaQueue>(properties_.multiProcessorCount, nanoseconds_);
    free->begin(control);
    return {free.release(), [this](CudaQueue* used) {
              used->end();
              const std::lock_guard<std::mutex> lock(mutex_);
              idle_.emplace_back(used);
            }};
  }

 private:
  static constexpr int kDevice = 0;
  std::mutex mutex_;
  std::atomic<std::uint64_t> nanoseconds_{0};
  std::vector<std::unique_ptr<CudaQueue>> idle_;
  cudaDeviceProp properties_{};
  cudaMemPool_t pool_{};
};

}  // namespace

Gpu& gpu() {
  struct Found {
    CudaGpu* gpu = nullptr;  // never deleted: the driver may be gone when the process ends
    std::string why;
    Found() {
      try {
        gpu = new CudaGpu;
      } catch (const GpuError& error) {
        why = error.what();
      }
    }
  };
  static const Found found;
  if (found.gpu == nullptr) throw GpuError(found.why);
  return *found.gpu;
}

}  // namespace wetas::cuda
