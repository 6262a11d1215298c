// What the strips of a pair keep between their passes, and where: boundary rows, how likely the moves are or the states to make them again from, and E.
#if defined(WETAS_SOFT_DTW_STRIP_SPACE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WETAS_SOFT_DTW_STRIP_SPACE_INL_H_
#undef WETAS_SOFT_DTW_STRIP_SPACE_INL_H_
#else
#define WETAS_SOFT_DTW_STRIP_SPACE_INL_H_
#endif

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

#include "hwy/highway.h"
#include "kernels/cpu/extended_exponent-inl.h"
#include "kernels/cpu/lanes-inl.h"
#include "kernels/cpu/soft_dtw_strip.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {

constexpr std::size_t kBlockSteps = 16;  // at the first two of these, or of as many as there are lanes, mantissas are renormalised
constexpr std::size_t kTileSteps = 64;   // what is made again stays in the first-level cache
constexpr std::size_t kMargin = 32;      // columns on either side of a boundary row, and of a row of E

template <class T>
struct BoundaryRow {
  T* mantissa;
  T* exponent;  // the bits of exponents

  BoundaryRow at(std::size_t column) const { return {mantissa + column, exponent + column}; }
  BoundaryRow minus(std::size_t columns) const { return {mantissa - columns, exponent - columns}; }
  ScaledNumber<T> get() const {
    ScaledNumber<T> z{*mantissa, 0};
    std::memcpy(&z.exponent, exponent, sizeof(T));
    return z;
  }
  void set(ScaledNumber<T> z) const {
    *mantissa = z.mantissa;
    std::memcpy(exponent, &z.exponent, sizeof(T));
  }
  void clear(std::size_t columns) const {
    for (std::size_t j = 0; j < columns; ++j) at(j).set({0, ExtendedExponent<T>::kUnreachable});
  }
};

// The contributions to a step's cells.
template <class T>
struct KeptMoves {
  static constexpr std::size_t kLanes = kLanesOf<T>, kSize = 3 * kLanes;
  static HWY_INLINE void store(const Moves<T>& contributions, bool withUp, T* kept) {
    const LaneTag<T> d;
    hn::Store(contributions.stay, d, kept);
    hn::Store(contributions.diagonal, d, kept + kLanes);
    if (withUp) hn::Store(contributions.up, d, kept + 2 * kLanes);
  }
  template <bool kUp>
  static HWY_INLINE Moves<T> load(const T* kept) {
    const LaneTag<T> d;
    return {hn::Load(d, kept), hn::Load(d, kept + kLanes), kUp ? hn::Load(d, kept + 2 * kLanes) : hn::Zero(d)};
  }
};

// What one step hands to the next: z of the cells to the left, and diagonally up left, of the lanes' next cells.
template <class T>
struct Carry {
  static constexpr std::size_t kSize = 4 * kLanesOf<T>;
  Scaled<T> stay, diagonal;

  static Carry start(BoundaryRow<T> above, std::size_t step) {
    const LaneTag<T> d;
    const BoundaryRow<T> corner = above.at(step).minus(1);
    const Scaled<T> nothing = unreachable<T>();
    return {nothing, {shiftDown<T>(nothing.mantissa, hn::Set(d, *corner.mantissa)),
                      hn::BitCast(ExponentTag<T>(), shiftDown<T>(hn::BitCast(d, nothing.exponent), hn::Set(d, *corner.exponent)))}};
  }
  void save(T* to) const {
    const LaneTag<T> d;
    constexpr std::size_t kLanes = kLanesOf<T>;
    hn::Store(stay.mantissa, d, to);
    hn::Store(hn::BitCast(d, stay.exponent), d, to + kLanes);
    hn::Store(diagonal.mantissa, d, to + 2 * kLanes);
    hn::Store(hn::BitCast(d, diagonal.exponent), d, to + 3 * kLanes);
  }
  static Carry load(const T* from) {
    const LaneTag<T> d;
    const ExponentTag<T> de;
    constexpr std::size_t kLanes = kLanesOf<T>;
    return {{hn::Load(d, from), hn::BitCast(de, hn::Load(d, from + kLanes))},
            {hn::Load(d, from + 2 * kLanes), hn::BitCast(de, hn::Load(d, from + 3 * kLanes))}};
  }
};

struct Strip {
  std::size_t row, rows;               // of the matrix
  std::size_t firstColumn, endColumn;  // of its rows' intervals together
  std::size_t begin, end;              // steps
};

