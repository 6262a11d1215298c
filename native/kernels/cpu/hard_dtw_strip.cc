#include "kernels/cpu/simd.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/hard_dtw_strip.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "kernels/cpu/hard_dtw_strip.h"
// per target
#include "kernels/cpu/hard_dtw_cost-inl.h"
#include "kernels/cpu/hard_dtw_strip_cost-inl.h"

HWY_BEFORE_NAMESPACE();
namespace wetas::HWY_NAMESPACE {

// Lane i gets lane i - 1, the first one the last.
template <class T>
struct NextLane {
  using D = HardTag<T>;
  static constexpr std::size_t kLanes = kHardLanes<T>;
#if HWY_TARGET == HWY_SCALAR
  HWY_INLINE HardVector<T> operator()(HardVector<T> v) const { return v; }
#else
  static auto table() {
    HWY_ALIGN hn::TFromD<hn::RebindToSigned<D>> index[kLanes];
    for (std::size_t i = 0; i < kLanes; ++i) index[i] = static_cast<hn::TFromD<hn::RebindToSigned<D>>>((i + kLanes - 1) % kLanes);
    return hn::SetTableIndices(D(), index);
  }
  const decltype(table()) indices = table();
  HWY_INLINE HardVector<T> operator()(HardVector<T> v) const { return hn::TableLookupLanes(v, indices); }
#endif
};

// What a strip carries from step to step.
template <class T, int K>
struct Carried {
  static constexpr std::size_t kLanes = kHardLanes<T>;
  using V = HardVector<T>;
  T *const state, *const ring, *read, *write;
  V column[K], corner;
  const hn::Mask<HardTag<T>> firstLane = hn::FirstN(HardTag<T>(), 1);
  const NextLane<T> nextLane{};

