#include <algorithm>
#include <limits>
#include <memory>
#include <new>
#include <type_traits>

#include "core/cost_rows.h"
#include "core/power_limits.h"
#include "core/scratch.h"
#include "core/soft_dtw_parts.h"
#include "kernels/cpu/cost_tiles.h"
#include "kernels/cpu/expected_rows.h"
#include "kernels/cpu/flush_subnormals.h"
#include "kernels/cpu/point_cost.h"
#include "kernels/cpu/soft_dtw_strip.h"

namespace wetas {
namespace {

// Working memory of one pair: kept by the thread while it is small.
class PairMemory {
 public:
  explicit PairMemory(std::size_t bytes) {
    if (bytes <= kKept) {
      at_ = reinterpret_cast<char*>(scratch<Scratch::kSoftDtwPair>((bytes + sizeof(float) - 1) / sizeof(float)));
    } else {
      own_.reset(at_ = static_cast<char*>(::operator new(bytes, std::align_val_t{kLine})));
    }
  }
  // The next `count` numbers, on a cache line.
  template <class T>
  T* take(std::size_t count) {
    T* const taken = reinterpret_cast<T*>(at_);
    at_ += bytes<T>(count);
    return taken;
  }
  template <class T>
  static std::size_t bytes(std::size_t count) {
    return (count * sizeof(T) + kLine - 1) / kLine * kLine;
  }

 private:
  static constexpr std::size_t kLine = 64, kKept = std::size_t{20} << 20;
  struct Free {
    void operator()(char* bytes) const { ::operator delete(bytes, std::align_val_t{kLine}); }
  };
  std::unique_ptr<char, Free> own_;
  char* at_;
};

// E on its way to the gradients of a pair of S, from kernels that compute in T.
template <class T, class S>
struct GradientTaker {
  const Pair<S>& pair;
  const PairGradients<S>& gradients;
  const PreparedPoints<T>& points;
  T* dx;          // [rows, channels], sums
  T* dyByColumn;  // [channels, points.stride]

  static void take(void* taker, std::size_t row, std::size_t rows, std::size_t begin, std::size_t end, const T* expected, std::size_t stride) {
    const GradientTaker& own = *static_cast<const GradientTaker*>(taker);
    if (own.gradients.dCost != nullptr) {
      S* const to = own.gradients.dCost + row * own.gradients.stride;
      storeExpectedRows(rows, end - begin, expected + begin, stride, to + begin, own.gradients.stride, own.gradients.streamed);
      for (std::size_t i = 0; end - begin < own.pair.cols && i < rows; ++i) {
        std::fill_n(to + i * own.gradients.stride, begin, S(0));
        std::fill(to + i * own.gradients.stride + end, to + i * own.gradients.stride + own.pair.cols, S(0));
      }
    }
    if (own.dx == nullptr && own.dyByColumn == nullptr) return;
    addPointGradients(own.points, row, rows, begin, end - begin, expected + begin, stride, own.dx, own.dyByColumn);
  }

