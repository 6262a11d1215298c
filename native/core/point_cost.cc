#include "wetas/point_cost.h"

#include <algorithm>
#include <stdexcept>

#include "core/dtw_batch.h"
#include "core/pair_list.h"
#include "kernels/cpu/point_cost.h"

namespace wetas {
namespace {

template <class T>
void checkWhole(const SeriesPairs<T>& pairs) {
  checkPairs(pairs);
  if (pairs.pairing != Pairing::kMatched || pairs.xLengths != nullptr || pairs.yLengths != nullptr) {
    throw std::invalid_argument("expected matched series of full length");
  }
}

// The points of every pair, prepared, and each pair cut into blocks of rows, so that a few large pairs keep all threads busy too.
template <class T>
class BlocksOfRows {
 public:
  explicit BlocksOfRows(const SeriesPairs<T>& pairs)
      : pairs_(pairs), blocks(std::clamp<std::size_t>(pairs.rows / 64, 1, std::max<std::size_t>(1, 16 / std::max<std::size_t>(1, pairs.xCount)))),
        space_(pairs.xCount, preparedPointsSpace(pairs.kind, pairs.rows, pairs.cols, pairs.channels) * sizeof(T)), points_(pairs.xCount) {
    parallelFor(pairs.xCount, [&](std::size_t p) {
      const Pair<T> pair = pairOf(pairs, p, p);
      points_[p] = preparePoints(pair.kind, pair.rows, pair.cols, pair.channels, pair.x, pair.y, space_.template of<T>(p));
    });
  }

  const PreparedPoints<T>& points(std::size_t pair) const { return points_[pair]; }

  // body(pair, block, row, rows)
  template <class Body>
  void forEach(const Body& body) const {
    parallelFor(pairs_.xCount * blocks, [&](std::size_t item) {
      const std::size_t block = item % blocks, row = block * pairs_.rows / blocks;
      body(item / blocks, block, row, (block + 1) * pairs_.rows / blocks - row);
    });
  }

 private:
  const SeriesPairs<T>& pairs_;

 public:
  const std::size_t blocks;  // of each pair

 private:
  RunSpace space_;
  std::vector<PreparedPoints<T>> points_;
};

}  // namespace

template <class T>
void pointCost(const SeriesPairs<T>& pairs, T* cost) {
  checkWhole(pairs);
  const BlocksOfRows<T> work(pairs);
  work.forEach([&](std::size_t pair, std::size_t, std::size_t row, std::size_t rows) {
    pointCostBlock(work.points(pair), row, rows, 0, pairs.cols, cost + (pair * pairs.rows + row) * pairs.cols, pairs.cols);
  });
}

template <class T>
void pointCostGradient(const SeriesPairs<T>& pairs, const T* dCost, T* dx, T* dy) {
  checkWhole(pairs);
  const std::size_t ofX = pairs.rows * pairs.channels, ofY = pairs.cols * pairs.channels;
  if (dx != nullptr) std::fill_n(dx, pairs.xCount * ofX, T(0));
  const BlocksOfRows<T> work(pairs);
  if (pairs.xCount == 0) return;
  const std::size_t sums = pairs.channels * work.points(0).stride;  // of dy, once a block
  const RunSpace partial(dy == nullptr ? 0 : pairs.xCount * work.blocks, sums * sizeof(T));
  work.forEach([&](std::size_t pair, std::size_t block, std::size_t row, std::size_t rows) {
    T* const own = dy == nullptr ? nullptr : partial.of<T>(pair * work.blocks + block);
    if (own != nullptr) std::fill_n(own, sums, T(0));
    addPointGradients(work.points(pair), row, rows, 0, pairs.cols, dCost + (pair * pairs.rows + row) * pairs.cols, pairs.cols,
                      dx == nullptr ? nullptr : dx + pair * ofX, own);
  });
  parallelFor(pairs.xCount, [&](std::size_t pair) {
    T* const total = dy == nullptr ? nullptr : partial.of<T>(pair * work.blocks);
    for (std::size_t block = 1; dy != nullptr && block < work.blocks; ++block) {
      const T* const part = partial.of<T>(pair * work.blocks + block);
      for (std::size_t at = 0; at < sums; ++at) total[at] += part[at];
    }
    finishPointGradients(work.points(pair), dx == nullptr ? nullptr : dx + pair * ofX, total, dy == nullptr ? nullptr : dy + pair * ofY);
  });
}

template void pointCost(const SeriesPairs<float>&, float*);
template void pointCost(const SeriesPairs<double>&, double*);
template void pointCostGradient(const SeriesPairs<float>&, const float*, float*, float*);
template void pointCostGradient(const SeriesPairs<double>&, const double*, double*, double*);

}  // namespace wetas
