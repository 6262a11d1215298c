// The pairs of a batch, one by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "core/pair.h"

namespace wetas {

inline void checkLengths(const std::int32_t* lengths, std::size_t count, std::size_t stride, std::size_t longest, const char* what) {
  for (std::size_t i = 0; lengths != nullptr && i < count; ++i) {
    if (lengths[i * stride] < 1 || static_cast<std::size_t>(lengths[i * stride]) > longest) throw std::invalid_argument(what);
  }
}

template <class T>
void checkPairs(const SeriesPairs<T>& pairs) {
  if (pairs.rows == 0 || pairs.cols == 0 || pairs.channels == 0) throw std::invalid_argument("expected series of at least one point and one channel");
  if (pairs.pairing != Pairing::kAll && pairs.xCount != pairs.yCount) throw std::invalid_argument("expected as many series in y as in x");
  checkLengths(pairs.xLengths, pairs.xCount, 1, pairs.rows, "expected lengths of x from 1 to its rows");
  checkLengths(pairs.yLengths, pairs.yCount, 1, pairs.cols, "expected lengths of y from 1 to its cols");
}

template <class T>
void checkPairs(const CostPairs<T>& pairs) {
  if (pairs.rows == 0 || pairs.cols == 0) throw std::invalid_argument("expected cost matrices of at least one row and one column");
  if (pairs.sizes == nullptr) return;
  checkLengths(pairs.sizes, pairs.batch, 2, pairs.rows, "expected sizes from 1 to rows");
  checkLengths(pairs.sizes + 1, pairs.batch, 2, pairs.cols, "expected sizes from 1 to cols");
}

template <class T>
std::size_t pairCount(const SeriesPairs<T>& pairs) noexcept {
  switch (pairs.pairing) {
    case Pairing::kMatched: return pairs.xCount;
    case Pairing::kAll: return pairs.xCount * pairs.yCount;
    case Pairing::kCondensed: return pairs.xCount * (pairs.xCount - 1) / 2;
  }
  return 0;
}

template <class T>
std::size_t pairCount(const CostPairs<T>& pairs) noexcept { return pairs.batch; }

// Numbers of a point; 0 where costs are given.
template <class T>
std::size_t channelsOf(const SeriesPairs<T>& pairs) noexcept { return pairs.channels; }
template <class T>
std::size_t channelsOf(const CostPairs<T>&) noexcept { return 0; }

// x[p] with y[q].
template <class T>
Pair<T> pairOf(const SeriesPairs<T>& pairs, std::size_t p, std::size_t q) noexcept {
  Pair<T> pair{};
  pair.rows = pairs.xLengths == nullptr ? pairs.rows : static_cast<std::size_t>(pairs.xLengths[p]);
  pair.cols = pairs.yLengths == nullptr ? pairs.cols : static_cast<std::size_t>(pairs.yLengths[q]);
  pair.x = pairs.x + p * pairs.rows * pairs.channels;
  pair.y = pairs.y + q * pairs.cols * pairs.channels;
  pair.channels = pairs.channels;
  pair.kind = pairs.kind;
  return pair;
}

template <class T>
Pair<T> pairOf(const CostPairs<T>& pairs, std::size_t p) noexcept {
  Pair<T> pair{};
  pair.rows = pairs.sizes == nullptr ? pairs.rows : static_cast<std::size_t>(pairs.sizes[2 * p]);
  pair.cols = pairs.sizes == nullptr ? pairs.cols : static_cast<std::size_t>(pairs.sizes[2 * p + 1]);
  pair.cost = pairs.cost + p * pairs.rows * pairs.cols;
  pair.costStride = pairs.cols;
  return pair;
}

// Pair `index` in the order of the pairing.
template <class T>
Pair<T> pairAt(const SeriesPairs<T>& pairs, std::size_t index) noexcept {
  if (pairs.pairing == Pairing::kMatched) return pairOf(pairs, index, index);
  if (pairs.pairing == Pairing::kAll) return pairOf(pairs, index / pairs.yCount, index % pairs.yCount);
  std::size_t p = 0;
  for (std::size_t onRow = pairs.xCount - 1; index >= onRow; --onRow) {
    index -= onRow;
    ++p;
  }
  return pairOf(pairs, p, p + 1 + index);
}

template <class T>
Pair<T> pairAt(const CostPairs<T>& pairs, std::size_t index) noexcept {
  return pairOf(pairs, index);
}

}  // namespace wetas
