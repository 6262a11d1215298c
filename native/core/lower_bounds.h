// Lower bounds of hard DTW distances, between clean points (core/hard_dtw_points.h) and for paths with both ends closed. The bounds are
// below the distance that the kernels compute, roundings included.
#pragma once

#include <cstddef>
#include <vector>

#include "core/band.h"
#include "core/pair.h"

namespace wetas {

// The least and the greatest number that each point of a series may meet in the other one, [points, channels].
template <class T>
struct Envelope {
  std::vector<T> low, high;
};

// Whether the cost grows with the differences, and the band leaves no row or column of the pair's sizes without a cell.
template <class T>
bool haveEnvelopes(const Pair<T>& pair, const RowIntervals& band) noexcept;

// The envelope of x around the columns of a pair, and that of y around its rows, within the band.
template <class T>
Envelope<T> envelopeOfX(const Pair<T>& pair, const RowIntervals& band);
template <class T>
Envelope<T> envelopeOfY(const Pair<T>& pair, const RowIntervals& band);

// LB_Kim (Kim, Park & Chu 2001), as the two cells that every path visits.
template <class T>
double boundByEnds(const Pair<T>& pair);

// LB_Keogh (Keogh & Ratanamahatana 2005): every path visits every column; what its points are outside the envelope of x. boundOfRows: the same of
// the rows and the envelope of y.
template <class T>
double boundOfColumns(const Pair<T>& pair, const Envelope<T>& ofX);
template <class T>
double boundOfRows(const Pair<T>& pair, const Envelope<T>& ofY);

}  // namespace wetas
