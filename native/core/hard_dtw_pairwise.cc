#include "core/hard_dtw_pairwise.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "core/hard_dtw_group.h"
#include "core/hard_dtw_pair.h"
#include "core/hard_dtw_points.h"
#include "core/pair_list.h"
#include "core/thread_pool.h"

namespace wetas {
namespace {

// So many x meet one group of y in one go of one thread.
constexpr std::size_t kMostX = 256;

template <class T>
class Distances {
 public:
  Distances(const SeriesPairs<T>& pairs, const WarpingPaths& paths, double maxDistance, T* value, Control& control)
      : pairs_(pairs), paths_(paths), maxDistance_(maxDistance), value_(value), control_(control),
        xClean_(cleanOnes(pairs.x, pairs.xCount, pairs.rows, pairs.xLengths)),
        yClean_(pairs.pairing == Pairing::kCondensed ? xClean_ : cleanOnes(pairs.y, pairs.yCount, pairs.cols, pairs.yLengths)) {}

  void matched() {
    const auto at = [this](std::size_t index) { return pairOf(pairs_, index, index); };
    std::vector<std::size_t> order(pairs_.xCount);
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto key = [&](std::size_t index) {
      const Pair<T> pair = at(index);
      return std::array<std::size_t, 3>{xClean_[index] && yClean_[index] ? 0u : 1u, pair.rows, pair.cols};
    };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    const std::vector<Range> groups = stretches(order.size(), HardDtwGroup<T>::lanes(), [&](std::size_t a, std::size_t b) {
      return key(order[a])[0] == key(order[b])[0] && key(order[a])[1] == key(order[b])[1] && (!banded() || key(order[a])[2] == key(order[b])[2]);
    });
    parallelFor(groups.size(), [&](std::size_t g) {
      const auto [begin, end] = groups[g];
      std::vector<Pair<T>> members;
      for (std::size_t i = begin; i < end; ++i) members.push_back(at(order[i]));
      if (key(order[begin])[0] != 0 || !HardDtwGroup<T>::pays(members.size(), members[0].rows, members.back().cols, pairs_.channels)) {
        HardDtwPair<T> alone(paths_, control_);
        for (std::size_t i = begin; i < end && !control_.stopped(); ++i) value_[order[i]] = alone.value(members[i - begin], maxDistance_);
        return;
      }
      HardDtwGroup<T> group(paths_, control_);
      std::vector<T> found(members.size());
      group.takeY(members.data(), members.size());
      group.takeX(members.data(), members.size());
      group.solve(maxDistance_, found.data());
      for (std::size_t i = begin; i < end; ++i) value_[order[i]] = found[i - begin];
    });
  }

  // Every x with every y, or with every y behind it.
  void crossed() {
    const bool condensed = pairs_.pairing == Pairing::kCondensed;
    std::vector<std::size_t> ys;
    for (std::size_t q = 0; q < pairs_.yCount; ++q) {
      if (yClean_[q]) ys.push_back(q);
    }
    const auto cols = [this](std::size_t q) { return pairOf(pairs_, 0, q).cols; };
    // Sorted by length the lanes of a group end together; of condensed pairs that exchanges x and y of some.
    if (!condensed || symmetric()) std::stable_sort(ys.begin(), ys.end(), [&](std::size_t a, std::size_t b) { return cols(a) < cols(b); });
    std::vector<std::size_t> xs = ys;
    if (!condensed) {
      xs.clear();
      for (std::size_t p = 0; p < pairs_.xCount; ++p) {
        if (xClean_[p]) xs.push_back(p);
      }
    }
    const std::vector<Range> groups = stretches(ys.size(), HardDtwGroup<T>::lanes(), [&](std::size_t a, std::size_t b) { return !banded() || cols(ys[a]) == cols(ys[b]); });
    const std::size_t parts = (xs.size() + kMostX - 1) / kMostX;
    parallelFor(groups.size() * parts, [&](std::size_t task) {
      const auto [begin, end] = groups[task / parts];
      const std::size_t firstX = task % parts * kMostX, lastX = std::min(firstX + kMostX, condensed ? std::min(xs.size(), end - 1) : xs.size());
      if (firstX >= lastX) return;
      const bool inLanes = HardDtwGroup<T>::pays(end - begin, pairs_.rows, cols(ys[end - 1]), pairs_.channels);
      HardDtwPair<T> alone(paths_, control_);
      HardDtwGroup<T> group(paths_, control_);
      std::vector<Pair<T>> members(end - begin);
      std::vector<T> found(end - begin);
      bool haveY = false;
      for (std::size_t a = firstX; a < lastX && !control_.stopped(); ++a) {
        for (std::size_t b = begin; b < end; ++b) members[b - begin] = pairOf(pairs_, xs[a], ys[b]);
        if (inLanes) {
          if (!haveY) group.takeY(members.data(), members.size());
          haveY = true;
          group.takeX(members.data(), members.size());
          group.solve(maxDistance_, found.data());
        }
        for (std::size_t b = condensed ? std::max(begin, a + 1) : begin; b < end; ++b) {
          value_[place(xs[a], ys[b])] = inLanes ? found[b - begin] : alone.value(members[b - begin], maxDistance_);
        }
      }
    });
    parallelFor(pairs_.xCount, [&](std::size_t p) {
      HardDtwPair<T> alone(paths_, control_);
      for (std::size_t q = condensed ? p + 1 : 0; q < pairs_.yCount && !control_.stopped(); ++q) {
        if (!xClean_[p] || !yClean_[q]) value_[place(p, q)] = alone.value(pairOf(pairs_, p, q), maxDistance_);
      }
    });
  }

 private:
  std::vector<char> cleanOnes(const T* series, std::size_t count, std::size_t longest, const std::int32_t* lengths) const {
    std::vector<char> clean(count);
    parallelFor(count, [&](std::size_t i) {
      clean[i] = cleanPoints(pairs_.kind, lengths == nullptr ? longest : static_cast<std::size_t>(lengths[i]), pairs_.channels, series + i * longest * pairs_.channels);
    });
    return clean;
  }

  bool banded() const { return paths_.band.kind != Band::kNone; }

  // Whether a pair and the same pair exchanged have the same value, to the last bit.
  bool symmetric() const {
    return paths_.pattern == StepPattern::kSymmetric1 && paths_.band.kind != Band::kItakura && !paths_.openStart && !paths_.openEnd && pairs_.kind != PointCost::kBinaryCrossEntropy;
  }

  // Of x[p] with y[q] in value_.
  std::size_t place(std::size_t p, std::size_t q) const {
    if (pairs_.pairing == Pairing::kAll) return p * pairs_.yCount + q;
    const std::size_t first = std::min(p, q), second = std::max(p, q);
    return first * (2 * pairs_.xCount - first - 1) / 2 + second - first - 1;
  }

  const SeriesPairs<T>& pairs_;
  const WarpingPaths& paths_;
  const double maxDistance_;
  T* const value_;
  Control& control_;
  const std::vector<char> xClean_, yClean_;
};

}  // namespace

template <class T>
void hardDtwDistances(const SeriesPairs<T>& pairs, const WarpingPaths& paths, double maxDistance, T* value, Control& control) {
  Distances<T> distances(pairs, paths, maxDistance, value, control);
  if (pairs.pairing == Pairing::kMatched) {
    distances.matched();
  } else {
    distances.crossed();
  }
}

template void hardDtwDistances(const SeriesPairs<float>&, const WarpingPaths&, double, float*, Control&);
template void hardDtwDistances(const SeriesPairs<double>&, const WarpingPaths&, double, double*, Control&);

}  // namespace wetas