// The working space of a pair. A value needs one boundary row. A gradient keeps the moves into every cell while they are few. Beyond that it keeps
// the boundary rows and each tile's first state, from which backward makes the moves again; and where there are too many of
// these, only those of one group of strips and the row above each group, from which the group is run again.
template <class T>
struct Strips {
  static constexpr std::size_t kLanes = kLanesOf<T>;

  const std::size_t rows, cols;
  const std::int32_t* const begins;
  const std::int32_t* const ends;
  const bool gradient;
  std::size_t count, inGroup, tiles;
  bool keepAll, keepStates;
  std::size_t boundaryStride, expectedStride;
  T* fromBelow = nullptr;  // at column 0
  T* expected = nullptr;  // at column 0, [kLanes, expectedStride]

  Strips(const StripProblem<T>& problem, bool withGradient, void* space)
      : rows(problem.rows), cols(problem.cols), begins(problem.begin), ends(problem.end), gradient(withGradient),
        count((rows + kLanes - 1) / kLanes) {
    std::size_t steps = cols + kLanes - 1;
    if (begins != nullptr) {
      steps = 0;
      for (std::size_t s = 0; s < count; ++s) steps = std::max(steps, strip(s).end - strip(s).begin);
    }
    tiles = (steps + kTileSteps - 1) / kTileSteps;
    movesOfStrip_ = (steps + kBlockSteps - 1) / kBlockSteps * kBlockSteps * KeptMoves<T>::kSize;
    boundaryStride = (cols + 2 * kMargin + 15) / 16 * 16;
    expectedStride = boundaryStride + 16 * (boundaryStride / 16 % 2 == 0);  // no power of two
    keepAll = gradient && count * movesOfStrip_ * sizeof(T) <= problem.moveBytes;
    keepStates = gradient && !keepAll;
    inGroup = count;
    const std::size_t bytesOfStrip = (2 * boundaryStride + tiles * Carry<T>::kSize) * sizeof(T);
    if (keepStates && count * bytesOfStrip > problem.boundaryBytes) inGroup = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(count))));
    rowsInGroup_ = keepStates ? inGroup + 1 : 1;
    const std::size_t groups = inGroup == count ? 0 : (count + inGroup - 1) / inGroup;

    T* next = static_cast<T*>(space);
    const auto take = [&next, this](std::size_t numbers) {
      T* const taken = next;
      next += (numbers + 15) / 16 * 16;
      taken_ += (numbers + 15) / 16 * 16;
      return taken;
    };
    boundary_ = take(2 * rowsInGroup_ * boundaryStride);
    groupRows_ = take(2 * groups * boundaryStride);
    if (!gradient) return;
    moves_ = take(keepAll ? count * movesOfStrip_ : kTileSteps * KeptMoves<T>::kSize);
    states_ = take(keepStates ? inGroup * tiles * Carry<T>::kSize : 0);
    fromBelow = take(boundaryStride) + kMargin;
    expected = take(kLanes * expectedStride) + kMargin;
  }

  std::size_t bytes() const { return taken_ * sizeof(T); }

  Strip strip(std::size_t s) const {
    const std::size_t row = s * kLanes, inStrip = std::min(kLanes, rows - row);
    if (begins == nullptr) return {row, inStrip, 0, cols, 0, cols + kLanes - 1};
    const std::size_t first = static_cast<std::size_t>(begins[row]), end = static_cast<std::size_t>(ends[row + inStrip - 1]);
    return {row, inStrip, first, end, first / kBlockSteps * kBlockSteps, end + kLanes - 1};
  }
  BoundaryRow<T> above(std::size_t s) const { return rowOfGroup(keepStates ? s % inGroup : 0); }
  BoundaryRow<T> below(std::size_t s) const { return rowOfGroup(keepStates ? s % inGroup + 1 : 0); }
  T* moves(std::size_t s, std::size_t tile) const {
    return keepAll ? moves_ + s * movesOfStrip_ + tile * kTileSteps * KeptMoves<T>::kSize : moves_;
  }
  T* state(std::size_t s, std::size_t tile) const { return states_ + (s % inGroup * tiles + tile) * Carry<T>::kSize; }

  // The row above the first: only the corner, or with openStart all of it.
  void start(const StripProblem<T>& problem) const {
    const BoundaryRow<T> row = above(0);
    row.minus(kMargin).clear(boundaryStride);
    if (!problem.openStart) return row.minus(1).set({1, 0});
    const T each = openStartMantissa(problem.pattern == StepPattern::kSymmetric1, problem.penaltyFactor);
    for (std::size_t j = 0; j <= cols; ++j) row.at(j).minus(1).set({each, 0});
  }
  void saveGroup(std::size_t s) const {
    if (s != 0) copyRow(below(s - 1), above(s));
    if (inGroup != count) copyRow(above(s), groupRow(s / inGroup));
  }
  void loadGroup(std::size_t s) const { copyRow(groupRow(s / inGroup), above(s)); }

  // After the forward pass: of the last row.
  ScaledNumber<T> total(const StripProblem<T>& problem) const {
    const BoundaryRow<T> last = below(count - 1);
    if (!problem.openEnd) return last.at(cols - 1).get();
    ScaledNumber<T> most{0, ExtendedExponent<T>::kUnreachable};
    forLastRow([&](std::size_t j) {
      const ScaledNumber<T> z = last.at(j).get();
      if (z.mantissa != 0) most.exponent = std::max(most.exponent, z.exponent);
    });
    double sum = 0;
    forLastRow([&](std::size_t j) { sum += relative(last.at(j).get(), most.exponent); });
    most.mantissa = static_cast<T>(sum);
    return most;
  }
  // How likely a path ends in each cell of the last row.
  void startBackward(const StripProblem<T>& problem, ScaledNumber<T> total) const {
    std::fill(fromBelow - kMargin, fromBelow - kMargin + boundaryStride, T(0));
    if (!problem.openEnd) {
      fromBelow[cols - 1] = 1;
      return;
    }
    const BoundaryRow<T> last = below(count - 1);
    forLastRow([&](std::size_t j) {
      fromBelow[j] = static_cast<T>(relative(last.at(j).get(), total.exponent) / static_cast<double>(total.mantissa));
    });
  }

  // A block of E, [kBlockSteps, kLanes] from step a on.
  HWY_INLINE void storeExpected(const T* HWY_RESTRICT tile, std::size_t a) const {
    const LaneTag<T> d;
    for (std::size_t s = 0; s < kBlockSteps; s += kLanes) {
      Lanes<T> v[kLanes];
      for (std::size_t l = 0; l < kLanes; ++l) v[l] = hn::Load(d, tile + (s + l) * kLanes);
      T* const lowest = expected + (kLanes - 1) * expectedStride + a + s - (kLanes - 1);
      storeTransposed<T>(v, [=](std::size_t l, std::size_t at, auto half, auto part) HWY_ATTR {
        hn::StoreU(part, half, lowest - l * (expectedStride - 1) + at);
      });
    }
  }

 private:
  BoundaryRow<T> rowAt(T* both) const { return {both + kMargin, both + boundaryStride + kMargin}; }
  BoundaryRow<T> rowOfGroup(std::size_t k) const { return rowAt(boundary_ + 2 * k * boundaryStride); }
  BoundaryRow<T> groupRow(std::size_t group) const { return rowAt(groupRows_ + 2 * group * boundaryStride); }
  void copyRow(BoundaryRow<T> from, BoundaryRow<T> to) const {
    if (from.mantissa != to.mantissa) std::copy_n(from.mantissa - kMargin, 2 * boundaryStride, to.mantissa - kMargin);
  }
  template <class Body>
  void forLastRow(const Body& body) const {
    const std::size_t begin = begins == nullptr ? 0 : static_cast<std::size_t>(begins[rows - 1]);
    const std::size_t end = ends == nullptr ? cols : static_cast<std::size_t>(ends[rows - 1]);
    for (std::size_t j = begin; j < end; ++j) body(j);
  }
  static double relative(ScaledNumber<T> z, typename ExtendedExponent<T>::Exponent exponent) {
    const double shift = static_cast<double>(z.exponent) - static_cast<double>(exponent);
    return shift < ExtendedExponent<T>::kLowestShift ? 0.0 : std::ldexp(static_cast<double>(z.mantissa), static_cast<int>(shift));
  }

  std::size_t movesOfStrip_, rowsInGroup_, taken_ = 0;
  T* boundary_ = nullptr;
  T* groupRows_ = nullptr;
  T* moves_ = nullptr;
  T* states_ = nullptr;
};

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
