// The rows of a recursion, forwards and then backwards, without keeping all of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace wetas {

// Rows of `width` numbers, each made from the one above it. Those of a long recursion are kept in part, every segment's first, and made
// again a segment at a time: O(sqrt(rows)) of them at once.
class RowHistory {
 public:
  RowHistory(std::size_t rows, std::size_t width)
      : rows_(rows), width_(width), segment_(rows * width <= kKeepAll ? rows : static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(rows))))),
        firsts_((rows + segment_ - 1) / segment_ * width), work_((segment_ + 1) * width) {}

  // The row above the first, for the caller to fill before forward().
  double* start() { return work_.data(); }

  // next(i, above, row) makes row i. Returns the last row.
  template <class Next>
  const double* forward(const Next& next) {
    for (std::size_t begin = 0;; begin += segment_) {
      std::copy_n(work_.data(), width_, first(begin));
      const double* const last = run(begin, next);
      if (begin + segment_ >= rows_) return last;
      std::copy_n(last, width_, work_.data());
    }
  }

  // back(i, above, row) for every row from the last to the first, after forward(next).
  template <class Next, class Back>
  void backward(const Next& next, const Back& back) {
    for (std::size_t end = rows_; end > 0;) {
      const std::size_t begin = (end - 1) / segment_ * segment_;
      if (end != rows_) {
        std::copy_n(first(begin), width_, work_.data());
        run(begin, next);
      }
      for (; end > begin; --end) back(end - 1, row(end - 1 - begin), row(end - begin));
    }
  }

 private:
  static constexpr std::size_t kKeepAll = std::size_t{1} << 19;  // numbers: 4 MB

  double* first(std::size_t begin) { return firsts_.data() + begin / segment_ * width_; }
  double* row(std::size_t k) { return work_.data() + k * width_; }
  template <class Next>
  const double* run(std::size_t begin, const Next& next) {
    const std::size_t count = std::min(segment_, rows_ - begin);
    for (std::size_t k = 0; k < count; ++k) next(begin + k, row(k), row(k + 1));
    return row(count);
  }

  std::size_t rows_, width_, segment_;
  std::vector<double> firsts_, work_;
};

}  // namespace wetas
