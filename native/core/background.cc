#include "core/background.h"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "core/thread_pool.h"
#include "wetas/device.h"

namespace wetas {
namespace {

class BackgroundThreads {
 public:
  void run(std::function<void()> body) {
    std::lock_guard<std::mutex> lock(mutex_);
    waiting_.push_back(std::move(body));
    if (waiting_.size() > idle_ && threads_ < std::max<std::size_t>(4, threadCount())) {
      startThread();
    } else {
      wake_.notify_one();
    }
  }

 private:
  void startThread() {
    try {
      std::thread([this] { serve(); }).detach();
      ++threads_;
    } catch (const std::system_error&) {
      if (threads_ > 0) return;  // those that there are will come to it
      waiting_.pop_back();
      throw;
    }
  }

  void serve() {
    yieldToOthers();
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      ++idle_;
      wake_.wait(lock, [this] { return !waiting_.empty(); });
      --idle_;
      {
        const std::function<void()> body = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        body();
      }
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  std::size_t threads_ = 0, idle_ = 0;
};

}  // namespace

void runInBackground(std::function<void()> body) {
  static BackgroundThreads* const threads = new BackgroundThreads;  // never destroyed: its threads may outlive main's statics
  threads->run(std::move(body));
}

}  // namespace wetas
