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
#include "wetas/device.h"

namespace wetas {
namespace {

// Rows of x, about, that meet one group of y in one go of one thread: many beside what it takes to lay out y.
constexpr std::size_t kRowsAtOnce = 2048;

// Numbers to look at, in a time that is long beside waking a thread.
constexpr std::size_t kWorthAThread = 65536;

template <class T>
class Distances {
 public:
  Distances(const SeriesPairs<T>& pairs, const WarpingPaths& paths, double maxDistance, T* value, Control& control)
      : pairs_(pairs), paths_(paths), maxDistance_(maxDistance), value_(value), control_(control),
        xClean_(cleanOnes(pairs.x, pairs.xCount, pairs.rows, pairs.xLengths)),
        yClean_(pairs.pairing == Pairing::kCondensed ? xClean_ : cleanOnes(pairs.y, pairs.yCount, pairs.cols, pairs.yLengths)) {}

  void matched() {
    std::vector<std::size_t> order(pairs_.xCount);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) { return likeness(a) < likeness(b); });
    const Shares shares = shareOut(order);
    const std::size_t groups = shares.together.size();
    parallelFor(groups + shares.alone.size(), [&](std::size_t share) {
      if (control_.stopped()) return;
      if (share < groups) {
        const Range group = shares.together[share];
        return solveTogether(order.data() + group.begin, group.end - group.begin);
      }
      const std::size_t index = shares.alone[share - groups];
      value_[index] = HardDtwPair<T>(paths_, control_).value(matchedPair(index), maxDistance_);
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
    const std::size_t atOnce = 1 + kRowsAtOnce / pairs_.rows, parts = (xs.size() + atOnce - 1) / atOnce;
    parallelFor(groups.size() * parts, [&](std::size_t task) {
      const auto [begin, end] = groups[task / parts];
      const std::size_t firstX = task % parts * atOnce, lastX = std::min(firstX + atOnce, condensed ? std::min(xs.size(), end - 1) : xs.size());
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
  // Groups of neighbours in an order, and single pairs.
  struct Shares {
    std::vector<Range> together;
    std::vector<std::size_t> alone;
  };

  Pair<T> matchedPair(std::size_t index) const { return pairOf(pairs_, index, index); }

  // Pairs can be done together where all but the last of these are the same.
  std::array<std::size_t, 3> likeness(std::size_t index) const {
    const Pair<T> pair = matchedPair(index);
    return {xClean_[index] && yClean_[index] ? 0u : 1u, pair.rows, pair.cols};
  }

  Shares shareOut(const std::vector<std::size_t>& order) const {
    Shares shares;
    const auto takeApart = [&](const Range& group) { shares.alone.insert(shares.alone.end(), order.begin() + group.begin, order.begin() + group.end); };
    const std::vector<Range> groups = stretches(order.size(), HardDtwGroup<T>::lanes(), [&](std::size_t a, std::size_t b) {
      const auto first = likeness(order[a]), second = likeness(order[b]);
      return first[0] == second[0] && first[1] == second[1] && (!banded() || first[2] == second[2]);
    });
    for (const Range& group : groups) {
      const auto [unclean, rows, cols] = likeness(order[group.end - 1]);
      const bool pays = unclean == 0 && HardDtwGroup<T>::pays(group.end - group.begin, rows, cols, pairs_.channels);
      pays ? shares.together.push_back(group) : takeApart(group);
    }
    // The last groups, where they would leave half of the threads or more without work. The values are the same, to the last bit.
    const std::size_t threads = threadCount();
    for (std::size_t last = shares.together.size() % threads; last > 0 && 2 * last <= threads; --last) {
      const Range group = shares.together.back();
      if (!HardDtwGroup<T>::canBeTakenApart(matchedPair(order[group.begin]).rows)) break;
      takeApart(group);
      shares.together.pop_back();
    }
    return shares;
  }

  void solveTogether(const std::size_t* indices, std::size_t count) {
    std::vector<Pair<T>> members;
    for (std::size_t i = 0; i < count; ++i) members.push_back(matchedPair(indices[i]));
    HardDtwGroup<T> group(paths_, control_);
    std::vector<T> found(count);
    group.takeY(members.data(), count);
    group.takeX(members.data(), count);
    group.solve(maxDistance_, found.data());
    for (std::size_t i = 0; i < count; ++i) value_[indices[i]] = found[i];
  }

  std::vector<char> cleanOnes(const T* series, std::size_t count, std::size_t longest, const std::int32_t* lengths) const {
    const std::size_t atOnce = 1 + kWorthAThread / (longest * pairs_.channels);
    std::vector<char> clean(count);
    parallelFor((count + atOnce - 1) / atOnce, [&](std::size_t share) {
      for (std::size_t i = share * atOnce; i < std::min(count, (share + 1) * atOnce); ++i) {
        const std::size_t length = lengths == nullptr ? longest : static_cast<std::size_t>(lengths[i]);
        clean[i] = cleanPoints(pairs_.kind, length, pairs_.channels, series + i * longest * pairs_.channels);
      }
    });
    return clean;
  }

  bool banded() const { return paths_.band.kind != Band::kNone; }

  // Whether a pair and the same pair exchanged have the same value, to the last bit.
  bool symmetric() const {
    return paths_.pattern == StepPattern::kSymmetric1 && paths_.band.kind != Band::kItakura && !paths_.openStart && !paths_.openEnd &&
           pairs_.kind != PointCost::kBinaryCrossEntropy;
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
