// Cost matrices from pairs of series.
#pragma once

#include <cstddef>

namespace wetas {

// The cost of one point x against one point y, both of `channels` numbers.
enum class PointCost {
  kSquaredEuclidean,  // sum (x - y)^2
  kEuclidean,         // its square root; gradient 0 at distance 0
  kAbsolute,          // sum |x - y|; gradient 0 at equal numbers
  kCosine,            // 1 - x.y / (|x| |y|); 1 with gradient 0 where x or y is all zeros
};

struct SeriesShape {
  std::size_t batch, rows, cols, channels;
};

// x [batch, rows, channels], y [batch, cols, channels] -> cost [batch, rows, cols]. T: float, double.
template <class T>
void pointCost(const SeriesShape& shape, PointCost kind, const T* x, const T* y, T* cost);

// The adjoint: dCost [batch, rows, cols] -> dx [batch, rows, channels] and dy [batch, cols, channels]; either may be null.
// Where dCost is 0 nothing is added, whatever the points are.
template <class T>
void pointCostGradient(const SeriesShape& shape, PointCost kind, const T* x, const T* y, const T* dCost, T* dx, T* dy);

}  // namespace wetas
