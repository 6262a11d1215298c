#include "core/cost_rows.h"

#include <algorithm>
#include <type_traits>

namespace wetas {

template <class T>
CostRows::CostRows(const Pair<T>& pair) : row_(pair.cols), costStride_(pair.costStride) {
  if (pair.cost != nullptr) {
    if constexpr (std::is_same_v<T, float>) cost32_ = pair.cost;
    if constexpr (std::is_same_v<T, double>) cost64_ = pair.cost;
    return;
  }
  x_.assign(pair.x, pair.x + pair.rows * pair.channels);
  y_.assign(pair.y, pair.y + pair.cols * pair.channels);
  space_.resize(preparedPointsSpace(pair.kind, pair.rows, pair.cols, pair.channels));
  points_ = preparePoints(pair.kind, pair.rows, pair.cols, pair.channels, x_.data(), y_.data(), space_.data());
}

template CostRows::CostRows(const Pair<float>&);
template CostRows::CostRows(const Pair<double>&);

const double* CostRows::row(std::size_t i, std::size_t begin, std::size_t end) {
  if (cost64_ != nullptr) return cost64_ + i * costStride_;
  if (cost32_ != nullptr) {
    std::copy(cost32_ + i * costStride_ + begin, cost32_ + i * costStride_ + end, row_.data() + begin);
  } else {
    pointCostBlock(points_, i, 1, begin, end - begin, row_.data() + begin, row_.size());
  }
  return row_.data();
}

}  // namespace wetas
