#include "core/background.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

#include "core/thread_pool.h"
#include "wetas/device.h"

namespace wetas {
namespace {

// Counts down to 0 and wakes who waits for that.
class Countdown {
 public:
  explicit Countdown(std::size_t count) : count_(count) {}
  void down() {
    std::lock_guard<std::mutex> lock(mutex_);
    if (--count_ == 0) zero_.notify_all();
  }
  void wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    zero_.wait(lock, [this] { return count_ == 0; });
  }

 private:
  std::size_t count_;
  std::mutex mutex_;
  std::condition_variable zero_;
};

TEST(Background, RunsEveryBodyOnceOnAnotherThread) {
  constexpr std::size_t kBodies = 300;
  std::vector<std::atomic<int>> calls(kBodies);
  std::atomic<int> here{0};
  Countdown left(kBodies);
  const std::thread::id caller = std::this_thread::get_id();
  for (std::size_t i = 0; i < kBodies; ++i) {
    runInBackground([&, i] {
      ++calls[i];
      if (std::this_thread::get_id() == caller) ++here;
      left.down();
    });
  }
  left.wait();
  for (const auto& each : calls) EXPECT_EQ(each, 1);
  EXPECT_EQ(here, 0);
}

TEST(Background, AFewAtATimeAndTheOthersInOrder) {
  const std::size_t atATime = std::max<std::size_t>(4, threadCount());
  const std::size_t bodies = 3 * atATime;
  Countdown begun(atATime), mayEnd(1), left(bodies);
  std::mutex mutex;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < bodies; ++i) {
    runInBackground([&, i] {
      {
        std::lock_guard<std::mutex> lock(mutex);
        order.push_back(i);
        if (order.size() <= atATime) begun.down();
      }
      mayEnd.wait();
      left.down();
    });
  }
  begun.wait();
  {
    std::lock_guard<std::mutex> lock(mutex);
    EXPECT_EQ(order.size(), atATime);
    for (const std::size_t i : order) EXPECT_LT(i, atATime);
  }
  mayEnd.down();
  left.wait();
  EXPECT_EQ(order.size(), bodies);
}

TEST(Background, BodiesMaySpreadTheirWork) {
  constexpr std::size_t kBodies = 20;
  std::atomic<int> calls{0};
  Countdown left(kBodies);
  for (std::size_t i = 0; i < kBodies; ++i) {
    runInBackground([&] {
      parallelFor(50, [&](std::size_t) { ++calls; });
      left.down();
    });
  }
  left.wait();
  EXPECT_EQ(calls, 50 * static_cast<int>(kBodies));
}

}  // namespace
}  // namespace wetas
