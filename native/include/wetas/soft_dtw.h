// Soft-DTW: Cuturi & Blondel, "Soft-DTW: a differentiable loss function for time-series", ICML 2017.
#pragma once

#include "wetas/control.h"
#include "wetas/device.h"
#include "wetas/dtw_problem.h"

namespace wetas {

// What to compute; any but value may be null.
template <class T>
struct SoftDtwOutputs {
  // [pairs] = -gamma log(sum over paths of exp(-path cost / gamma)): their equation 1. gamma >= 0; 0 means the hard minimum. +infinity
  // without an admissible path; NaN where a cell that paths may visit holds NaN or -infinity.
  T* value;
  // d value / d x, d value / d y, in the layout of x and y, 0 in the padding. Only with Pairing::kMatched.
  T* dx;
  T* dy;
  // [pairs, rows, cols] = d value / d cost = E, the expected alignment (their algorithm 2): the probability that a path drawn with
  // weight exp(-path cost / gamma) visits the cell; 0 in the padding. 0 without an admissible path, NaN where the value is NaN (not in
  // the padding). With gamma 0: 1 on one optimal path, 0 elsewhere. Only with Pairing::kMatched.
  T* dCost;
};

// T: float, double. Throws std::invalid_argument where rows, cols or channels is 0, a length is out of range, gamma or
// the step penalty is negative or no number.
template <class T>
void softDtw(const SeriesPairs<T>& pairs, const WarpingPaths& paths, double gamma, const SoftDtwOutputs<T>& outputs, Control& control);

template <class T>
void softDtwFromCost(const CostPairs<T>& pairs, const WarpingPaths& paths, double gamma, T* value, T* dCost, Control& control);

// The same on a device. A GPU has float and gamma > 0; what it finds to be beyond float32 the CPU does. With kCuda throws std::invalid_argument for anything else,
// and std::runtime_error where there is no GPU or it fails.
template <class T>
void softDtw(const SeriesPairs<T>& pairs, const WarpingPaths& paths, double gamma, Device device, const SoftDtwOutputs<T>& outputs, Control& control);
template <class T>
void softDtwFromCost(const CostPairs<T>& pairs, const WarpingPaths& paths, double gamma, Device device, T* value, T* dCost, Control& control);

// The soft-minimal (gamma 0: minimal) cost of the paths from the start to each cell: r [rows, cols] of one pair; +infinity
// where none leads. All NaN where the value is NaN.
template <class T>
void accumulatedCost(const SeriesPairs<T>& onePair, const WarpingPaths& paths, double gamma, T* r, Control& control);

// product [batch, rows, cols] = H v, with H the second derivative of the value by the cost matrix and v = direction [batch, rows, cols]:
// the derivative of E along v (Mensch & Blondel, "Differentiable dynamic programming for structured prediction and attention", ICML 2018). gamma > 0.
template <class T>
void softDtwHessianProduct(const CostPairs<T>& pairs, const WarpingPaths& paths, double gamma, const T* direction, T* product, Control& control);

}  // namespace wetas
