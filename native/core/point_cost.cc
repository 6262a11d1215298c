#include "wetas/point_cost.h"

#include "core/pair_list.h"
#include "core/thread_pool.h"
#include "kernels/cpu/point_cost.h"

namespace wetas {

template <class T>
void pointCost(const SeriesPairs<T>& pairs, T* cost) {
  checkPairs(pairs);
  parallelFor(pairCount(pairs), [&](std::size_t p) {
    const Pair<T> pair = pairOf(pairs, p, p);
    pointCostPair(pair.rows, pair.cols, pair.channels, pair.kind, pair.x, pair.y, cost + p * pair.rows * pair.cols);
  });
}

template <class T>
void pointCostGradient(const SeriesPairs<T>& pairs, const T* dCost, T* dx, T* dy) {
  checkPairs(pairs);
  parallelFor(pairCount(pairs), [&](std::size_t p) {
    const Pair<T> pair = pairOf(pairs, p, p);
    pointCostGradientPair(pair.rows, pair.cols, pair.channels, pair.kind, pair.x, pair.y, dCost + p * pair.rows * pair.cols,
                          dx == nullptr ? nullptr : dx + p * pair.rows * pair.channels,
                          dy == nullptr ? nullptr : dy + p * pair.cols * pair.channels);
  });
}

template void pointCost(const SeriesPairs<float>&, float*);
template void pointCost(const SeriesPairs<double>&, double*);
template void pointCostGradient(const SeriesPairs<float>&, const float*, float*, float*);
template void pointCostGradient(const SeriesPairs<double>&, const double*, double*, double*);

}  // namespace wetas
