#include "core/band.h"

#include <algorithm>
#include <cmath>

namespace wetas {
namespace {

void sakoeChiba(double radius, double rows, double cols, RowIntervals& intervals) {
  const double reach = std::max(radius, 0.5) * (std::max(rows, cols) - 1);
  double begin = 0, end = 0;
  for (double i = 0; i < rows; ++i) {
    while (begin < cols && i * (cols - 1) - begin * (rows - 1) > reach) ++begin;
    while (end < cols && end * (rows - 1) - i * (cols - 1) <= reach) ++end;
    intervals.begin.push_back(static_cast<std::int32_t>(begin));
    intervals.end.push_back(static_cast<std::int32_t>(end));
  }
}

double toTwoDecimals(double value) { return std::nearbyint(value * 100) / 100; }

// tslearn says which rows a column may use: from the first to before the second of these, neither ever decreasing.
void itakura(double slope, double rows, double cols, RowIntervals& intervals) {
  const double steep = slope * (rows / cols), flat = 1 / slope * (rows / cols);
  const auto first = [=](double j) {
    return std::ceil(std::max(toTwoDecimals(flat * j), toTwoDecimals(rows - 1 - steep * (cols - 1) + steep * j)));
  };
  const auto behind = [=](double j) {
    return std::floor(std::min(toTwoDecimals(steep * j), toTwoDecimals(rows - 1 - flat * (cols - 1) + flat * j)) + 1);
  };
  double begin = 0, end = 0;
  for (double i = 0; i < rows; ++i) {
    while (begin < cols && behind(begin) <= i) ++begin;
    while (end < cols && first(end) <= i) ++end;
    intervals.begin.push_back(static_cast<std::int32_t>(begin));
    intervals.end.push_back(static_cast<std::int32_t>(std::max(begin, end)));
  }
}

}  // namespace

RowIntervals::RowIntervals(const Band& band, std::size_t rows, std::size_t cols) : cols_(cols) {
  if (band.kind == Band::kNone) return;
  begin.reserve(rows);
  end.reserve(rows);
  const double height = static_cast<double>(rows), width = static_cast<double>(cols);
  band.kind == Band::kSakoeChiba ? sakoeChiba(band.size, height, width, *this) : itakura(band.size, height, width, *this);
  for (std::size_t i = 0; i < rows; ++i) blocked_ |= begin[i] == end[i];
}

}  // namespace wetas
