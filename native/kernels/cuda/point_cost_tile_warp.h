// The costs of a tile made from the points of two series, which are never all in memory, and what E of the tile adds to the gradients of these. The tile: see
// cost_sources_warp.h.
#pragma once

#include <cstdint>

#include "kernels/cuda/soft_dtw_pair.h"

namespace wetas::cuda {

template <class Warp, PointCost kKind>
class PointCostTile {
  using Float = typename Warp::Float;
  using Int = typename Warp::Int;
  using Mask = typename Warp::Mask;
  static constexpr float kInfinity = __builtin_huge_valf(), kNaN = __builtin_nanf("");
  static constexpr bool kCosine = kKind == PointCost::kCosine, kEntropy = kKind == PointCost::kBinaryCrossEntropy;

 public:
  WETAS_DEVICE PointCostTile(const PairCells& pair, std::int32_t row, std::int32_t rows, std::int32_t step, const WarpTiles& tiles)
      : pair_(pair), row_(row), rows_(rows), step_(step), tiles_(tiles) {
    if (!kCosine) return;
    ofRow_ = lengthOf(pair.channels, [&](std::int32_t channel) { return rowNumber(channel); });
    WETAS_UNROLL
    for (int half = 0; half < 2; ++half) ofColumn_[half] = lengthOf(pair.channels, [&](std::int32_t channel) { return columnNumber(channel, half); });
  }

  WETAS_DEVICE void load() {
    Float costs[kTileSteps];
    fill(costs);
    WETAS_UNROLL
    for (int s = 0; s < kTileSteps; ++s) Warp::store(tiles_.cells + s * kTilePitch, Warp::lane(), costs[s], true);
    Warp::sync();
  }

  // E stands where the costs stood.
  WETAS_DEVICE void addGradients(float* dx, float* dy) {
    if (kKind == PointCost::kEuclidean || kEntropy) weigh();
    for (std::int32_t channel = 0; channel < pair_.channels; ++channel) {
      shareColumns(channel);
      if (dx != nullptr) addToRows(dx + channel, rowPoint(channel));
      if (dy != nullptr) addToColumns(dy + channel, channel);
    }
    Warp::sync();
  }

  // The sums over all tiles become gradients.
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

  // A channel of the tile's rows, and of the 63 columns that it meets from step - 31 on.
  WETAS_DEVICE Float rowNumber(std::int32_t channel) const {
    const float* const x = pair_.x + static_cast<std::int64_t>(row_) * pair_.channels + channel;
    return Warp::load(x, Warp::lane() * Int(pair_.channels), Warp::lane() < Int(rows_), 0.0f);
  }
  WETAS_DEVICE Float rowPoint(std::int32_t channel) const { return kCosine ? ofRow_.toUnit(rowNumber(channel)) : rowNumber(channel); }
  WETAS_DEVICE Int columnOfLane(int half) const { return Warp::lane() + Int(step_ - (kWarpLanes - 1) + half * kWarpLanes); }
  WETAS_DEVICE Mask isColumn(Int column) const { return (Int(0) <= column) & (column < Int(pair_.cols)); }
  WETAS_DEVICE Float columnNumber(std::int32_t channel, int half) const {
    const Int column = columnOfLane(half);
    return Warp::load(pair_.y + channel, column * Int(pair_.channels), isColumn(column), 0.0f);
  }

  // What costs and the gradients of rows take of a channel's columns: the points, or the logarithms of scores and behind them those of their rest.
  WETAS_DEVICE void shareColumns(std::int32_t channel) {
    Warp::sync();
    WETAS_UNROLL
    for (int half = 0; half < 2; ++half) {
      const Float y = columnNumber(channel, half);
      if (kEntropy) {
        const Float score = Warp::select((Float(0.0f) <= y) & (y <= Float(1.0f)), y, Float(kNaN));
        storeColumn(half, Warp::logarithm(score));
        storeColumn(half, Warp::logarithmOfRest(score), kRest);
      } else {
        storeColumn(half, kCosine ? ofColumn_[half].toUnit(y) : y);
      }
    }
    Warp::sync();
  }
  static constexpr int kRest = 2 * kWarpLanes;
  WETAS_DEVICE void storeColumn(int half, Float number, int part = 0) { Warp::store(tiles_.scratch + part + half * kWarpLanes, Warp::lane(), number, true); }
  // Of the column that a lane meets at step s.
  WETAS_DEVICE Float atColumn(int s, int part = 0) const { return Warp::load(tiles_.scratch + part + s + kWarpLanes - 1, Int(0) - Warp::lane(), true, 0.0f); }

