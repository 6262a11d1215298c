#include "core/log_domain.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/cost_rows.h"
#include "core/row_history.h"
#include "kernels/cpu/soft_dtw_log.h"

namespace wetas {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kColumnsAtOnce = 1 << 14;  // between two looks at the control

// What the recursions share: rows of cols + 1 numbers, the first of them column -1.
template <class T>
class Rows {
 public:
  Rows(const LogDomain<T>& problem) : problem_(problem), costs_(problem.pair) {}

  std::size_t width() const { return problem_.pair.cols + 1; }
  std::size_t begin(std::size_t i) const { return problem_.band.first(i); }
  std::size_t end(std::size_t i) const { return problem_.band.behind(i); }

  // Into row 0 paths come diagonally only: by (-1, -1), or by every cell of row -1.
  LogMoves moves(std::size_t i) const {
    return {problem_.gamma, problem_.paths.stepPenalty, i > 0 && problem_.paths.pattern == StepPattern::kSymmetric1};
  }
  void start(double* above) const {
    std::fill_n(above, width(), kInfinity);
    std::fill_n(above, problem_.paths.openStart ? problem_.pair.cols : 1, 0.0);
  }

  // r of row i, and +infinity wherever the next row reads besides. False where a cost is NaN or -infinity, or on a stop.
  bool next(std::size_t i, const double* above, double* row) {
    const double* const cost = costs_.row(i, begin(i), end(i));
    if (holdsNaN(cost + begin(i), cost + end(i))) return false;
    row[begin(i)] = kInfinity;
    if (i + 1 < problem_.pair.rows) std::fill(row + 1 + end(i), row + 1 + end(i + 1), kInfinity);
    fromFirst(i, [&](std::size_t from, std::size_t to) { softCostRow(moves(i), from, to, cost, above + 1, row + 1); });
    return !problem_.control.stopped();
  }

  // body(from, to) for the columns of row i, a share at a time, from the first or from the last; no more of them after a stop.
  template <class Body>
  void fromFirst(std::size_t i, const Body& body) const {
    for (std::size_t from = begin(i), to; from < end(i) && !problem_.control.stopped(); from = to) body(from, to = std::min(from + kColumnsAtOnce, end(i)));
  }
  template <class Body>
  void fromLast(std::size_t i, const Body& body) const {
    for (std::size_t to = end(i), from; to > begin(i) && !problem_.control.stopped(); to = from) body(from = to - std::min(to - begin(i), kColumnsAtOnce), to);
  }

  // The first column of the last row where a path may end.
  std::size_t firstEnd() const {
    return std::max(problem_.paths.openEnd ? 0 : problem_.pair.cols - 1, begin(problem_.pair.rows - 1));
  }

  // The value, from the last row, and in shares, zeros before, the probability that a path ends in each of its cells.
  double finish(const double* last, double* shares) const {
    const std::size_t from = firstEnd(), to = end(problem_.pair.rows - 1);
    if (from >= to) return kInfinity;
    const double* const lowest = std::min_element(last + 1 + from, last + 1 + to);
    if (*lowest == kInfinity || problem_.gamma == 0) return *lowest;
    double sum = 0;
    for (std::size_t j = from; j < to; ++j) sum += shares[j + 1] = std::exp((*lowest - last[j + 1]) / problem_.gamma);
    for (std::size_t j = from; j < to; ++j) shares[j + 1] /= sum;
    return *lowest - problem_.gamma * std::log(sum);
  }

  // Zeros in what row i adds to; further to the left no row so far has added anything.
  void clearAbove(std::size_t i, double* above) const { std::fill(above + begin(i), above + 1 + end(i), 0.0); }

 private:
  const LogDomain<T>& problem_;
  CostRows costs_;
};

}  // namespace

template <class T>
double LogDomain<T>::value(const TakeRow& softCost) const {
  Rows<T> rows(*this);
  std::vector<double> two(2 * rows.width());
  double *above = two.data(), *row = above + rows.width();
  rows.start(above);
  for (std::size_t i = 0; i < pair.rows; ++i) {
    if (!rows.next(i, above, row)) return kNaN;
    if (softCost) softCost(i, rows.begin(i), rows.end(i), row + 1);
    control.advance(pair.cols);
    std::swap(above, row);
  }
  return rows.finish(above, row);
}

