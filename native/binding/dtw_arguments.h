// The groups of arguments that the dynamic programmes share, in the order of ts/native/NativeBinding.ts. The core checks sizes, lengths
// and what they mean together; here is what the arrays' own sizes follow from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <stdexcept>

#include "binding/arguments.h"
#include "wetas/device.h"
#include "wetas/dtw_problem.h"

namespace wetas::binding {

using Lengths = std::shared_ptr<const std::int32_t[]>;

// SeriesPairs. Copies of it share the copied lengths that `pairs` points to.
template <class T>
struct Series {
  SeriesPairs<T> pairs{};
  Lengths xLengths, yLengths;
  std::size_t count = 0;

  // Which argument decides T.
  static constexpr std::size_t kFirstArray = 7;

  explicit Series(Arguments& arguments) {
    pairs.pairing = static_cast<Pairing>(arguments.code("pairing", 3));
    pairs.xCount = arguments.size("xCount");
    pairs.rows = arguments.size("rows");
    pairs.yCount = arguments.size("yCount");
    pairs.cols = arguments.size("cols");
    pairs.channels = arguments.size("channels");
    pairs.kind = static_cast<PointCost>(arguments.code("kind", 5));
    if (pairs.pairing != Pairing::kAll && pairs.xCount != pairs.yCount) throw std::invalid_argument("expected `yCount` to be `xCount`");
    pairs.x = arguments.input<T>("x", xSize());
    pairs.y = arguments.input<T>("y", ySize());
    xLengths = arguments.optionalCopy("xLengths", pairs.xCount);
    yLengths = arguments.optionalCopy("yLengths", pairs.yCount);
    pairs.xLengths = xLengths.get();
    pairs.yLengths = yLengths.get();
    switch (pairs.pairing) {
      case Pairing::kMatched: count = pairs.xCount; break;
      case Pairing::kAll: count = product({pairs.xCount, pairs.yCount}); break;
      case Pairing::kCondensed: count = pairs.xCount == 0 ? 0 : pairs.xCount * (pairs.xCount - 1) / 2; break;
    }
  }

  void expect(Pairing pairing) const {
    if (pairs.pairing != pairing) throw std::invalid_argument("expected another `pairing` for these outputs");
  }
  void expectOnePair() const {
    if (pairs.xCount != 1 || pairs.yCount != 1) throw std::invalid_argument("expected `xCount` and `yCount` to be 1");
  }

  std::size_t xSize() const { return product({pairs.xCount, pairs.rows, pairs.channels}); }
  std::size_t ySize() const { return product({pairs.yCount, pairs.cols, pairs.channels}); }
  std::size_t costSize() const { return product({count, pairs.rows, pairs.cols}); }
  std::size_t pathSize() const { return product({count, pairs.rows + pairs.cols - 1, 2}); }

  double cells() const noexcept {
    const double xTotal = total(xLengths, pairs.xCount, pairs.rows), yTotal = total(yLengths, pairs.yCount, pairs.cols);
    if (pairs.pairing == Pairing::kAll) return xTotal * yTotal;
    double matched = 0;
    for (std::size_t p = 0; p < pairs.xCount; ++p) matched += length(xLengths, p, pairs.rows) * length(yLengths, p, pairs.cols);
    return pairs.pairing == Pairing::kMatched ? matched : (xTotal * yTotal - matched) / 2;
  }

 private:
  static double length(const Lengths& lengths, std::size_t i, std::size_t full) noexcept { return lengths ? lengths[i] : static_cast<double>(full); }
  static double total(const Lengths& lengths, std::size_t count, std::size_t full) noexcept {
    return lengths ? std::accumulate(lengths.get(), lengths.get() + count, 0.0) : static_cast<double>(count) * static_cast<double>(full);
  }
};

// CostPairs.
template <class T>
struct Costs {
  CostPairs<T> pairs{};
  Lengths sizes;

  static constexpr std::size_t kFirstArray = 3;

  explicit Costs(Arguments& arguments) {
    pairs.batch = arguments.size("batch");
    pairs.rows = arguments.size("rows");
    pairs.cols = arguments.size("cols");
    pairs.cost = arguments.input<T>("cost", costSize());
    sizes = arguments.optionalCopy("sizes", product({pairs.batch, 2}));
    pairs.sizes = sizes.get();
  }

  std::size_t costSize() const { return product({pairs.batch, pairs.rows, pairs.cols}); }
  std::size_t pathSize() const { return product({pairs.batch, pairs.rows + pairs.cols - 1, 2}); }

  double cells() const noexcept {
    if (!sizes) return static_cast<double>(pairs.batch) * static_cast<double>(pairs.rows) * static_cast<double>(pairs.cols);
    double cells = 0;
    for (std::size_t p = 0; p < pairs.batch; ++p) cells += static_cast<double>(sizes[2 * p]) * sizes[2 * p + 1];
    return cells;
  }
};

inline WarpingPaths readPaths(Arguments& arguments) {
  WarpingPaths paths;
  paths.pattern = static_cast<StepPattern>(arguments.code("pattern", 2));
  paths.band.kind = static_cast<Band::Kind>(arguments.code("band", 3));
  paths.band.size = arguments.number("bandSize");
  paths.openStart = arguments.boolean("openStart");
  paths.openEnd = arguments.boolean("openEnd");
  paths.stepPenalty = arguments.number("stepPenalty");
  return paths;
}

inline Device readDevice(Arguments& arguments) { return static_cast<Device>(arguments.code("device", 3)); }

}  // namespace wetas::binding
