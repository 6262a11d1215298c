// How a batch of pairs is checked and shared out among the threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <stdexcept>

#include "core/thread_pool.h"
#include "wetas/cost_shape.h"
#include "wetas/device.h"

namespace wetas {

inline void checkCostShape(const CostShape& shape) {
  if (shape.rows == 0 || shape.cols == 0) throw std::invalid_argument("expected cost matrices of at least one row and one column");
}

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

}  // namespace wetas
