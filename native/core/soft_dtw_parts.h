// The ways to soft-DTW that soft_dtw.cc chooses from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/band.h"
#include "core/pair.h"
#include "wetas/control.h"
#include "wetas/soft_dtw.h"

namespace wetas {

// Where the gradients of one pair go; any may be null.
template <class T>
struct PairGradients {
  T* dx = nullptr;          // [rows, channels]
  T* dy = nullptr;          // [cols, channels]
  T* dCost = nullptr;       // [rows, cols], rows `stride` apart
  std::size_t stride = 0;
  bool streamed = false;    // dCost past the caches
  bool any() const noexcept { return dx != nullptr || dy != nullptr || dCost != nullptr; }
};

// `each` to all gradients of the pair, but 0 to what of dCost lies outside the band.
template <class T>
void fillGradients(const Pair<T>& pair, const RowIntervals& band, const PairGradients<T>& gradients, T each);

// One pair in extended-exponent arithmetic, every option, gamma > 0: in float32 where T is float and that can do it, else in float64.
// Fills the value, and the gradients, NaN with a NaN value. False where the pair is beyond this arithmetic.
template <class T>
bool softDtwFast(const Pair<T>& pair, const RowIntervals& band, const WarpingPaths& paths, double gamma, T* value, const PairGradients<T>& gradients,
                 Control& control);

// Dense cost matrices of few rows, many pairs at once, in extended-exponent arithmetic. gamma > 0.
template <class T>
class SoftDtwLanes {
 public:
  SoftDtwLanes(std::size_t rows, std::size_t cols, StepPattern pattern, double gamma, bool gradient);

  // How many pairs a group has, or 0 where strips are the better way for so many pairs, or the only one.
  std::size_t groupOf(std::size_t pairs) const noexcept;
  // The first `pairs` of a group: value [pairs] and, unless null, dCost [pairs, rows, cols]. Sets beyond[p] = 1 for pairs beyond this arithmetic.
  void run(std::size_t pairs, const T* cost, T* value, T* dCost, std::uint8_t* beyond) const;

 private:
  std::size_t rows_, cols_;
  StepPattern pattern_;
  double gamma_;
  bool gradient_;
};

// One pair with gamma 0: the smallest path cost. The limit of E would be the mean over all best paths; what we give is 1 on one of them, a
// subgradient.
template <class T>
T softDtwHard(const Pair<T>& pair, const RowIntervals& band, const WarpingPaths& paths, const PairGradients<T>& gradients, Control& control);

// One pair in float64 and the log domain, every option, gamma > 0. Returns the value; fills the gradients, NaN with a NaN value.
template <class T>
T softDtwExact(const Pair<T>& pair, const RowIntervals& band, const WarpingPaths& paths, double gamma, const PairGradients<T>& gradients, Control& control);

// The pairs at `indices` of a batch, on the CPU, as softDtw does them. gamma > 0. Pairs: CostPairs<float>, SeriesPairs<float>.
template <class Pairs>
void softDtwOfSome(const std::vector<std::size_t>& indices, const Pairs& pairs, const WarpingPaths& paths, double gamma, const SoftDtwOutputs<float>& outputs,
                   Control& control);

}  // namespace wetas
