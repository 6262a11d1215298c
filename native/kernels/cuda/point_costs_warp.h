// Costs that are made of points: where a strip's come from, a tile at a time, and where E of a tile goes besides the matrix of it. The members are those of GivenCosts
// (given_costs_warp.h), as both kernels take either.
#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/cuda/point_cost_square_warp.h"
#include "kernels/cuda/soft_dtw_pair.h"

namespace wetas::cuda {

// The points are all that is in memory, and costs are made square after square, each of 32 columns. Lane l meets the columns of square t at the last 32 - l steps of tile t and the first l of
// the next. So two tiles have room for what a tile needs of its two squares, and for E of one square.
template <class Warp>
class PointCosts {
  using Float = typename Warp::Float;
  using Int = typename Warp::Int;
  using Mask = typename Warp::Mask;

 public:
  static constexpr int kTiles = 2;
  // The panels of each warp, and weights.
  static WETAS_HOST_DEVICE constexpr int scratchNumbers(int warps, bool gradient) { return 2 * kPanelNumbers * warps + (gradient ? kSquareWeights : 0); }

  WETAS_DEVICE PointCosts(const PairCells& pair, const Strip& strip, const WarpTiles<Warp>& tiles) : pair_(pair), strip_(strip), tiles_(tiles) {}

  WETAS_DEVICE float* cells(std::int32_t t) const { return cellsOf(tiles_, t); }

  WETAS_DEVICE void bring(std::int32_t t, bool) {
    WETAS_ROLL
    for (std::int32_t square = t; square >= 0 && square >= t - 1; --square) {
      const bool isMade = square == brought_ || square == brought_ - 1;
      if (isMade || strip_.step(square) >= pair_.cols) continue;
      together(work(Work::kMakeCosts, square), [&](const Work& work) { makeCosts(pair_, work, tiles_.crew, tiles_.memory); });
    }
    brought_ = t;
  }

  WETAS_DEVICE void addGradients(const SoftDtwPair& pair, std::int32_t t) const {
    if ((pair.dx == nullptr && pair.dy == nullptr) || strip_.step(t) >= pair.cols) return;
    together(work(Work::kAddGradients, t), [&](const Work& work) { addGradients(pair, work, tiles_.crew, tiles_.memory); });
  }
  static WETAS_DEVICE void finishGradients(const SoftDtwPair& pair) {
    ofKind(pair.kind, [&](auto kind) { PointCostSquare<Warp, decltype(kind)::value>::finishGradients(pair); });
  }

  // What the other warps of a crew do until the first dismisses them.
  template <class Pair>
  static WETAS_DEVICE void help(const Pair& pair, const WarpTiles<Warp>& tiles) {
    for (;;) {
      tiles.crew.meet();
      const Work work = Work::told(tiles);
      if (work.what == Work::kNone) return;
      if (work.what == Work::kMakeCosts) makeCosts(pair, work, tiles.crew, tiles.memory);
      if constexpr (std::is_same_v<Pair, SoftDtwPair>) {
        if (work.what == Work::kAddGradients) addGradients(pair, work, tiles.crew, tiles.memory);
      }
      tiles.crew.meet();
    }
  }
  static WETAS_DEVICE void dismiss(const WarpTiles<Warp>& tiles) {
    if (tiles.crew.size() == 1) return;
    Work{Work::kNone, 0, 0, 0, false}.tell(tiles);
    tiles.crew.meet();
  }

 private:
  static WETAS_DEVICE float* cellsOf(const WarpTiles<Warp>& tiles, std::int32_t t) { return tiles.cells + t % kTiles * kTileCells; }

  // What the warps of a crew do together.
  struct Work {
    enum What : std::int32_t { kNone, kMakeCosts, kAddGradients } what;
    std::int32_t row, column, square;
    bool isLast;  // square of the strip

    WETAS_DEVICE void tell(const WarpTiles<Warp>& tiles) const {
      const std::int32_t numbers[] = {what, row, column, square, isLast};
      WETAS_UNROLL
      for (int k = 0; k < 5; ++k) Warp::store(tiles.work, k, Int(numbers[k]), Warp::lane() == Int(0));
    }
    static WETAS_DEVICE Work told(const WarpTiles<Warp>& tiles) {
      const auto number = [&](int k) { return Warp::common(Warp::load(tiles.work, k, true, 0)); };
      return {static_cast<What>(number(0)), number(1), number(2), number(3), number(4) != 0};
    }
  };
  WETAS_DEVICE Work work(typename Work::What what, std::int32_t square) const { return {what, strip_.row, strip_.step(square), square, square + 1 == strip_.tiles}; }

  // share(work): that of the first warp, while the others do theirs.
  template <class Share>
  WETAS_DEVICE void together(const Work& work, const Share& share) const {
    if (tiles_.crew.size() > 1) {
      work.tell(tiles_);
      tiles_.crew.meet();
    }
    share(work);
    tiles_.crew.meet();
  }

