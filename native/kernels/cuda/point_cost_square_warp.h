// The costs of a square of cells, 32 rows by 32 columns, made from the points of two series, which are never all in memory, and what E of it adds to the gradients
// of these. The warps of a crew share a square out.
#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/cuda/soft_dtw_pair.h"

namespace wetas::cuda {

constexpr int kSquareColumns = 32, kChannelsAtOnce = 8;
constexpr int kPanelNumbers = kWarpLanes * kChannelsAtOnce;
constexpr int kSquareWeights = kSquareColumns * kTilePitch;  // of column j and row l at j * kTilePitch + l

template <class Warp, PointCost kKind>
class PointCostSquare {
  using Float = typename Warp::Float;
  using Int = typename Warp::Int;
  using Mask = typename Warp::Mask;
  static constexpr float kInfinity = __builtin_huge_valf(), kNaN = __builtin_nanf("");
  static constexpr bool kCosine = kKind == PointCost::kCosine, kEntropy = kKind == PointCost::kBinaryCrossEntropy;
  static constexpr int kAtOnce = kCosine || kEntropy ? 1 : kChannelsAtOnce;  // channels, for whose points one wait is enough

 public:
  // The square of `rows` rows from `row` on, and of the columns from `column` on that the pair has. panels: [2 * kPanelNumbers], of this warp alone.
  WETAS_DEVICE PointCostSquare(const PairCells& pair, std::int32_t row, std::int32_t rows, std::int32_t column, float* panels)
      : pair_(pair), x_(pair.x + static_cast<std::int64_t>(row) * pair.channels), y_(pair.y + static_cast<std::int64_t>(column) * pair.channels), row_(row), column_(column),
        rows_(rows), columns_(pair.cols - column < kSquareColumns ? pair.cols - column : kSquareColumns), panelX_(panels), panelY_(panels + kPanelNumbers) {
    if (!kCosine) return;
    ofRow_ = lengthOf(pair.channels, [&](std::int32_t channel) { return number(x_, channel, rows_); });
    ofColumn_ = lengthOf(pair.channels, [&](std::int32_t channel) { return number(y_, channel, columns_); });
  }

  // The costs of the kColumns columns from `first` on: take(column, first, those of a row each lane).
  template <int kColumns, class Take>
  WETAS_DEVICE void makeCosts(int first, const Take& take) {
    Float costs[kColumns];
    WETAS_UNROLL
    for (int j = 0; j < kColumns; ++j) costs[j] = kCosine ? 1.0f : 0.0f;
    overChannels([&](auto count, std::int32_t channel) { plusChannels<decltype(count)::value>(costs, first, channel); });
    WETAS_UNROLL
    for (int j = 0; j < kColumns; ++j) take(j, first, kKind == PointCost::kEuclidean ? Warp::squareRoot(costs[j]) : costs[j]);
  }

  // What the derivatives below are to be multiplied by, of a cell with this E: nothing where there is no derivative. Where a cost is infinite so may be the difference, while E
  // of squaredEuclidean need not be 0 there: moves into such a cell have the weight of the lowest shift.
  static constexpr bool kWeighsByCost = kKind == PointCost::kEuclidean || kEntropy;
  static WETAS_DEVICE Float weightOf(Float expected, Float cost) {
    constexpr float kNothing = kKind == PointCost::kSquaredEuclidean ? 1e-30f : 0.0f;
    Mask none = expected <= Float(kNothing);
    if (kWeighsByCost) none = none | (cost == Float(kEntropy ? kInfinity : 0.0f));
    const Float weight = kKind == PointCost::kSquaredEuclidean ? expected + expected : kKind == PointCost::kEuclidean ? expected / cost : expected;
    return Warp::select(none, Float(0.0f), weight);
  }

  // Adds to the gradients what `weights` [kSquareWeights] tell: one warp of `warps` a share of it, by channels, and the rows beside the columns.
  WETAS_DEVICE void addGradients(const float* weights, float* dx, float* dy, int warp, int warps) {
    int share = 0;
    overChannels([&](auto count, std::int32_t channel) {
      float* const toRows = share++ % warps == warp ? dx : nullptr;
      float* const toColumns = share++ % warps == warp ? dy : nullptr;
      if (toRows != nullptr || toColumns != nullptr) addChannels<decltype(count)::value>(weights, channel, toRows, toColumns);
    });
  }

  // The sums over all squares become gradients.
  static WETAS_DEVICE void finishGradients(const SoftDtwPair& pair) {
    if constexpr (kCosine) {
      if (pair.dx != nullptr) finishDirections(pair.channels, pair.rows, pair.x, pair.dx);
      if (pair.dy != nullptr) finishDirections(pair.channels, pair.cols, pair.y, pair.dy);
    }
    if constexpr (kEntropy) {
      if (pair.dy != nullptr) finishScores(pair.channels * pair.cols, pair.y, pair.dy);
    }
  }

