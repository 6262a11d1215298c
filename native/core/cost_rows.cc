#include "core/cost_rows.h"

#include <algorithm>
#include <type_traits>

#include "kernels/cpu/point_cost.h"

namespace wetas {

template <class T>
CostRows::CostRows(const Pair<T>& pair) : row_(pair.cols), costStride_(pair.costStride) {
  if (pair.cost != nullptr) {
    if constexpr (std::is_same_v<T, float>) cost32_ = pair.cost;
    if constexpr (std::is_same_v<T, double>) cost64_ = pair.cost;
    return;
  }
  points_.rows = pair.rows;
  points_.cols = pair.cols;
  points_.channels = pair.channels;
  points_.kind = pair.kind;
  if constexpr (std::is_same_v<T, double>) {
    points_.x = pair.x;
    points_.y = pair.y;
  } else {
    x_.assign(pair.x, pair.x + pair.rows * pair.channels);
    y_.assign(pair.y, pair.y + pair.cols * pair.channels);
    points_.x = x_.data();
    points_.y = y_.data();
  }
}

template CostRows::CostRows(const Pair<float>&);
template CostRows::CostRows(const Pair<double>&);

const double* CostRows::row(std::size_t i, std::size_t begin, std::size_t end) {
  if (cost64_ != nullptr) return cost64_ + i * costStride_;
  if (cost32_ != nullptr) {
    std::copy(cost32_ + i * costStride_ + begin, cost32_ + i * costStride_ + end, row_.data() + begin);
  } else {
    const std::size_t channels = points_.channels;
    pointCostPair(1, end - begin, channels, points_.kind, points_.x + i * channels, points_.y + begin * channels, row_.data() + begin);
  }
  return row_.data();
}

}  // namespace wetas
