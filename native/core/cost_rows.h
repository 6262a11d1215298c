// The costs of a pair in float64, a row at a time, whether they are given or made from the points.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

#include "core/pair.h"
#include "kernels/cpu/point_cost.h"

namespace wetas {

// Whether a cost is NaN or -infinity, which make the value NaN.
inline bool holdsNaN(const double* begin, const double* end) {
  return !std::all_of(begin, end, [](double cost) { return cost > -std::numeric_limits<double>::infinity(); });
}

class CostRows {
 public:
  template <class T>
  explicit CostRows(const Pair<T>& pair);
  CostRows(const CostRows&) = delete;
  CostRows& operator=(const CostRows&) = delete;

  // Row i: its columns [begin, end) hold until the next call.
  const double* row(std::size_t i, std::size_t begin, std::size_t end);

  // Only where costs are made from points.
  const PreparedPoints<double>& points() const { return points_; }

 private:
  std::vector<double> x_, y_, space_, row_;
  PreparedPoints<double> points_{};
  const float* cost32_ = nullptr;  // one of these two where costs are given
  const double* cost64_ = nullptr;
  std::size_t costStride_;
};

}  // namespace wetas
