#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "core/hard_dtw_group.h"
#include "core/hard_dtw_pair.h"
#include "core/hard_dtw_points.h"
#include "core/lower_bounds.h"
#include "core/pair_list.h"
#include "core/thread_pool.h"
#include "core/warping_paths.h"
#include "wetas/device.h"
#include "wetas/hard_dtw.h"

namespace wetas {
namespace {

constexpr std::size_t kMostGroups = 16;  // whose distances are found before the bound is drawn tighter

template <class T>
struct Neighbour {
  T value;
  std::size_t index;

  // Nearest first, ties by index, NaN last.
  bool operator<(const Neighbour& other) const {
    if (std::isnan(value) != std::isnan(other.value)) return std::isnan(other.value);
    return value < other.value || (!(other.value < value) && index < other.index);
  }
};

struct Candidate {
  double bound;
  std::size_t index;

  bool operator<(const Candidate& other) const { return bound < other.bound || (bound == other.bound && index < other.index); }
};

// What a query must know of all candidates with one number of columns.
template <class T>
struct SameColumns {
  RowIntervals band;
  bool bounded;  // by envelopes
  Envelope<T> ofQuery;
};

template <class T>
class Search {
 public:
  Search(const SeriesPairs<T>& pairs, const WarpingPaths& paths, std::size_t kept, std::size_t query, const std::vector<char>& clean, Control& control)
      : pairs_(pairs), paths_(paths), kept_(kept), query_(query), clean_(clean), control_(control),
        queryClean_(cleanPoints(pairs.kind, pairOf(pairs, query, 0).rows, pairs.channels, pairOf(pairs, query, 0).x)) {}

  std::vector<Neighbour<T>> run() {
    std::vector<std::size_t> unclean;
    std::vector<Candidate> candidates;
    for (std::size_t index = 0; index < pairs_.yCount; ++index) {
      if (queryClean_ && clean_[index]) {
        candidates.push_back({bound(index), index});
      } else {
        unclean.push_back(index);
      }
      if (control_.stopped()) return {};
    }
    tryAll(unclean, std::numeric_limits<double>::infinity());
    std::sort(candidates.begin(), candidates.end());
    std::size_t groups = 1;
    for (std::size_t at = 0; at < candidates.size() && !control_.stopped(); groups = std::min(2 * groups, kMostGroups)) {
      const double largest = best_.size() < kept_ ? std::numeric_limits<double>::infinity() : static_cast<double>(best_.back().value);
      std::vector<std::size_t> next;
      for (; at < candidates.size() && next.size() < groups * HardDtwGroup<T>::lanes(); ++at) {
        if (candidates[at].bound > largest) {
          skip(candidates, at);
          at = candidates.size();
        } else if (rowsAreFurther(candidates[at].index, largest)) {
          count(candidates[at].index);
        } else {
          next.push_back(candidates[at].index);
        }
      }
      tryAll(next, largest);
    }
    return std::move(best_);
  }

 private:
  Pair<T> pair(std::size_t index) const { return pairOf(pairs_, query_, index); }
  void count(std::size_t index) const { control_.advance(pair(index).rows * pair(index).cols); }
  void skip(const std::vector<Candidate>& candidates, std::size_t from) const {
    for (; from < candidates.size(); ++from) count(candidates[from].index);
  }

  const SameColumns<T>& sameColumns(const Pair<T>& pair) {
    const auto known = sameColumns_.find(pair.cols);
    if (known != sameColumns_.end()) return known->second;
    SameColumns<T> made{RowIntervals(paths_.band, pair.rows, pair.cols), false, {}};
    made.bounded = haveEnvelopes(pair, made.band);
    if (made.bounded) made.ofQuery = envelopeOfX(pair, made.band);
    return sameColumns_.emplace(pair.cols, std::move(made)).first->second;
  }

  double bound(std::size_t index) {
    if (paths_.openStart || paths_.openEnd) return 0;
    const Pair<T> own = pair(index);
    const SameColumns<T>& same = sameColumns(own);
    if (!same.bounded) return 0;
    const double highest = std::max(boundByEnds(own), boundOfColumns(own, same.ofQuery));
    return highest > 0 ? highest : 0;  // never NaN, which has no place in an order: another thread may have written to the series since they were clean
  }

