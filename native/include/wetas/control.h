// Stopping a call and following its progress, from another thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace wetas {

// One per call. The core asks stopped() at least every few milliseconds of work, returns early when it says so (its outputs are then
// unspecified), and counts the cells it has done.
class Control {
 public:
  void stop() noexcept { stopped_.store(true, std::memory_order_relaxed); }
  bool stopped() const noexcept { return stopped_.load(std::memory_order_relaxed); }
  void advance(std::uint64_t cells) noexcept { cells_.fetch_add(cells, std::memory_order_relaxed); }
  void goBackTo(std::uint64_t cells) noexcept { cells_.store(cells, std::memory_order_relaxed); }  // what was done since is to be done again
  std::uint64_t cellsDone() const noexcept { return cells_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> stopped_{false};
  std::atomic<std::uint64_t> cells_{0};
};

}  // namespace wetas
