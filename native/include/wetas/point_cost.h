// Cost matrices from pairs of series, and the way back.
#pragma once

#include "wetas/dtw_problem.h"

namespace wetas {

// Series of full length only: Pairing::kMatched, xLengths and yLengths null. T: float, double. Both throw std::invalid_argument where
// rows, cols or channels is 0.

// cost [pairs, rows, cols]
template <class T>
void pointCost(const SeriesPairs<T>& pairs, T* cost);

// The adjoint: dCost [pairs, rows, cols] -> dx [pairs, rows, channels] and dy [pairs, cols, channels]; either may be null.
// Where dCost is 0 or the cost is infinite nothing is added, whatever the points are.
template <class T>
void pointCostGradient(const SeriesPairs<T>& pairs, const T* dCost, T* dx, T* dy);

}  // namespace wetas
