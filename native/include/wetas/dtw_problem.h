// What every dynamic programme of this library runs over: pairs, given by their series or by their cost matrices, and the moves
// between the cells of a pair. Cell (i, j) matches point i of x (rows of it) with point j of y (cols of it).
#pragma once

#include <cstddef>
#include <cstdint>

namespace wetas {

// The cost of one point x against one point y, both of `channels` numbers.
enum class PointCost {
  kSquaredEuclidean,    // sum (x - y)^2
  kEuclidean,           // its square root; gradient 0 at distance 0
  kAbsolute,            // sum |x - y|; gradient 0 at equal numbers
  kCosine,              // 1 - x.y / (|x| |y|); 1 with gradient 0 where x or y is all zeros
  // -sum (x log y + (1 - x) log(1 - y)): labels x in [0, 1], scores y in [0, 1]; 0 log 0 = 0. +infinity where a score of 0 or 1 rules the
  // label out (then nothing is added to gradients); elsewhere such a score has the one-sided derivative, infinite by the label. NaN for scores
  // outside [0, 1].
  kBinaryCrossEntropy,
};

// Which series of x meets which of y.
enum class Pairing {
  kMatched,    // pair p is x[p] with y[p]: xCount = yCount pairs
  kAll,        // pair (p, q), row-major: xCount * yCount pairs
  kCondensed,  // x with itself, pairs (p, q) with p < q, row-major: xCount (xCount - 1) / 2 pairs; y is x
};

// x [xCount, rows, channels], y [yCount, cols, channels], row-major. xLengths [xCount] and yLengths [yCount], or null, give the
// real lengths, in [1, rows] and [1, cols]; what stands behind them is padding and never read.
template <class T>
struct SeriesPairs {
  Pairing pairing;
  std::size_t xCount, rows, yCount, cols, channels;
  PointCost kind;
  const T* x;
  const T* y;
  const std::int32_t* xLengths;
  const std::int32_t* yLengths;
};

// cost [batch, rows, cols], row-major; +infinity forbids a cell. sizes [batch, 2], or null, gives the real rows and columns of each
// pair; what stands outside them is padding and never read.
template <class T>
struct CostPairs {
  std::size_t batch, rows, cols;
  const T* cost;
  const std::int32_t* sizes;
};

// The moves into cell (i, j).
enum class StepPattern {
  kSymmetric1,     // from (i-1, j-1), (i, j-1) and (i-1, j): Sakoe & Chiba 1978, without slope weights
  kStayOrAdvance,  // from (i-1, j-1) and (i, j-1): WETAS's two; every column has one row
};

// Cells that a path may visit (see core/band.h).
struct Band {
  enum Kind { kNone, kSakoeChiba, kItakura } kind = kNone;
  double size = 0;  // the radius in cells, >= 0; the slope, >= 1
};

// Which paths there are, and what their moves cost. A path runs from (0, 0) to (rows - 1, cols - 1).
struct WarpingPaths {
  StepPattern pattern = StepPattern::kSymmetric1;
  Band band;
  bool openStart = false;  // or from any cell of the first row: each such path counts once
  bool openEnd = false;    // or to any cell of the last row
  double stepPenalty = 0;  // added to the cost at every move that is not diagonal; finite, >= 0
};

}  // namespace wetas
