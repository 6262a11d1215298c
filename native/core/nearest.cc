#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/hard_dtw_pair.h"
#include "core/pair_list.h"
#include "core/thread_pool.h"
#include "core/warping_paths.h"
#include "wetas/hard_dtw.h"

namespace wetas {
namespace {

template <class T>
struct Neighbour {
  T value;
  std::size_t index;

  // Nearest first, ties by index, NaN last.
  bool operator<(const Neighbour& other) const {
    if (std::isnan(value) || std::isnan(other.value)) return std::isnan(value) == std::isnan(other.value) ? index < other.index : std::isnan(other.value);
    return value < other.value || (value == other.value && index < other.index);
  }
};

}  // namespace

template <class T>
void nearest(const SeriesPairs<T>& pairs, const WarpingPaths& paths, std::size_t k, std::int32_t* index, T* value, Control& control) {
  checkPairs(pairs);
  checkPaths(paths);
  if (pairs.pairing != Pairing::kAll) throw std::invalid_argument("expected all pairs");
  if (k == 0) throw std::invalid_argument("expected at least one neighbour");
  const std::size_t kept = std::min(k, pairs.yCount);
  parallelFor(pairs.xCount, [&](std::size_t query) {
    HardDtwPair<T> solver(paths, control);
    std::vector<Neighbour<T>> neighbours;
    for (std::size_t candidate = 0; candidate < pairs.yCount && !control.stopped(); ++candidate) {
      neighbours.push_back({solver.value(pairOf(pairs, query, candidate), std::numeric_limits<double>::infinity()), candidate});
    }
    std::sort(neighbours.begin(), neighbours.end());
    for (std::size_t rank = 0; rank < std::min(kept, neighbours.size()); ++rank) {
      index[query * kept + rank] = static_cast<std::int32_t>(neighbours[rank].index);
      value[query * kept + rank] = neighbours[rank].value;
    }
  });
}

template void nearest(const SeriesPairs<float>&, const WarpingPaths&, std::size_t, std::int32_t*, float*, Control&);
template void nearest(const SeriesPairs<double>&, const WarpingPaths&, std::size_t, std::int32_t*, double*, Control&);

}  // namespace wetas
