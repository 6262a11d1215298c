#include "core/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "wetas/device.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__linux__)
#include <sched.h>
#include <unistd.h>
#endif

namespace wetas {
namespace {

constexpr std::size_t kMaxThreads = 1024;

// CPUs that the cgroup's quota allows (cgroup v2: "quota period" in microseconds), or 0 where there is no quota.
std::size_t cgroupCpus() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  std::string quota;
  double period = 0;
  if (!(file >> quota >> period) || quota == "max" || period <= 0) return 0;
  return static_cast<std::size_t>(std::max(1.0, std::strtod(quota.c_str(), nullptr) / period));
}

std::size_t usableCpus() {
  std::size_t cpus = std::max(1u, std::thread::hardware_concurrency());
#if defined(__linux__)
  cpu_set_t affinity;
  if (sched_getaffinity(0, sizeof affinity, &affinity) == 0) cpus = static_cast<std::size_t>(std::max(1, CPU_COUNT(&affinity)));
#endif
  const std::size_t quota = cgroupCpus();
  return std::min(kMaxThreads, quota == 0 ? cpus : std::min(cpus, quota));
}

std::size_t defaultThreads() {
  if (const char* text = std::getenv("WETAS_NUM_THREADS")) {
    const long wanted = std::strtol(text, nullptr, 10);
    if (wanted >= 1 && wanted <= static_cast<long>(kMaxThreads)) return static_cast<std::size_t>(wanted);
  }
  return usableCpus();
}

void relaxCpu() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// The core on which a thread was seen last. On Linux only; elsewhere none.
class SeenCore {
 public:
#if defined(__linux__)
  void see() { core_ = sched_getcpu(); }
  bool isMine() const { return core_ == sched_getcpu(); }

  // The calling thread goes to another core if it is on this one. The scheduler can leave two busy threads on one core for minutes where the other has a process of
  // low priority.
  void leave() const {
    cpu_set_t all;
    if (!isMine() || sched_getaffinity(0, sizeof all, &all) != 0 || CPU_COUNT(&all) < 2) return;
    cpu_set_t others = all;
    CPU_CLR(static_cast<unsigned>(core_), &others);
    if (sched_setaffinity(0, sizeof others, &others) == 0) sched_setaffinity(0, sizeof all, &all);
  }

 private:
  std::atomic<int> core_{-1};
#else
  void see() {}
  bool isMine() const { return false; }
  void leave() const {}
#endif
};

// Waits for `ready` awake, about twice as long as it takes to wake a thread that sleeps (0.05 to 0.1 ms on a virtual machine): so short calls that follow one another
// gain by a second thread. Not on the core of the one that is waited for, who needs it: whoever sleeps is woken on a free one.
template <class Ready>
void waitAwake(const SeenCore& other, const Ready& ready) {
  using Clock = std::chrono::steady_clock;
  for (const auto end = Clock::now() + std::chrono::microseconds(200); !ready() && !other.isMine() && Clock::now() < end;) relaxCpu();
}

// Of the calling thread: whether it gives way to the others.
thread_local bool yields = false;

class ThreadPool {
 public:
  // yielding: its threads give way to the others of the process.
  explicit ThreadPool(bool yielding) : yielding_(yielding) {}