  WETAS_DEVICE void fill(Float (&costs)[kTileSteps]) {
    WETAS_UNROLL
    for (int s = 0; s < kTileSteps; ++s) costs[s] = kCosine ? 1.0f : 0.0f;
    for (std::int32_t channel = 0; channel < pair_.channels; ++channel) {
      const Float x = rowPoint(channel);
      shareColumns(channel);
      WETAS_UNROLL
      for (int s = 0; s < kTileSteps; ++s) costs[s] = plusChannel(costs[s], x, s);
    }
    WETAS_UNROLL
    for (int s = 0; kKind == PointCost::kEuclidean && s < kTileSteps; ++s) costs[s] = Warp::squareRoot(costs[s]);
  }
  WETAS_DEVICE Float plusChannel(Float sum, Float x, int s) const {
    if (kCosine) return Warp::fusedMultiplyAdd(-x, atColumn(s), sum);
    if (kEntropy) {  // 0 log 0 is 0
      const Float rest = Float(1.0f) - x;
      sum = Warp::select(x == Float(0.0f), sum, Warp::fusedMultiplyAdd(-x, atColumn(s), sum));
      return Warp::select(rest == Float(0.0f), sum, Warp::fusedMultiplyAdd(-rest, atColumn(s, kRest), sum));
    }
    const Float difference = x - atColumn(s);
    return kKind == PointCost::kAbsolute ? sum + Warp::absolute(difference) : Warp::fusedMultiplyAdd(difference, difference, sum);
  }

  // E becomes what the derivatives below are to be multiplied by: nothing where there is no derivative.
  WETAS_DEVICE void weigh() {
    Float costs[kTileSteps];
    fill(costs);
    WETAS_UNROLL
    for (int s = 0; s < kTileSteps; ++s) Warp::store(tiles_.scratch + kTileColumns + s * kWarpLanes, Warp::lane(), costs[s], true);
    WETAS_ROLL
    for (int s = 0; s < kTileSteps; ++s) {
      const Float cost = Warp::load(tiles_.scratch + kTileColumns + s * kWarpLanes, Warp::lane(), true, 0.0f), expected = weight(s);
      const Mask none = cost == Float(kEntropy ? kInfinity : 0.0f);
      Warp::store(tiles_.cells + s * kTilePitch, Warp::lane(), Warp::select(none, Float(0.0f), kEntropy ? expected : expected / cost), true);
    }
    Warp::sync();
  }
  WETAS_DEVICE Float weight(int s) const { return Warp::load(tiles_.cells + s * kTilePitch, Warp::lane(), true, 0.0f); }

  // The derivative by `to` of the cost against `from`, times its weight. Where a cost is infinite so may be the difference, while E of squaredEuclidean need not be
  // 0 there: moves into such a cell have the weight of the lowest shift.
  static WETAS_DEVICE Float share(Float weight, Float to, Float from) {
    constexpr float kNothing = kKind == PointCost::kSquaredEuclidean ? 1e-30f : 0.0f;
    const Float difference = to - from;
    Float derivative = difference;
    if (kKind == PointCost::kSquaredEuclidean) derivative = Float(2.0f) * difference;
    if (kKind == PointCost::kAbsolute) derivative = Warp::select(difference == Float(0.0f), difference, Warp::select(difference < Float(0.0f), Float(-1.0f), Float(1.0f)));
    return Warp::select(weight <= Float(kNothing), Float(0.0f), weight * derivative);
  }

  WETAS_DEVICE void addToRows(float* dx, Float x) {
    const Int at = Warp::lane() * Int(pair_.channels);
    const Mask used = Warp::lane() < Int(rows_);
    float* const own = dx + static_cast<std::int64_t>(row_) * pair_.channels;
    Float sum = Warp::load(own, at, used, 0.0f);
    for (int s = 0; s < kTileSteps; ++s) {
      sum = sum + (kEntropy ? share(weight(s), atColumn(s, kRest), atColumn(s)) : share(weight(s), x, atColumn(s)));  // by a label: the logit
    }
    Warp::store(own, at, sum, used);
  }

  // A lane for a column, which row l meets at step `column + l`. Tiles begin at multiples of 32: a column is always the same lane's.
  WETAS_DEVICE void addToColumns(float* dy, std::int32_t channel) {
    const Float x = rowPoint(channel);
    WETAS_UNROLL
    for (int half = 0; half < 2; ++half) {
      const Int column = columnOfLane(half), at = column * Int(pair_.channels);
      const Mask used = isColumn(column);
      Float y = columnNumber(channel, half);
      if (kCosine) y = ofColumn_[half].toUnit(y);
      // Where a score of 0 or 1 has a weight the label is that score: (1 - x) / (1 - y) - x / y is 1 at 0 and -1 at 1.
      if (kEntropy) y = Warp::select(isInside(y), y, Float(1.0f) - y);
      Float sum = Warp::load(dy, at, used, 0.0f);
      for (int l = 0; l < kWarpLanes; ++l) {
        const Int s = column + Int(l - step_);
        const Mask inTile = (Int(0) <= s) & (s < Int(kTileSteps));
        const Float w = Warp::load(tiles_.cells + l, s * Int(kTilePitch), inTile, 0.0f);
        sum = sum + share(w, y, Warp::broadcast(x, l));
      }
      Warp::store(dy, at, sum, used);
    }
  }

  const PairCells& pair_;
  const std::int32_t row_, rows_, step_;
  const WarpTiles tiles_;
  Length ofRow_, ofColumn_[2];  // kCosine
};

}  // namespace wetas::cuda