 private:
  // What is orthogonal to the point, by its length.
  static WETAS_DEVICE void finishDirections(std::int32_t channels, std::int32_t count, const float* points, float* gradients) {
    for (std::int32_t first = 0; first < count; first += kWarpLanes) {
      const Int at = (Warp::lane() + Int(first)) * Int(channels);
      const Mask used = Warp::lane() < Int(count - first);
      const auto number = [&](const float* from, std::int32_t channel) { return Warp::load(from + channel, at, used, 0.0f); };
      const Length length = lengthOf(channels, [&](std::int32_t channel) { return number(points, channel); });
      Float along = 0.0f;
      for (std::int32_t channel = 0; channel < channels; ++channel) {
        along = Warp::fusedMultiplyAdd(number(gradients, channel), length.toUnit(number(points, channel)), along);
      }
      for (std::int32_t channel = 0; channel < channels; ++channel) {
        const Float orthogonal = number(gradients, channel) - along * length.toUnit(number(points, channel));
        Warp::store(gradients + channel, at, times(orthogonal, length.inverse / length.largest), used);
      }
    }
  }
  static WETAS_DEVICE void finishScores(std::int32_t count, const float* scores, float* gradients) {
    for (std::int32_t first = 0; first < count; first += kWarpLanes) {
      const Int at = Warp::lane() + Int(first);
      const Mask used = at < Int(count);
      const Float y = Warp::load(scores, at, used, 0.0f), scale = Warp::select(isInside(y), Float(1.0f) / (y * (Float(1.0f) - y)), Float(1.0f));
      Warp::store(gradients, at, times(Warp::load(gradients, at, used, 0.0f), scale), used);
    }
  }
  static WETAS_DEVICE Mask isInside(Float score) { return (Float(0.0f) < score) & (score < Float(1.0f)); }
  // Of nothing nothing, by whatever factor.
  static WETAS_DEVICE Float times(Float number, Float factor) { return Warp::select(number == Float(0.0f), Float(0.0f), number * factor); }

  // Of a point: its largest number, and by what the point divided by that is to be multiplied to get length 1. Points of zeros stay so.
  struct Length {
    Float largest, inverse;
    WETAS_DEVICE Float toUnit(Float number) const { return number / largest * inverse; }
  };
  template <class Number>
  static WETAS_DEVICE Length lengthOf(std::int32_t channels, const Number& number) {
    Float largest = 0.0f, squares = 0.0f;
    for (std::int32_t channel = 0; channel < channels; ++channel) {
      const Float size = Warp::absolute(number(channel));
      largest = Warp::select(largest < size, size, largest);
    }
    largest = Warp::select(largest == Float(0.0f), Float(1.0f), largest);
    for (std::int32_t channel = 0; channel < channels; ++channel) {
      const Float part = number(channel) / largest;
      squares = Warp::fusedMultiplyAdd(part, part, squares);
    }
    return {largest, Warp::select(squares == Float(0.0f), Float(0.0f), Float(1.0f) / Warp::squareRoot(squares))};
  }

  // body(how many, which from on): all channels, by eights, a four and ones.
  template <int kCount>
  using Count = std::integral_constant<int, kCount>;
  template <class Body>
  WETAS_DEVICE void overChannels(const Body& body) const {
    std::int32_t channel = 0;
    if constexpr (kAtOnce > 1) {
      WETAS_ROLL
      for (; channel + kAtOnce <= pair_.channels; channel += kAtOnce) body(Count<kAtOnce>(), channel);
      if (channel + kAtOnce / 2 <= pair_.channels) {
        body(Count<kAtOnce / 2>(), channel);
        channel += kAtOnce / 2;
      }
    }
    WETAS_ROLL
    for (; channel < pair_.channels; ++channel) body(Count<1>(), channel);
  }

  // A channel of the points of lanes below `count`.
  WETAS_DEVICE Float number(const float* points, std::int32_t channel, std::int32_t count) const {
    return Warp::load(points + channel, Warp::lane() * Int(pair_.channels), Warp::lane() < Int(count), 0.0f);
  }

  // What panels have of a column: the point; or of a score the logarithm, that of the rest, and what the gradient by the score is made of.
  enum Part { kPoint, kLogarithm = 0, kLogarithmOfRest, kScore };

  template <int kCount>
  static constexpr int kBitsOf = kCount == 1 ? 0 : kCount == 4 ? 2 : 3;
  static_assert(kChannelsAtOnce == 8);

