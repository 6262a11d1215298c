#include "wetas/pair_matrix.h"

#include <algorithm>
#include <cmath>

#include "core/thread_pool.h"

namespace wetas {
namespace {

constexpr std::size_t kAtOnce = std::size_t{1} << 16;  // numbers between two looks at the control
constexpr std::size_t kRows = 32;                      // as many as are written at once, a column at a time: one read of memory for all of them

}  // namespace

template <class T>
void squareRoots(std::size_t count, const T* values, T* roots, Control& control) {
  parallelFor((count + kAtOnce - 1) / kAtOnce, [&](std::size_t share) {
    if (control.stopped()) return;
    const std::size_t begin = share * kAtOnce, end = std::min(begin + kAtOnce, count);
    for (std::size_t i = begin; i < end; ++i) roots[i] = std::sqrt(values[i]);
    control.advance(end - begin);
  });
}

template <class T>
void mirror(std::size_t count, const T* upper, const T* diagonal, T* full, Control& control) {
  // Pair (p, q), p < q, is at q - p - 1 of it.
  const auto rowOf = [=](std::size_t p) { return upper + p * (2 * count - p - 1) / 2; };
  parallelFor((count + kRows - 1) / kRows, [&](std::size_t share) {
    const std::size_t begin = share * kRows, end = std::min(begin + kRows, count);
    for (std::size_t q = 0; q < end; ++q) {
      if (q % kAtOnce == 0 && control.stopped()) return;
      const T* const row = rowOf(q);
      for (std::size_t p = std::max(begin, q + 1); p < end; ++p) full[p * count + q] = row[p - q - 1];
    }
    for (std::size_t p = begin; p < end && !control.stopped(); ++p) {
      full[p * count + p] = diagonal[p];
      std::copy_n(rowOf(p), count - p - 1, full + p * count + p + 1);
    }
    control.advance((end - begin) * count);
  });
}

template void squareRoots(std::size_t, const float*, float*, Control&);
template void squareRoots(std::size_t, const double*, double*, Control&);
template void mirror(std::size_t, const float*, const float*, float*, Control&);
template void mirror(std::size_t, const double*, const double*, double*, Control&);

}  // namespace wetas
