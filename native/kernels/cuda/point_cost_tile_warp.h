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
    weigh();
    std::int32_t channel = 0;
    for (; channel + kAtOnce <= pair_.channels; channel += kAtOnce) addChannels<kAtOnce>(channel, dx, dy);
    for (; kAtOnce > 1 && channel < pair_.channels; ++channel) addChannels<1>(channel, dx, dy);
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

  // What is shared of a channel's columns: the points; or of scores the logarithms, those of their rest, and what the gradient by them is made of.
  static constexpr int kParts = kEntropy ? 3 : 1, kAtOnce = kEntropy ? 1 : 4;  // channels, for whose points one wait is enough
  enum Part { kPoint, kLogarithm = 0, kLogarithmOfRest, kScore };
  static_assert(kParts * kAtOnce * 2 * kWarpLanes <= kColumnNumbers, "room for them");
  WETAS_DEVICE float* columns(int c, int part) const { return tiles_.scratch + (c * kParts + part) * 2 * kWarpLanes; }

  template <int kCount>
  WETAS_DEVICE void shareColumns(std::int32_t channel) {
    Float numbers[kCount][2];
    WETAS_UNROLL
    for (int c = 0; c < kCount; ++c) {
      WETAS_UNROLL
      for (int half = 0; half < 2; ++half) numbers[c][half] = columnNumber(channel + c, half);
    }
    Warp::sync();
    WETAS_UNROLL
    for (int c = 0; c < kCount; ++c) {
      WETAS_UNROLL
      for (int half = 0; half < 2; ++half) shareColumn(c, half, numbers[c][half]);
    }
    Warp::sync();
  }
  WETAS_DEVICE void shareColumn(int c, int half, Float y) {
    const auto store = [&](Part part, Float number) { Warp::store(columns(c, part) + half * kWarpLanes, Warp::lane(), number, true); };
    if (!kEntropy) return store(kPoint, kCosine ? ofColumn_[half].toUnit(y) : y);
    const Float score = Warp::select((Float(0.0f) <= y) & (y <= Float(1.0f)), y, Float(kNaN));
    store(kLogarithm, Warp::logarithm(score));
    store(kLogarithmOfRest, Warp::logarithmOfRest(score));
    // Where a score of 0 or 1 has a weight the label is that score: (1 - x) / (1 - y) - x / y is 1 at 0 and -1 at 1.
    store(kScore, Warp::select(isInside(y), y, Float(1.0f) - y));
  }
  // Of the column that a lane meets at step s.
  WETAS_DEVICE Float atColumn(int s, int c, Part part = kPoint) const { return Warp::load(columns(c, part) + s + kWarpLanes - 1, Int(0) - Warp::lane(), true, 0.0f); }

  WETAS_DEVICE void fill(Float (&costs)[kTileSteps]) {
    WETAS_UNROLL
    for (int s = 0; s < kTileSteps; ++s) costs[s] = kCosine ? 1.0f : 0.0f;
    std::int32_t channel = 0;
    for (; channel + kAtOnce <= pair_.channels; channel += kAtOnce) plusChannels<kAtOnce>(costs, channel);
    for (; kAtOnce > 1 && channel < pair_.channels; ++channel) plusChannels<1>(costs, channel);
    WETAS_UNROLL
    for (int s = 0; kKind == PointCost::kEuclidean && s < kTileSteps; ++s) costs[s] = Warp::squareRoot(costs[s]);
  }
  template <int kCount>
  WETAS_DEVICE void plusChannels(Float (&costs)[kTileSteps], std::int32_t channel) {
    Float x[kCount];
    WETAS_UNROLL
    for (int c = 0; c < kCount; ++c) x[c] = rowPoint(channel + c);
    shareColumns<kCount>(channel);
    WETAS_UNROLL
    for (int c = 0; c < kCount; ++c) {
      WETAS_UNROLL
      for (int s = 0; s < kTileSteps; ++s) costs[s] = plusChannel(costs[s], x[c], s, c);
    }
  }
  WETAS_DEVICE Float plusChannel(Float sum, Float x, int s, int c) const {
    if (kCosine) return Warp::fusedMultiplyAdd(-x, atColumn(s, c), sum);
    if (kEntropy) {  // 0 log 0 is 0
      const Float rest = Float(1.0f) - x;
      sum = Warp::select(x == Float(0.0f), sum, Warp::fusedMultiplyAdd(-x, atColumn(s, c, kLogarithm), sum));
      return Warp::select(rest == Float(0.0f), sum, Warp::fusedMultiplyAdd(-rest, atColumn(s, c, kLogarithmOfRest), sum));
    }
    const Float difference = x - atColumn(s, c);
    return kKind == PointCost::kAbsolute ? sum + Warp::absolute(difference) : Warp::fusedMultiplyAdd(difference, difference, sum);
  }

  // E becomes what the derivatives below are to be multiplied by: nothing where there is no derivative. Where a cost is infinite so may be the difference, while E of
  // squaredEuclidean need not be 0 there: moves into such a cell have the weight of the lowest shift.
  WETAS_DEVICE void weigh() {
    constexpr bool kByCost = kKind == PointCost::kEuclidean || kEntropy;
    constexpr float kNothing = kKind == PointCost::kSquaredEuclidean ? 1e-30f : 0.0f;
    float* const costs = tiles_.scratch + kColumnNumbers;
    if (kByCost) {
      Float filled[kTileSteps];
      fill(filled);
      WETAS_UNROLL
      for (int s = 0; s < kTileSteps; ++s) Warp::store(costs + s * kWarpLanes, Warp::lane(), filled[s], true);
    }
    WETAS_ROLL
    for (int s = 0; s < kTileSteps; ++s) {
      float* const cells = tiles_.cells + s * kTilePitch;
      Float weight = Warp::load(cells, Warp::lane(), true, 0.0f);
      Mask none = weight <= Float(kNothing);
      if (kByCost) {
        const Float cost = Warp::load(costs + s * kWarpLanes, Warp::lane(), true, 0.0f);
        none = none | (cost == Float(kEntropy ? kInfinity : 0.0f));
        if (!kEntropy) weight = weight / cost;
      }
      if (kKind == PointCost::kSquaredEuclidean) weight = weight + weight;
      Warp::store(cells, Warp::lane(), Warp::select(none, Float(0.0f), weight), true);
    }
  }

  // A row's sums stay with its lane. Those of a column go from lane to lane, as the rows that it meets step by step do; they leave from the last lane, 32 in a tile, and the
  // other 31 are then where they have come to.
  template <int kCount>
  WETAS_DEVICE void addChannels(std::int32_t channel, float* dx, float* dy) {
    const Int lane = Warp::lane(), left = lane + Int(step_ - (kWarpLanes - 1)), stayed = Int(step_ + kTileSteps - 1) - lane;
    const Mask isRow = lane < Int(rows_), isLast = lane == Int(kWarpLanes - 1), hasLeft = isColumn(left), hasStayed = isColumn(stayed) & (lane < Int(kWarpLanes - 1));
    float* const leaving = tiles_.scratch + kColumnNumbers;
    Float x[kCount], ofRow[kCount], ofColumn[kCount];
    WETAS_UNROLL
    for (int c = 0; c < kCount; ++c) {
      x[c] = rowPoint(channel + c);
      ofRow[c] = 0.0f;
      ofColumn[c] = 0.0f;
    }
    shareColumns<kCount>(channel);
    WETAS_UNROLL_BY_4
    for (int s = 0; s < kTileSteps; ++s) {
      const Float weight = Warp::load(tiles_.cells + s * kTilePitch, lane, true, 0.0f);
      WETAS_UNROLL
      for (int c = 0; c < kCount; ++c) {
        const Float byRow = weighed(weight, kEntropy ? atColumn(s, c, kLogarithmOfRest) - atColumn(s, c, kLogarithm) : derivative(x[c] - atColumn(s, c)));  // by a label: the logit
        const Float byColumn = kEntropy ? weighed(weight, atColumn(s, c, kScore) - x[c]) : -byRow;
        ofRow[c] = ofRow[c] + byRow;
        ofColumn[c] = Warp::select(lane == Int(0), Float(0.0f), Warp::shuffleUp(ofColumn[c])) + byColumn;
        Warp::store(leaving + c * kTileSteps, Int(s), ofColumn[c], isLast);
      }
    }
    Warp::sync();
    WETAS_UNROLL
    for (int c = 0; c < kCount; ++c) {
      if (dx != nullptr) add(dx + static_cast<std::int64_t>(row_) * pair_.channels + channel + c, lane, ofRow[c], isRow);
      if (dy == nullptr) continue;
      add(dy + channel + c, left, Warp::load(leaving + c * kTileSteps, lane, true, 0.0f), hasLeft);
      add(dy + channel + c, stayed, ofColumn[c], hasStayed);
    }
  }
  static WETAS_DEVICE Float weighed(Float weight, Float derivative) { return Warp::select(weight == Float(0.0f), Float(0.0f), weight * derivative); }
  static WETAS_DEVICE Float derivative(Float difference) {
    if (kKind != PointCost::kAbsolute) return difference;
    return Warp::select(difference == Float(0.0f), difference, Warp::select(difference < Float(0.0f), Float(-1.0f), Float(1.0f)));
  }
  WETAS_DEVICE void add(float* to, Int point, Float number, Mask mask) const {
    const Int at = point * Int(pair_.channels);
    Warp::store(to, at, Warp::load(to, at, mask, 0.0f) + number, mask);
  }

  const PairCells& pair_;
  const std::int32_t row_, rows_, step_;
  const WarpTiles tiles_;
  Length ofRow_, ofColumn_[2];  // kCosine
};

}  // namespace wetas::cuda