  // Brings kCount channels in, [points, kCount] each. A gradient takes no number that is not finite, and no difference then is: such points have E of 0, or the CPU has the pair.
  template <int kCount>
  WETAS_DEVICE void bring(std::int32_t channel, bool forGradient) {
    Float x[kCount], y[kCount];
    const auto point = [](int k) { return (Warp::lane() + Int(k * kWarpLanes)) >> kBitsOf<kCount>; };
    WETAS_UNROLL
    for (int k = 0; k < kCount; ++k) {
      const Int at = point(k) * Int(pair_.channels) + (Warp::lane() & Int(kCount - 1));
      x[k] = Warp::load(x_ + channel, at, point(k) < Int(rows_), 0.0f);
      y[k] = Warp::load(y_ + channel, at, point(k) < Int(columns_), 0.0f);
    }
    WETAS_UNROLL
    for (int k = 0; k < kCount; ++k) {
      const Int at = Warp::lane() + Int(k * kWarpLanes);
      if (kEntropy) {
        Warp::store(panelX_, at, x[k], true);
        storeScore(y[k]);
      } else {
        Warp::store(panelX_, at, kCosine ? ofRow_.toUnit(x[k]) : forGradient ? bounded(x[k]) : x[k], true);
        Warp::store(panelY_, at, kCosine ? ofColumn_.toUnit(y[k]) : forGradient ? bounded(y[k]) : y[k], true);
      }
    }
    Warp::sync();
  }
  static WETAS_DEVICE Float bounded(Float number) {
    constexpr float kMost = kKind == PointCost::kAbsolute ? 3.4028234e38f : 1.7e38f;
    return Warp::minimum(-Warp::minimum(-number, Float(kMost)), Float(kMost));
  }
  WETAS_DEVICE void storeScore(Float y) const {
    const auto store = [&](Part part, Float number) { Warp::store(panelY_ + part * kSquareColumns, Warp::lane(), number, true); };
    const Float score = Warp::select((Float(0.0f) <= y) & (y <= Float(1.0f)), y, Float(kNaN));
    store(kLogarithm, Warp::logarithm(score));
    store(kLogarithmOfRest, Warp::logarithmOfRest(score));
    // Where a score of 0 or 1 has a weight the label is that score: (1 - x) / (1 - y) - x / y is 1 at 0 and -1 at 1.
    store(kScore, Warp::select(isInside(y), y, Float(1.0f) - y));
  }
  // All channels of a point in a panel.
  template <int kCount>
  static WETAS_DEVICE void take(const float* panel, Int point, Float (&numbers)[kCount]) {
    if constexpr (kCount == 1) {
      numbers[0] = Warp::load(panel, point, true, 0.0f);
    } else {
      WETAS_UNROLL
      for (int c = 0; c < kCount; c += 4) Warp::loadFour(panel, point * Int(kCount / 4) + Int(c / 4), &numbers[c]);
    }
  }
  template <int kCount>
  static WETAS_DEVICE void give(float* panel, Int point, const Float (&numbers)[kCount]) {
    if constexpr (kCount == 1) {
      Warp::store(panel, point, numbers[0], true);
    } else {
      WETAS_UNROLL
      for (int c = 0; c < kCount; c += 4) Warp::storeFour(panel, point * Int(kCount / 4) + Int(c / 4), &numbers[c]);
    }
  }
  WETAS_DEVICE Float partOf(Int column, Part part) const { return Warp::load(panelY_ + part * kSquareColumns, column, true, 0.0f); }

  template <int kCount, int kColumns>
  WETAS_DEVICE void plusChannels(Float (&costs)[kColumns], int first, std::int32_t channel) {
    bring<kCount>(channel, false);
    Float x[kCount], y[kCount];
    take<kCount>(panelX_, Warp::lane(), x);
    WETAS_UNROLL
    for (int j = 0; j < kColumns; ++j) {
      if (!kEntropy) take<kCount>(panelY_, Int(first + j), y);
      WETAS_UNROLL
      for (int c = 0; c < kCount; ++c) costs[j] = kEntropy ? plusEntropy(costs[j], x[c], first + j) : plusChannel(costs[j], x[c], y[c]);
    }
    Warp::sync();
  }
  static WETAS_DEVICE Float plusChannel(Float sum, Float x, Float y) {
    if (kCosine) return Warp::fusedMultiplyAdd(-x, y, sum);
    const Float difference = x - y;
    return kKind == PointCost::kAbsolute ? sum + Warp::absolute(difference) : Warp::fusedMultiplyAdd(difference, difference, sum);
  }
  WETAS_DEVICE Float plusEntropy(Float sum, Float label, Int column) const {  // 0 log 0 is 0
    const Float rest = Float(1.0f) - label;
    sum = Warp::select(label == Float(0.0f), sum, Warp::fusedMultiplyAdd(-label, partOf(column, kLogarithm), sum));
    return Warp::select(rest == Float(0.0f), sum, Warp::fusedMultiplyAdd(-rest, partOf(column, kLogarithmOfRest), sum));
  }