  HWY_INLINE explicit Carried(const StripSteps<T>& strip)
      : state(strip.state), ring(strip.state + (K + 1) * kLanes), read(strip.foot + strip.first), write(read - strip.shape.delay()) {
    const HardTag<T> d;
    for (int k = 0; k < K; ++k) column[k] = hn::Load(d, state + k * kLanes);
    corner = hn::Load(d, state + K * kLanes);
  }
  // The row above at step c of the group that begins at read, and the foot of that step.
  HWY_INLINE V above(std::size_t c, std::size_t slot) const {
    const HardTag<T> d;
    return hn::IfThenElse(firstLane, hn::Set(d, read[c]), hn::Load(d, ring + slot * kLanes));
  }
  HWY_INLINE void finish(std::size_t c, std::size_t slot) const {
    const HardTag<T> d;
    const V turned = nextLane(column[K - 1]);
    hn::Store(turned, d, ring + slot * kLanes);
    write[c] = hn::GetLane(turned);
  }
  HWY_INLINE void advance(std::size_t steps) {
    read += steps;
    write += steps;
  }
  HWY_INLINE void save() const {
    const HardTag<T> d;
    for (int k = 0; k < K; ++k) hn::Store(column[k], d, state + k * kLanes);
    hn::Store(corner, d, state + K * kLanes);
  }
};

template <class T, int K>
void squared(const T* HWY_RESTRICT x, const SkewedSeries<T>& y, const StripSteps<T>& strip) {
  constexpr std::size_t S = stripSkew(K), kLanes = kHardLanes<T>;
  const HardTag<T> d;
  using V = HardVector<T>;
  Carried<T, K> carried(strip);
  const T* from = y.planes + y.base - strip.first / S;
  V column[K], corner = carried.corner;
  for (int k = 0; k < K; ++k) column[k] = carried.column[k];
  for (std::size_t t = 0; t < strip.steps; t += S, --from) {
    HWY_UNROLL(8)
    for (std::size_t c = 0; c < S; ++c) {
      const V yt = hn::LoadU(d, from + c * y.stride);
      V diagonal = corner, up = carried.above(c, c);
      corner = up;
      HWY_UNROLL(8)
      for (int k = 0; k < K; ++k) {
        const V difference = hn::Sub(yt, hn::Load(d, x + k * kLanes));
        const V best = lesser(up, lesser(diagonal, column[k]));
        diagonal = column[k];
        up = column[k] = hn::MulAdd(difference, difference, best);
      }
      carried.column[K - 1] = up;
      carried.finish(c, c);
    }
    carried.advance(S);
  }
  for (int k = 0; k < K; ++k) carried.column[k] = column[k];
  carried.corner = corner;
  carried.save();
}

template <class T, int K, bool kSquare, bool kPenalties, bool kRecord>
void recurrence(const MovePenalties<T>& penalties, const T* HWY_RESTRICT cost, const StripSteps<T>& strip, T* HWY_RESTRICT record) {
  constexpr std::size_t S = stripSkew(K), kLanes = kHardLanes<T>;
  const HardTag<T> d;
  using V = HardVector<T>;
  Carried<T, K> carried(strip);
  const V toStay = hn::Set(d, penalties.stay), toUp = hn::Set(d, penalties.up);
  for (std::size_t t = 0; t < strip.steps; t += S) {
    for (std::size_t c = 0; c < S; ++c) {
      V diagonal = carried.corner, up = carried.above(c, c);
      carried.corner = up;
      if (kRecord) {
        hn::Store(up, d, record);
        record += kLanes;
      }
      for (int k = 0; k < K; ++k) {
        V& stay = carried.column[k];
        // lesser(): a NaN or -infinity goes on along its row, to its end.
        const V best = kPenalties ? lesser(hn::Add(up, toUp), lesser(diagonal, hn::Add(stay, toStay))) : lesser(up, lesser(diagonal, stay));
        diagonal = stay;
        up = stay = throughCell<kSquare, T>(hn::Load(d, cost), best);
        cost += kLanes;
        if (kRecord) {
          hn::Store(up, d, record);
          record += kLanes;
        }
      }
      carried.finish(c, c);
    }
    carried.advance(S);
  }
  carried.save();
}

// Ties: diagonal, staying on the row, up.
template <class T, int K, bool kSquare>
void starts(const MovePenalties<T>& penalties, const T* HWY_RESTRICT cost, const StripSteps<T>& strip, const StripSteps<T>& startStrip, T* record, T* startRecord) {
  constexpr std::size_t S = stripSkew(K), kLanes = kHardLanes<T>;
  const HardTag<T> d;
  using V = HardVector<T>;
  Carried<T, K> carried(strip), start(startStrip);
  const V toStay = hn::Set(d, penalties.stay), toUp = hn::Set(d, penalties.up);
  const auto keep = [&](V value, V from) HWY_ATTR {
    if (record == nullptr) return;
    hn::Store(value, d, record);
    hn::Store(from, d, startRecord);
    record += kLanes;
    startRecord += kLanes;
  };
  for (std::size_t t = 0; t < strip.steps; t += S) {
    for (std::size_t c = 0; c < S; ++c) {
      V diagonal = carried.corner, up = carried.above(c, c), diagonalStart = start.corner, upStart = start.above(c, c);
      carried.corner = up;
      start.corner = upStart;
      keep(up, upStart);
      for (int k = 0; k < K; ++k) {
        const V stay = hn::Add(carried.column[k], toStay), onRow = lesser(diagonal, stay), fromAbove = hn::Add(up, toUp);
        const V onRowStart = hn::IfThenElse(hn::Le(diagonal, stay), diagonalStart, start.column[k]);
        upStart = hn::IfThenElse(hn::Lt(fromAbove, onRow), upStart, onRowStart);
        diagonalStart = start.column[k];
        start.column[k] = upStart;
        diagonal = carried.column[k];
        up = carried.column[k] = throughCell<kSquare, T>(hn::Load(d, cost), lesser(fromAbove, onRow));
        cost += kLanes;
        keep(up, upStart);
      }
      carried.finish(c, c);
      start.finish(c, c);
    }
    carried.advance(S);
    start.advance(S);
  }
  carried.save();
  start.save();
}

// From run-time values to the instances.
template <class Run>
HWY_INLINE void withRowsPerLane(std::size_t rowsPerLane, const Run& run) {
  switch (rowsPerLane) {
    case 1: return run(std::integral_constant<int, 1>());
    case 4: return run(std::integral_constant<int, 4>());
    default: return run(std::integral_constant<int, 8>());
  }
}

template <class T>
void stripSquaredOf(const T* x, const SkewedSeries<T>& y, const StripSteps<T>& strip) {
  withRowsPerLane(strip.shape.rowsPerLane, [&](auto k) { squared<T, decltype(k)::value>(x, y, strip); });
}

template <class T>
void stripRecurrenceOf(bool square, const MovePenalties<T>& penalties, const T* cost, const StripSteps<T>& strip, T* record) {
  const bool none = penalties.stay == 0 && penalties.up == 0;
  withRowsPerLane(strip.shape.rowsPerLane, [&](auto k) {
    constexpr int K = decltype(k)::value;
    if (record != nullptr) {
      square ? recurrence<T, K, true, true, true>(penalties, cost, strip, record) : recurrence<T, K, false, true, true>(penalties, cost, strip, record);
    } else if (none) {
      square ? recurrence<T, K, true, false, false>(penalties, cost, strip, record) : recurrence<T, K, false, false, false>(penalties, cost, strip, record);
    } else {
      square ? recurrence<T, K, true, true, false>(penalties, cost, strip, record) : recurrence<T, K, false, true, false>(penalties, cost, strip, record);
    }
  });
}

template <class T>
void stripStartsOf(bool square, const MovePenalties<T>& penalties, const T* cost, const StripSteps<T>& strip, const StripSteps<T>& startStrip, T* record, T* startRecord) {
  withRowsPerLane(strip.shape.rowsPerLane, [&](auto k) {
    constexpr int K = decltype(k)::value;
    square ? starts<T, K, true>(penalties, cost, strip, startStrip, record, startRecord)
           : starts<T, K, false>(penalties, cost, strip, startStrip, record, startRecord);
  });
}

template <class T>
void stripCostsOf(CellCost kind, std::size_t channels, const T* x, const SkewedSeries<T>& y, const StripSteps<T>& strip, T* cost) {
  withRowsPerLane(strip.shape.rowsPerLane, [&](auto k) {
    constexpr int K = decltype(k)::value;
    switch (kind) {
      case CellCost::kDifference: return costs<T, K, CellCost::kDifference>(channels, x, y, strip, cost);
      case CellCost::kSquaredEuclidean: return costs<T, K, CellCost::kSquaredEuclidean>(channels, x, y, strip, cost);
      case CellCost::kEuclidean: return costs<T, K, CellCost::kEuclidean>(channels, x, y, strip, cost);
      case CellCost::kAbsolute: return costs<T, K, CellCost::kAbsolute>(channels, x, y, strip, cost);
      case CellCost::kCosine: return costs<T, K, CellCost::kCosine>(channels, x, y, strip, cost);
      case CellCost::kBinaryCrossEntropy: return costs<T, K, CellCost::kBinaryCrossEntropy>(channels, x, y, strip, cost);
    }
  });
}

template <class T>
void stripGivenCostsOf(const T* matrix, std::size_t stride, std::size_t rows, std::size_t cols, const StripSteps<T>& strip, T* cost) {
  withRowsPerLane(strip.shape.rowsPerLane, [&](auto k) { givenCosts<T, decltype(k)::value>(matrix, stride, rows, cols, strip, cost); });
}

template <class T>
std::size_t lanesOf() {
  return kHardLanes<T>;
}

constexpr StripFunctions<float> kStrip32{lanesOf<float>, stripSquaredOf<float>, stripRecurrenceOf<float>, stripStartsOf<float>, stripCostsOf<float>, stripGivenCostsOf<float>};
constexpr StripFunctions<double> kStrip64{lanesOf<double>, stripSquaredOf<double>, stripRecurrenceOf<double>, stripStartsOf<double>, stripCostsOf<double>, stripGivenCostsOf<double>};

}  // namespace wetas::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wetas {

template <>
const StripFunctions<float>& stripFunctions() noexcept {
  return *WETAS_SELECT(kStrip32);
}
template <>
const StripFunctions<double>& stripFunctions() noexcept {
  return *WETAS_SELECT(kStrip64);
}

}  // namespace wetas
#endif  // HWY_ONCE
