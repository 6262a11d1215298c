// The costs of a pair in float64, a row at a time, whether they are given or made from the points.
#pragma once

#include <cstddef>
#include <vector>

#include "core/pair.h"

namespace wetas {

class CostRows {
 public:
  template <class T>
  explicit CostRows(const Pair<T>& pair);

  // Row i: its columns [begin, end) hold until the next call.
  const double* row(std::size_t i, std::size_t begin, std::size_t end);

  // The series in float64.
  Pair<double> points() const { return points_; }

 private:
  std::vector<double> x_, y_, row_;
  Pair<double> points_{};              // where costs are made from points
  const float* cost32_ = nullptr;      // where they are given
  const double* cost64_ = nullptr;
  std::size_t costStride_ = 0;
};

}  // namespace wetas
