#include "wetas/point_cost.h"

#include "core/thread_pool.h"
#include "kernels/cpu/point_cost.h"

namespace wetas {

template <class T>
void pointCost(const SeriesShape& shape, PointCost kind, const T* x, const T* y, T* cost) {
  const auto [batch, rows, cols, channels] = shape;
  parallelFor(batch, [=, rows = rows, cols = cols, channels = channels](std::size_t pair) {
    pointCostPair(rows, cols, channels, kind, x + pair * rows * channels, y + pair * cols * channels, cost + pair * rows * cols);
  });
}

template <class T>
void pointCostGradient(const SeriesShape& shape, PointCost kind, const T* x, const T* y, const T* dCost, T* dx, T* dy) {
  const auto [batch, rows, cols, channels] = shape;
  parallelFor(batch, [=, rows = rows, cols = cols, channels = channels](std::size_t pair) {
    const std::size_t atX = pair * rows * channels, atY = pair * cols * channels;
    pointCostGradientPair(rows, cols, channels, kind, x + atX, y + atY, dCost + pair * rows * cols, dx == nullptr ? nullptr : dx + atX,
                          dy == nullptr ? nullptr : dy + atY);
  });
}

template void pointCost(const SeriesShape&, PointCost, const float*, const float*, float*);
template void pointCost(const SeriesShape&, PointCost, const double*, const double*, double*);
template void pointCostGradient(const SeriesShape&, PointCost, const float*, const float*, const float*, float*, float*);
template void pointCostGradient(const SeriesShape&, PointCost, const double*, const double*, const double*, double*, double*);

}  // namespace wetas
