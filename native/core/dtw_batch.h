// How a batch of pairs is checked and shared out among the threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <stdexcept>

#include "core/thread_pool.h"
#include "wetas/device.h"

namespace wetas {


// `count` independent items in as many runs as can work at once, so that each run needs working space only once. An item's
// result must not depend on the run it falls into.
struct Runs {
  std::size_t items;
  std::size_t runs = std::min(items, threadCount());

  // body(run, begin, end): the items [begin, end) of one run.
  template <class Body>
  void forEach(const Body& body) const {
    parallelFor(runs, [&](std::size_t run) { body(run, run * items / runs, (run + 1) * items / runs); });
  }
};

// Uninitialised working space of one call, an equal part of it for each run. Parts begin on a cache line.
class RunSpace {
 public:
  RunSpace(std::size_t runs, std::size_t bytesEach)
      : each_((bytesEach + kLine - 1) / kLine * kLine), bytes_(static_cast<char*>(::operator new(runs * each_, std::align_val_t{kLine}))) {}
  template <class T = void> T* of(std::size_t run) const { return static_cast<T*>(static_cast<void*>(bytes_.get() + run * each_)); }

 private:
  static constexpr std::size_t kLine = 64;
  struct Free {
    void operator()(char* bytes) const { ::operator delete(bytes, std::align_val_t{kLine}); }
  };
  std::size_t each_;
  std::unique_ptr<char, Free> bytes_;
};

}  // namespace wetas
