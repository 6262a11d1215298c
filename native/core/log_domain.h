// The dynamic programmes of one pair in float64 and the log domain, for every option: slow, and right for all finite and +infinite
// costs. Working memory: O(cols) for a value, O(sqrt(rows) cols) for what needs a way back.
#pragma once

#include <cstddef>
#include <functional>

#include "core/band.h"
#include "core/pair.h"
#include "wetas/control.h"

namespace wetas {

// One row of results: row i, and its numbers by column, valid in [begin, end).
using TakeRow = std::function<void(std::size_t i, std::size_t begin, std::size_t end, const double* numbers)>;

// Where a cell that the band allows holds NaN or -infinity the value is NaN, and what takers got is void.
template <class T>
struct LogDomain {
  const Pair<T>& pair;
  const RowIntervals& band;
  const WarpingPaths& paths;
  double gamma;
  Control& control;

  // gamma >= 0; 0 means the hard minimum. softCost, unless empty, gets r row by row from the first.
  double value(const TakeRow& softCost = {}) const;

  // expected gets the rows of E from the last to the first; none where the value is infinite or NaN. gamma > 0.
  double gradient(const TakeRow& expected) const;

  // The derivative of E along `direction` [rows, cols], whose rows stand `stride` apart: as gradient. gamma > 0.
  double hessianProduct(const T* direction, std::size_t stride, const TakeRow& product) const;
};

}  // namespace wetas