template <class T>
double LogDomain<T>::gradient(const TakeRow& takeExpected) const {
  Rows<T> rows(*this);
  RowHistory history(pair.rows, rows.width());
  bool valid = true;
  const auto next = [&](std::size_t i, const double* above, double* row) { valid = valid && rows.next(i, above, row); };
  rows.start(history.start());
  const double* const last = history.forward(next);
  control.advance(pair.rows * (pair.cols - pair.cols / 2));
  if (!valid) return kNaN;

  std::vector<double> expected(rows.width()), expectedAbove(rows.width());
  const double value = rows.finish(last, expected.data());
  if (value == kInfinity) return value;
  history.backward(next, [&](std::size_t i, const double* above, const double* row) {
    if (!valid || control.stopped()) return;
    rows.clearAbove(i, expectedAbove.data());
    rows.fromLast(i, [&](std::size_t from, std::size_t to) { expectedRow(rows.moves(i), from, to, above + 1, row + 1, expectedAbove.data() + 1, expected.data() + 1); });
    takeExpected(i, rows.begin(i), rows.end(i), expected.data() + 1);
    control.advance(pair.cols / 2);
    expected.swap(expectedAbove);
  });
  return valid ? value : kNaN;
}

template <class T>
double LogDomain<T>::hessianProduct(const T* direction, std::size_t stride, const TakeRow& takeProduct) const {
  Rows<T> rows(*this);
  const std::size_t width = rows.width();
  RowHistory history(pair.rows, 2 * width);  // r, and its derivative
  std::vector<double> along(pair.cols);
  bool valid = true;
  const auto next = [&](std::size_t i, const double* above, double* row) {
    valid = valid && rows.next(i, above, row);
    if (!valid) return;
    std::copy(direction + i * stride + rows.begin(i), direction + i * stride + rows.end(i), along.data() + rows.begin(i));
    rows.fromFirst(i, [&](std::size_t from, std::size_t to) {
      softCostTangentRow(rows.moves(i), from, to, along.data(), {above + 1, above + width + 1}, {row + 1, row + width + 1});
    });
  };
  rows.start(history.start());
  const double* const last = history.forward(next);
  control.advance(pair.rows * (pair.cols - pair.cols / 2));
  if (!valid) return kNaN;

  std::vector<double> expected(width), expectedAbove(width), product(width), productAbove(width);
  const double value = rows.finish(last, expected.data());
  if (value == kInfinity) return value;
  const std::size_t bottom = pair.rows - 1, from = rows.firstEnd(), to = rows.end(bottom);
  double mean = 0;
  for (std::size_t j = from; j < to; ++j) {
    if (expected[j + 1] != 0) mean += expected[j + 1] * last[width + j + 1];
  }
  for (std::size_t j = from; j < to; ++j) {
    if (expected[j + 1] != 0) product[j + 1] = expected[j + 1] * (mean - last[width + j + 1]) / gamma;
  }
  history.backward(next, [&](std::size_t i, const double* above, const double* row) {
    if (!valid || control.stopped()) return;
    rows.clearAbove(i, expectedAbove.data());
    rows.clearAbove(i, productAbove.data());
    rows.fromLast(i, [&](std::size_t from, std::size_t to) {
      expectedTangentRow(rows.moves(i), from, to, {above + 1, above + width + 1}, {row + 1, row + width + 1},
                         {expectedAbove.data() + 1, productAbove.data() + 1}, {expected.data() + 1, product.data() + 1});
    });
    takeProduct(i, rows.begin(i), rows.end(i), product.data() + 1);
    control.advance(pair.cols / 2);
    expected.swap(expectedAbove);
    product.swap(productAbove);
  });
  return valid ? value : kNaN;
}

template struct LogDomain<float>;
template struct LogDomain<double>;

}  // namespace wetas
