// How the hard DTW kernels make the cost of a cell from the points of two series.
#pragma once

#include <cstddef>

#include "wetas/dtw_problem.h"

namespace wetas {

// What a kernel adds up over the channels; the points are prepared for it (core/hard_dtw_points.h). kDifference, of series with one
// channel, is squared where it is added to the path: one rounding less, and one instruction.
enum class CellCost { kDifference, kSquaredEuclidean, kEuclidean, kAbsolute, kCosine, kBinaryCrossEntropy };

inline CellCost cellCost(PointCost kind, std::size_t channels) noexcept {
  switch (kind) {
    case PointCost::kSquaredEuclidean: return channels == 1 ? CellCost::kDifference : CellCost::kSquaredEuclidean;
    case PointCost::kEuclidean: return channels == 1 ? CellCost::kAbsolute : CellCost::kEuclidean;
    case PointCost::kAbsolute: return CellCost::kAbsolute;
    case PointCost::kCosine: return CellCost::kCosine;
    case PointCost::kBinaryCrossEntropy: return CellCost::kBinaryCrossEntropy;
  }
  return CellCost::kAbsolute;
}

// The numbers that stand for one channel of y: log y and log(1 - y) for the cross entropy.
constexpr std::size_t numbersOfY(CellCost cost) noexcept { return cost == CellCost::kBinaryCrossEntropy ? 2 : 1; }

// What is added to the cost of a path at a move.
template <class T>
struct MovePenalties {
  T stay, up;
};

}  // namespace wetas