  void finish(T* dy) const {
    const std::size_t ofX = pair.rows * pair.channels, ofY = pair.cols * pair.channels;
    if (dx == nullptr && dyByColumn == nullptr) return;
    finishPointGradients(points, dx, dyByColumn, dy);
    if (dx != nullptr) std::copy_n(dx, ofX, gradients.dx);
    if (dyByColumn != nullptr) std::copy_n(dy, ofY, gradients.dy);
  }
};

template <class S>
bool pairHoldsNaN(const Pair<S>& pair, const RowIntervals& band) {
  CostRows costs(pair);
  for (std::size_t i = 0; i < pair.rows; ++i) {
    const double* const row = costs.row(i, band.first(i), band.behind(i));
    if (holdsNaN(row + band.first(i), row + band.behind(i))) return true;
  }
  return false;
}

// A pair of S by the strips of T. False where it is beyond them.
template <class T, class S>
bool runStrips(const Pair<S>& pair, const RowIntervals& band, const WarpingPaths& paths, double gamma, S* value, const PairGradients<S>& gradients,
               Control& control) {
  const StripKernel<T>* const kernel = stripKernel<T>();
  const PowerLimits<T> limits(pair.rows, pair.cols, gamma, paths.stepPenalty);
  if (kernel == nullptr || !limits.usable()) return false;

  const bool fromPoints = pair.cost == nullptr, converted = fromPoints && !std::is_same_v<T, S>;
  const std::size_t ofX = pair.rows * pair.channels, ofY = pair.cols * pair.channels;
  const std::size_t ofPoints = fromPoints ? preparedPointsSpace(pair.kind, pair.rows, pair.cols, pair.channels) : 0;
  const bool wantDx = gradients.dx != nullptr, wantDy = gradients.dy != nullptr;
  const std::size_t ofDyByColumn = wantDy ? preparedPointsSpace(PointCost::kSquaredEuclidean, pair.rows, pair.cols, pair.channels) : 0;

  StripProblem<T> problem{pair.rows,
                          pair.cols,
                          paths.pattern,
                          paths.openStart,
                          paths.openEnd,
                          band.everything() ? nullptr : band.begin.data(),
                          band.everything() ? nullptr : band.end.data(),
                          limits.scale,
                          limits.largestCost,
                          limits.penaltyFactor(),
                          {}};
  const std::size_t stripBytes = kernel->space(problem, gradients.any());
  using Memory = PairMemory;
  Memory memory(Memory::bytes<char>(stripBytes) + Memory::bytes<T>(ofPoints) + Memory::bytes<T>(wantDx ? ofX : 0) + Memory::bytes<T>(ofDyByColumn) +
                Memory::bytes<T>(wantDy ? ofY : 0) + (converted ? Memory::bytes<T>(ofX) + Memory::bytes<T>(ofY) : 0));
  void* const space = memory.take<char>(stripBytes);
  const CostMatrix<S> matrix{pair.cost, pair.costStride, pair.rows, pair.cols};
  PreparedPoints<T> points{};
  if (fromPoints) {
    const T *x, *y;
    if constexpr (std::is_same_v<T, S>) {
      x = pair.x;
      y = pair.y;
    } else {
      x = std::copy_n(pair.x, ofX, memory.take<T>(ofX)) - ofX;
      y = std::copy_n(pair.y, ofY, memory.take<T>(ofY)) - ofY;
    }
    points = preparePoints(pair.kind, pair.rows, pair.cols, pair.channels, x, y, memory.take<T>(ofPoints));
    problem.cost = costTiles(points);
  } else {
    problem.cost = costTiles<T>(matrix);
  }

  const StripResult<T> result = kernel->forward(problem, gradients.any(), space, control);
  if (control.stopped()) return true;
  if (!result.powers.valid && pairHoldsNaN(pair, band)) {
    *value = std::numeric_limits<S>::quiet_NaN();
    fillGradients(pair, band, gradients, *value);
    return true;
  }
  if (!result.powers.valid || !limits.holds(result.total, result.powers)) {
    control.advance(0 - static_cast<std::uint64_t>(result.counted));  // whoever does the pair counts its cells
    return false;
  }
  *value = static_cast<S>(limits.value(result.total));
  if (!gradients.any()) return true;
  if (*value == std::numeric_limits<S>::infinity()) {
    fillGradients(pair, band, gradients, S(0));
    return true;
  }
  GradientTaker<T, S> taker{pair, gradients, points, nullptr, nullptr};
  if (wantDx) std::fill_n(taker.dx = memory.take<T>(ofX), ofX, T(0));
  if (wantDy) std::fill_n(taker.dyByColumn = memory.take<T>(ofDyByColumn), ofDyByColumn, T(0));
  kernel->backward(problem, result.total, space, {GradientTaker<T, S>::take, &taker}, control);
  if (gradients.streamed) flushStreamed();
  taker.finish(wantDy ? memory.take<T>(ofY) : nullptr);
  return true;
}

}  // namespace

template <class T>
bool softDtwFast(const Pair<T>& pair, const RowIntervals& band, const WarpingPaths& paths, double gamma, T* value, const PairGradients<T>& gradients,
                 Control& control) {
  const FlushSubnormals flush;
  if constexpr (std::is_same_v<T, float>) {
    if (runStrips<float>(pair, band, paths, gamma, value, gradients, control)) return true;
  }
  return runStrips<double>(pair, band, paths, gamma, value, gradients, control);
}

template bool softDtwFast(const Pair<float>&, const RowIntervals&, const WarpingPaths&, double, float*, const PairGradients<float>&, Control&);
template bool softDtwFast(const Pair<double>&, const RowIntervals&, const WarpingPaths&, double, double*, const PairGradients<double>&, Control&);

}  // namespace wetas