  static WETAS_DEVICE_CALL void makeCosts(const PairCells& pair, Work work, typename Warp::Crew crew, float* memory) {
    const WarpTiles<Warp> tiles(crew, Warp::shared(memory), kTiles);
    const CellsOfSquare cells(tiles, work);
    withSquare(pair, work, tiles, [&](auto& square) {
      makeOwnCosts(square, crew, [&](int column, int first, Float cost) { cells.store(column, first, cost); });
    });
  }

  static WETAS_DEVICE_CALL void addGradients(const SoftDtwPair& pair, Work work, typename Warp::Crew crew, float* memory) {
    const WarpTiles<Warp> tiles(crew, Warp::shared(memory), kTiles);
    const CellsOfSquare cells(tiles, work);
    float* const weights = tiles.scratch + scratchNumbers(crew.size(), false);
    withSquare(pair, work, tiles, [&](auto& square) {
      using Square = std::decay_t<decltype(square)>;
      const auto weigh = [&](int column, int first, Float cost) {
        Warp::store(weights + (first + column) * kTilePitch, Warp::lane(), Square::weightOf(cells.load(column, first), cost), true);
      };
      if (Square::kWeighsByCost) {
        makeOwnCosts(square, crew, weigh);
      } else {
        overOwnColumns(crew, [&](int first) {
          WETAS_UNROLL
          for (int column = 0; column < kColumnsOfShare; ++column) weigh(column, first, 0.0f);
        });
      }
      crew.meet();
      square.addGradients(weights, pair.dx, pair.dy, crew.index(), crew.size());
    });
  }

  // The cells of a square in its two tiles: lane by lane the row, and a column counted from `first` on.
  class CellsOfSquare {
   public:
    WETAS_DEVICE CellsOfSquare(const WarpTiles<Warp>& tiles, const Work& work)
        : own_(cellsOf(tiles, work.square)), next_(cellsOf(tiles, work.square + 1)), beginOfNext_(work.isLast ? 2 * kTileSteps : kTileSteps) {}
    WETAS_DEVICE void store(int column, int first, Float number) const {
      const Int step = Warp::lane() + Int(first);
      Warp::store(own_ + column * kTilePitch, at(first), number, step < Int(kTileSteps - column));
      Warp::store(next_ + column * kTilePitch, at(first - kTileSteps), number, Int(kTileSteps - column) <= step);
    }
    // 0 where a strip has no next tile.
    WETAS_DEVICE Float load(int column, int first) const {
      const Int step = Warp::lane() + Int(first);
      const Float later = Warp::load(next_ + column * kTilePitch, at(first - kTileSteps), Int(beginOfNext_ - column) <= step, 0.0f);
      return Warp::load(own_ + column * kTilePitch, at(first), step < Int(kTileSteps - column), later);
    }

   private:
    static WETAS_DEVICE Int at(int first) { return Warp::lane() * Int(kTilePitch + 1) + Int(first * kTilePitch); }

    float* const own_;
    float* const next_;
    const int beginOfNext_;
  };

  // Of a crew's warps each has some of a square's columns.
  static constexpr int kColumnsOfShare = kSquareColumns / kMostWarpsOfCrew;
  template <class Body>
  static WETAS_DEVICE void overOwnColumns(const typename Warp::Crew& crew, const Body& body) {
    WETAS_ROLL
    for (int first = crew.index() * kColumnsOfShare; first < kSquareColumns; first += crew.size() * kColumnsOfShare) body(first);
  }
  template <class Square, class Take>
  static WETAS_DEVICE void makeOwnCosts(Square& square, const typename Warp::Crew& crew, const Take& take) {
    if (crew.size() == 1) return square.template makeCosts<kSquareColumns>(0, take);  // points are brought in once
    overOwnColumns(crew, [&](int first) { square.template makeCosts<kColumnsOfShare>(first, take); });
  }
  template <class Body>
  static WETAS_DEVICE void withSquare(const PairCells& pair, const Work& work, const WarpTiles<Warp>& tiles, const Body& body) {
    const std::int32_t rows = pair.rows - work.row < kWarpLanes ? pair.rows - work.row : kWarpLanes;
    float* const panels = tiles.scratch + tiles.crew.index() * 2 * kPanelNumbers;
    ofKind(pair.kind, [&](auto kind) {
      PointCostSquare<Warp, decltype(kind)::value> square(pair, work.row, rows, work.column, panels);
      body(square);
    });
  }

  template <PointCost kKind>
  using Constant = std::integral_constant<PointCost, kKind>;
  template <class Body>
  static WETAS_DEVICE void ofKind(PointCost kind, const Body& body) {
    switch (kind) {
      case PointCost::kSquaredEuclidean: return body(Constant<PointCost::kSquaredEuclidean>());
      case PointCost::kEuclidean: return body(Constant<PointCost::kEuclidean>());
      case PointCost::kAbsolute: return body(Constant<PointCost::kAbsolute>());
      case PointCost::kCosine: return body(Constant<PointCost::kCosine>());
      case PointCost::kBinaryCrossEntropy: return body(Constant<PointCost::kBinaryCrossEntropy>());
    }
  }

  const PairCells& pair_;
  const Strip& strip_;
  const WarpTiles<Warp>& tiles_;
  std::int32_t brought_ = -2;  // the last tile: no square yet
};

}  // namespace wetas::cuda