  template <int kCount>
  WETAS_DEVICE void addChannels(const float* weights, std::int32_t channel, float* dx, float* dy) {
    bring<kCount>(channel, true);
    Float ofRow[kCount], ofColumn[kCount];
    if (dx != nullptr) sumRows<kCount>(weights, ofRow);
    if (dy != nullptr) sumColumns<kCount>(weights, ofColumn);
    Warp::sync();
    if (dx != nullptr) addTo<kCount>(dx + static_cast<std::int64_t>(row_) * pair_.channels + channel, rows_, ofRow);
    if (dy != nullptr) addTo<kCount>(dy + static_cast<std::int64_t>(column_) * pair_.channels + channel, columns_, ofColumn);
  }
  // A lane has a row, and meets column after column.
  template <int kCount>
  WETAS_DEVICE void sumRows(const float* weights, Float (&sums)[kCount]) const {
    Float x[kCount], y[kCount];
    take<kCount>(panelX_, Warp::lane(), x);
    overFours(sums, [&](int j, Float(&some)[kCount]) {
      const Float weight = Warp::load(weights + j * kTilePitch, Warp::lane(), true, 0.0f);
      if (kEntropy) {
        some[0] = some[0] + weighed(weight, partOf(j, kLogarithmOfRest) - partOf(j, kLogarithm));  // the logit
      } else {
        take<kCount>(panelY_, j, y);
        plusDerivatives(some, weight, x, y);
      }
    });
  }
  // A lane has a column, and meets row after row.
  template <int kCount>
  WETAS_DEVICE void sumColumns(const float* weights, Float (&sums)[kCount]) const {
    Float x[kCount], y[kCount];
    take<kCount>(panelY_, Warp::lane(), y);
    overFours(sums, [&](int l, Float(&some)[kCount]) {
      const Float weight = Warp::load(weights + l, Warp::lane() * Int(kTilePitch), true, 0.0f);
      take<kCount>(panelX_, l, x);
      if (kEntropy) {
        some[0] = some[0] + weighed(weight, partOf(Warp::lane(), kScore) - x[0]);
      } else {
        plusDerivatives(some, weight, y, x);
      }
    });
  }
  // Sums over a square's rows or columns, four at a time: less rounding than one by one.
  template <int kCount, class AddOne>
  static WETAS_DEVICE void overFours(Float (&sums)[kCount], const AddOne& addOne) {
    WETAS_UNROLL
    for (int c = 0; c < kCount; ++c) sums[c] = 0.0f;
    WETAS_ROLL
    for (int first = 0; first < kSquareColumns; first += 4) {
      Float four[kCount];
      WETAS_UNROLL
      for (int c = 0; c < kCount; ++c) four[c] = 0.0f;
      WETAS_UNROLL
      for (int k = 0; k < 4; ++k) addOne(first + k, four);
      WETAS_UNROLL
      for (int c = 0; c < kCount; ++c) sums[c] = sums[c] + four[c];
    }
  }
  template <int kCount>
  static WETAS_DEVICE void plusDerivatives(Float (&sums)[kCount], Float weight, const Float (&own)[kCount], const Float (&other)[kCount]) {
    WETAS_UNROLL
    for (int c = 0; c < kCount; ++c) sums[c] = Warp::fusedMultiplyAdd(weight, derivative(own[c] - other[c]), sums[c]);
  }
  static WETAS_DEVICE Float derivative(Float difference) {
    if (kKind != PointCost::kAbsolute) return difference;
    return Warp::select(difference == Float(0.0f), difference, Warp::select(difference < Float(0.0f), Float(-1.0f), Float(1.0f)));
  }
  static WETAS_DEVICE Float weighed(Float weight, Float derivative) { return Warp::select(weight == Float(0.0f), Float(0.0f), weight * derivative); }
  // Each lane has those of a point; they go by way of a panel, so that neighbours in memory are added by neighbours.
  template <int kCount>
  WETAS_DEVICE void addTo(float* gradients, std::int32_t count, const Float (&sums)[kCount]) const {
    give<kCount>(panelX_, Warp::lane(), sums);
    Warp::sync();
    WETAS_UNROLL
    for (int k = 0; k < kCount; ++k) {
      const Int at = Warp::lane() + Int(k * kWarpLanes), point = at >> kBitsOf<kCount>, to = point * Int(pair_.channels) + (Warp::lane() & Int(kCount - 1));
      const Mask used = point < Int(count);
      Warp::store(gradients, to, Warp::load(gradients, to, used, 0.0f) + Warp::load(panelX_, at, true, 0.0f), used);
    }
    Warp::sync();
  }

  const PairCells& pair_;
  const float* const x_;
  const float* const y_;
  const std::int32_t row_, column_, rows_, columns_;
  float* const panelX_;
  float* const panelY_;
  Length ofRow_, ofColumn_;  // kCosine
};

}  // namespace wetas::cuda
