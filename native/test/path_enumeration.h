// The slow and obvious reference of small problems: every path, one by one.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "wetas/dtw_problem.h"

namespace wetas {

// What the header of core/band.h says, cell by cell; Itakura column by column as tslearn does it.
class BandMask {
 public:
  BandMask(const Band& band, std::size_t rows, std::size_t cols) : cols_(cols), allowed_(rows * cols, band.kind == Band::kNone) {
    for (std::size_t j = 0; j < cols; ++j) {
      const auto [low, high] = itakuraColumn(band.size, static_cast<double>(rows), static_cast<double>(cols), static_cast<double>(j));
      for (std::size_t i = 0; i < rows; ++i) {
        const double across = std::abs(static_cast<double>(i * (cols - 1)) - static_cast<double>(j * (rows - 1)));
        if (band.kind == Band::kSakoeChiba) allowed_[i * cols + j] = 2 * across <= std::max(2 * band.size, 1.0) * static_cast<double>(std::max(rows, cols) - 1);
        if (band.kind == Band::kItakura) allowed_[i * cols + j] = low <= static_cast<double>(i) && static_cast<double>(i) < high;
      }
    }
  }
  bool allows(std::size_t i, std::size_t j) const { return allowed_[i * cols_ + j]; }

 private:
  static std::pair<double, double> itakuraColumn(double slope, double rows, double cols, double j) {
    const auto round = [](double value) { return std::nearbyint(value * 100) / 100; };
    const double steep = slope * (rows / cols), flat = 1 / slope * (rows / cols);
    return {std::ceil(std::max(round(flat * j), round(rows - 1 - steep * (cols - 1) + steep * j))),
            std::floor(std::min(round(steep * j), round(rows - 1 - flat * (cols - 1) + flat * j)) + 1)};
  }

  std::size_t cols_;
  std::vector<bool> allowed_;
};

struct WholePath {
  long double penalty;
  std::vector<std::size_t> cells;  // i * cols + j, from start to end
};

inline void extendPath(std::size_t rows, std::size_t cols, const WarpingPaths& paths, const BandMask& mask, std::size_t i, std::size_t j, WholePath& path,
                       std::vector<WholePath>& all) {
  if (i >= rows || j >= cols || !mask.allows(i, j)) return;
  path.cells.push_back(i * cols + j);
  if (i == rows - 1 && (j == cols - 1 || paths.openEnd)) all.push_back(path);
  extendPath(rows, cols, paths, mask, i + 1, j + 1, path, all);
  path.penalty += paths.stepPenalty;
  extendPath(rows, cols, paths, mask, i, j + 1, path, all);
  if (paths.pattern == StepPattern::kSymmetric1) extendPath(rows, cols, paths, mask, i + 1, j, path, all);
  path.penalty -= paths.stepPenalty;
  path.cells.pop_back();
}

inline std::vector<WholePath> everyPath(std::size_t rows, std::size_t cols, const WarpingPaths& paths) {
  const BandMask mask(paths.band, rows, cols);
  std::vector<WholePath> all;
  WholePath path{0, {}};
  for (std::size_t j = 0; j < (paths.openStart ? cols : 1); ++j) extendPath(rows, cols, paths, mask, 0, j, path, all);
  return all;
}

// Of one pair, cost [rows, cols], gamma > 0.
struct SoftReference {
  long double value = std::numeric_limits<long double>::infinity();
  std::vector<long double> expected, product;  // E, and the derivative of E along the direction

  SoftReference(const std::vector<WholePath>& paths, std::size_t cells, double gamma, const double* cost, const double* direction = nullptr)
      : expected(cells), product(cells) {
    std::vector<long double> total, along;
    for (const WholePath& path : paths) {
      total.push_back(path.penalty);
      along.push_back(0);
      for (const std::size_t cell : path.cells) {
        total.back() += cost[cell];
        if (direction != nullptr) along.back() += direction[cell];
      }
    }
    const long double lowest = total.empty() ? value : *std::min_element(total.begin(), total.end());
    if (std::isinf(lowest)) return;
    long double sum = 0, mean = 0;
    for (std::size_t p = 0; p < paths.size(); ++p) sum += std::exp((lowest - total[p]) / gamma);
    value = lowest - gamma * std::log(sum);
    for (std::size_t p = 0; p < paths.size(); ++p) {
      const long double weight = std::exp((lowest - total[p]) / gamma) / sum;
      if (weight == 0) continue;  // and along may be no number
      mean += weight * along[p];
      for (const std::size_t cell : paths[p].cells) {
        expected[cell] += weight;
        product[cell] -= weight * along[p] / gamma;
      }
    }
    for (std::size_t cell = 0; cell < cells; ++cell) product[cell] += expected[cell] * mean / gamma;
  }
};

}  // namespace wetas