  // The bound the other way round, where its envelope is cheap beside the distance.
  bool rowsAreFurther(std::size_t index, double largest) {
    constexpr std::size_t kWideBand = 400;
    if (paths_.openStart || paths_.openEnd || std::isinf(largest)) return false;
    const Pair<T> own = pair(index);
    const SameColumns<T>& same = sameColumns(own);
    if (!same.bounded) return false;
    const std::size_t middle = own.rows / 2;
    const std::size_t width = same.band.everything() ? own.cols : static_cast<std::size_t>(same.band.end[middle] - same.band.begin[middle]);
    return width > kWideBand && boundOfRows(own, envelopeOfY(own, same.band)) > largest;
  }

  void tryAll(std::vector<std::size_t>& indices, double largest) {
    const auto cols = [this](std::size_t index) { return pair(index).cols; };
    std::stable_sort(indices.begin(), indices.end(), [&](std::size_t a, std::size_t b) { return cols(a) < cols(b); });
    const bool banded = paths_.band.kind != Band::kNone;
    const std::vector<Range> groups = stretches(indices.size(), HardDtwGroup<T>::lanes(), [&](std::size_t a, std::size_t b) {
      return clean_[indices[a]] == clean_[indices[b]] && (!banded || cols(indices[a]) == cols(indices[b]));
    });
    std::vector<T> found(indices.size());
    parallelFor(groups.size(), [&](std::size_t g) {
      const auto [begin, end] = groups[g];
      std::vector<Pair<T>> members;
      for (std::size_t i = begin; i < end; ++i) members.push_back(pair(indices[i]));
      if (queryClean_ && clean_[indices[begin]] && HardDtwGroup<T>::pays(members.size(), members[0].rows, members.back().cols, pairs_.channels)) {
        HardDtwGroup<T> group(paths_, control_);
        group.takeY(members.data(), members.size());
        group.takeX(members.data(), members.size());
        group.solve(largest, found.data() + begin);
        return;
      }
      HardDtwPair<T> alone(paths_, control_);
      for (std::size_t i = begin; i < end && !control_.stopped(); ++i) found[i] = alone.value(members[i - begin], largest);
    });
    for (std::size_t i = 0; i < indices.size(); ++i) best_.push_back({found[i], indices[i]});
    std::sort(best_.begin(), best_.end());
    if (best_.size() > kept_) best_.resize(kept_);
  }

  const SeriesPairs<T>& pairs_;
  const WarpingPaths& paths_;
  const std::size_t kept_, query_;
  const std::vector<char>& clean_;
  Control& control_;
  const bool queryClean_;
  std::map<std::size_t, SameColumns<T>> sameColumns_;
  std::vector<Neighbour<T>> best_;
};

}  // namespace

template <class T>
void nearest(const SeriesPairs<T>& pairs, const WarpingPaths& paths, std::size_t k, std::int32_t* index, T* value, Control& control) {
  checkPairs(pairs);
  checkPaths(paths);
  if (pairs.pairing != Pairing::kAll) throw std::invalid_argument("expected all pairs");
  if (k == 0) throw std::invalid_argument("expected at least one neighbour");
  const std::size_t kept = std::min(k, pairs.yCount);
  std::vector<char> clean(pairs.yCount);
  parallelFor(pairs.yCount, [&](std::size_t q) {
    if (control.stopped()) return;
    const Pair<T> pair = pairOf(pairs, 0, q);
    clean[q] = cleanPoints(pair.kind, pair.cols, pair.channels, pair.y);
  });
  const auto search = [&](std::size_t query) {
    if (control.stopped()) return;
    const std::vector<Neighbour<T>> neighbours = Search<T>(pairs, paths, kept, query, clean, control).run();
    for (std::size_t rank = 0; rank < neighbours.size(); ++rank) {
      index[query * kept + rank] = static_cast<std::int32_t>(neighbours[rank].index);
      value[query * kept + rank] = neighbours[rank].value;
    }
  };
  // Threads share out the queries or, where there are few, the candidates of one after the other.
  if (pairs.xCount >= threadCount()) {
    parallelFor(pairs.xCount, search);
  } else {
    for (std::size_t query = 0; query < pairs.xCount && !control.stopped(); ++query) search(query);
  }
}

template void nearest(const SeriesPairs<float>&, const WarpingPaths&, std::size_t, std::int32_t*, float*, Control&);
template void nearest(const SeriesPairs<double>&, const WarpingPaths&, std::size_t, std::int32_t*, double*, Control&);

}  // namespace wetas