  void run(std::size_t count, const std::function<void(std::size_t)>& body) {
    const std::size_t helpers = std::min(threadCount(), count) - (count == 0 ? 0 : 1);
    // Whoever finds the helpers at work goes alone, so that a short call never waits for the end of a long one.
    std::unique_lock<std::mutex> helpersAreFree(jobMutex_, std::defer_lock);
    if (helpers == 0 || insideBody_ || !helpersAreFree.try_lock()) {
      for (std::size_t i = 0; i < count; ++i) body(i);
      return;
    }
    startWorkers(helpers);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      body_ = &body;
      count_ = count;
      next_.store(0, std::memory_order_relaxed);
      caller_.see();
      wanted_ = helpers;
      running_ = 0;
      ++generation_;
    }
    wake_.notify_all();
    work();
    {
      std::lock_guard<std::mutex> lock(mutex_);
      wanted_ = 0;  // a worker that wakes only now finds nothing left to join
    }
    if (staysAwake()) waitAwake(helper_, [this] { return running_ == 0; });
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return running_ == 0; });
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  }

 private:
  void startWorkers(std::size_t helpers) {
    // Detached and never joined: an environment's teardown must not wait for a pool that other environments use.
    for (; workers_ < helpers; ++workers_) std::thread([this] { serve(); }).detach();
  }

  void serve() {
    if (yielding_) yieldToOthers();
    std::size_t seen = 0;
    for (;;) {
      if (staysAwake()) waitAwake(caller_, [&] { return generation_ != seen; });
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [&] { return generation_ != seen; });
      seen = generation_;
      if (wanted_ == 0) continue;
      --wanted_;
      ++running_;
      lock.unlock();
      caller_.leave();
      helper_.see();
      work();
      lock.lock();
      if (--running_ == 0) done_.notify_one();
    }
  }

  // Not where threads share cores: others have work for these.
  bool staysAwake() const {
    static const std::size_t cpus = usableCpus();
    return !yielding_ && threadCount() <= cpus;
  }

  void work() {
    insideBody_ = true;
    try {
      for (std::size_t i; (i = next_.fetch_add(1, std::memory_order_relaxed)) < count_;) (*body_)(i);
    } catch (...) {
      std::lock_guard<std::mutex> lock(mutex_);
      thrown_ = std::current_exception();
      next_.store(count_, std::memory_order_relaxed);  // nothing new is begun
    }
    insideBody_ = false;
  }

  static thread_local bool insideBody_;
  const bool yielding_;
  std::mutex jobMutex_;
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  const std::function<void(std::size_t)>* body_ = nullptr;
  std::size_t count_ = 0, wanted_ = 0, workers_ = 0;
  std::atomic<std::size_t> next_{0}, running_{0}, generation_{0};
  SeenCore caller_, helper_;  // as they began with the job, the last of the helpers
  std::exception_ptr thrown_;
};

thread_local bool ThreadPool::insideBody_ = false;

// A pool for those that give way and one for the others, so that neither finds its helpers at work for the other.
ThreadPool& pool() {
  // Never destroyed: their threads may outlive main's statics.
  static ThreadPool* const ordinary = new ThreadPool(false);
  static ThreadPool* const yielding = new ThreadPool(true);
  return yields ? *yielding : *ordinary;
}

std::atomic<std::size_t>& wantedThreads() {
  static std::atomic<std::size_t> number{defaultThreads()};
  return number;
}

}  // namespace

void parallelFor(std::size_t count, const std::function<void(std::size_t)>& body) { pool().run(count, body); }

void parallelForApart(std::size_t count, const std::function<void(std::size_t)>& body) {
  const std::size_t stretches = std::min(threadCount(), count);
  const auto inTurns = [&](std::size_t i) {
    const std::size_t stretch = i % stretches;
    body(stretch * (count / stretches) + std::min(stretch, count % stretches) + i / stretches);
  };
  parallelFor(count, std::cref(inTurns));  // by reference: no allocation
}

void yieldToOthers() {
  yields = true;
#if defined(__linux__)
  // Of this thread alone, against POSIX. With it the event loop waits for a core half as long while jobs occupy all of them.
  [[maybe_unused]] const int ignored = nice(5);
#endif
}

std::size_t threadCount() noexcept { return wantedThreads().load(std::memory_order_relaxed); }

void setThreadCount(std::size_t threads) {
  if (threads < 1 || threads > kMaxThreads) {
    throw std::invalid_argument("expected a number of threads from 1 to 1024 but received " + std::to_string(threads));
  }
  wantedThreads().store(threads, std::memory_order_relaxed);
}

}  // namespace wetas
