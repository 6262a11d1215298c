// The memory of a GPU, shared out to the calls that are at work at the same time: each counts on what it was given.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <utility>

#include "wetas/control.h"

namespace wetas::cuda {

class GpuMemory {
 public:
  // freeBytes(): what is free while no call has any.
  explicit GpuMemory(std::function<std::size_t()> freeBytes) : freeBytes_(std::move(freeBytes)) {}

  std::size_t callsThatWait() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return waiting_.size();
  }

  // What a call has of it, until the share ends.
  class Share {
   public:
    // Waits, in the order in which calls come, for `wanted` bytes, or where these are more for all that calls may have; or until the call is stopped, and then has none.
    Share(GpuMemory& memory, std::size_t wanted, const Control& control) : memory_(memory), bytes_(memory.take(wanted, control)) {}
    ~Share() { memory_.giveBack(bytes_); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    std::size_t bytes() const noexcept { return bytes_; }

   private:
    GpuMemory& memory_;
    const std::size_t bytes_;
  };

 private:
  static constexpr std::chrono::milliseconds kBetweenLooks{2};  // at the control, which wakes nobody up

  struct Place {
    GpuMemory& memory;
    const std::list<const Control*>::iterator at;
    ~Place() {
      memory.waiting_.erase(at);
      memory.changed_.notify_all();
    }
  };

  std::size_t take(std::size_t wanted, const Control& control) {
    std::unique_lock<std::mutex> lock(mutex_);
    const Place own{*this, waiting_.insert(waiting_.end(), &control)};
    for (; !control.stopped(); changed_.wait_for(lock, kBetweenLooks)) {
      if (own.at != waiting_.begin()) continue;
      if (taken_ == 0) all_ = freeBytes_() / 5 * 4;  // something stays for others
      const std::size_t bytes = std::min(wanted, all_);
      if (taken_ + bytes > all_) continue;
      taken_ += bytes;
      return bytes;
    }
    return 0;
  }
  void giveBack(std::size_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    taken_ -= bytes;
    changed_.notify_all();
  }

  const std::function<std::size_t()> freeBytes_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<const Control*> waiting_;
  std::size_t all_ = 0, taken_ = 0;
};

}  // namespace wetas::cuda
