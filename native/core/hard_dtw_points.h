// The points of two series as the hard DTW kernels want them.
#pragma once

#include <cstddef>

#include "core/pair.h"
#include "core/workspace.h"
#include "kernels/cpu/hard_dtw_cost.h"

namespace wetas {

// Whether neither NaN nor infinity nor, for the cross entropy, a number outside [0, 1] stands in the points. Where all points are clean no cost is
// NaN or negative.
template <class T>
bool cleanPoints(PointCost kind, std::size_t points, std::size_t channels, const T* values) noexcept;

// values [points, channels] -> prepared [points, channels * numbers]: divided by the norm (kCosine; 0 where that is 0); of y, log y and
// log(1 - y) (kBinaryCrossEntropy); or the values themselves, and then `space` is not used.
template <class T>
const T* pointsForHardDtw(CellCost cost, bool ofY, std::size_t points, std::size_t channels, const T* values, Workspace<T>& space);

}  // namespace wetas
