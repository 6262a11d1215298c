// Hard DTW on one thread: hard_dtw_bench [repetitions]. Checks each result against a plain loop, then prints the median and the fastest
// repetition in CPU time, in ns per cell (per pair for the smallest).
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <random>
#include <vector>

#include "wetas/device.h"
#include "wetas/hard_dtw.h"

namespace {

using namespace wetas;
constexpr double kUnbounded = std::numeric_limits<double>::infinity();

double secondsOfThread() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class T>
std::vector<T> randomSeries(std::size_t count) {
  static std::mt19937 random(1);
  std::normal_distribution<double> normal;
  std::vector<T> series(count);
  for (T& value : series) value = static_cast<T>(normal(random));
  return series;
}

// Squared Euclidean costs.
template <class T>
double plainDistance(std::size_t rows, std::size_t cols, std::size_t channels, const T* x, const T* y) {
  std::vector<double> row(cols + 1, kUnbounded);
  row[0] = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    double diagonal = row[0], stay = kUnbounded;
    row[0] = kUnbounded;
    for (std::size_t j = 0; j < cols; ++j) {
      double cost = 0;
      for (std::size_t c = 0; c < channels; ++c) cost += std::pow(static_cast<double>(x[i * channels + c]) - static_cast<double>(y[j * channels + c]), 2);
      stay = cost + std::min({diagonal, row[j + 1], stay});
      diagonal = row[j + 1];
      row[j + 1] = stay;
    }
  }
  return row[cols];
}

int repetitions = 15;

template <class F>
void report(const char* name, double cells, double found, double expected, const F& f) {
  if (!(std::abs(found - expected) <= 1e-4 * std::abs(expected))) {
    std::printf("%-52s WRONG: %.9g, expected %.9g\n", name, found, expected);
    std::exit(1);
  }
  const int inner = std::max(1, static_cast<int>(2e5 / cells));
  std::vector<double> seconds;
  for (int i = 0; i < repetitions; ++i) {
    const double start = secondsOfThread();
    for (int k = 0; k < inner; ++k) f();
    seconds.push_back((secondsOfThread() - start) / inner / cells);
  }
  std::sort(seconds.begin(), seconds.end());
  std::printf("%-52s %8.4f  %8.4f\n", name, seconds[seconds.size() / 2] * 1e9, seconds[0] * 1e9);
}

template <class T>
void onePair(const char* type, std::size_t rows, std::size_t cols, std::size_t channels, double radius = -1) {
  const auto x = randomSeries<T>(rows * channels), y = randomSeries<T>(cols * channels);
  const SeriesPairs<T> pair{Pairing::kMatched, 1, rows, 1, cols, channels, PointCost::kSquaredEuclidean, x.data(), y.data(), nullptr, nullptr};
  T value;
  std::int32_t length;
  std::vector<std::int32_t> path((rows + cols) * 2);
  char name[100];
  WarpingPaths paths;
  if (radius >= 0) paths.band = {Band::kSakoeChiba, radius};
  const auto distance = [&] {
    Control control;
    hardDtw<T>(pair, paths, kUnbounded, {&value, nullptr, nullptr}, control);
  };
  const auto withPath = [&] {
    Control control;
    hardDtw<T>(pair, paths, kUnbounded, {&value, path.data(), &length}, control);
  };
  withPath();
  double ofPath = 0;
  for (std::int32_t k = 0; k < length; ++k) {
    for (std::size_t c = 0; c < channels; ++c) {
      ofPath += std::pow(static_cast<double>(x[static_cast<std::size_t>(path[2 * k]) * channels + c]) - static_cast<double>(y[static_cast<std::size_t>(path[2 * k + 1]) * channels + c]), 2);
    }
  }
  const double expected = radius >= 0 ? ofPath : plainDistance(rows, cols, channels, x.data(), y.data());
  const double cells = rows * cols <= 64 ? 1 : radius >= 0 ? static_cast<double>(rows) * (2 * radius + 1) : static_cast<double>(rows * cols);
  distance();
  std::snprintf(name, sizeof name, "%s distance %zu x %zu x %zu%s%s", type, rows, cols, channels, radius >= 0 ? " banded" : "", cells == 1 ? " (ns a pair)" : "");
  report(name, cells, value, expected, distance);
  withPath();
  std::snprintf(name, sizeof name, "%s path     %zu x %zu x %zu%s%s", type, rows, cols, channels, radius >= 0 ? " banded" : "", cells == 1 ? " (ns a pair)" : "");
  report(name, cells, ofPath, expected, withPath);
}

template <class T>
void fromCost(const char* type, std::size_t size) {
  const auto x = randomSeries<T>(size), y = randomSeries<T>(size);
  std::vector<T> cost(size * size);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) cost[i * size + j] = (x[i] - y[j]) * (x[i] - y[j]);
  }
  T value;
  const auto distance = [&] {
    Control control;
    hardDtwFromCost<T>({1, size, size, cost.data(), nullptr}, {}, kUnbounded, {&value, nullptr, nullptr}, control);
  };
  distance();
  char name[100];
  std::snprintf(name, sizeof name, "%s distance %zu x %zu, costs given", type, size, size);
  report(name, static_cast<double>(size * size), value, plainDistance(size, size, 1, x.data(), y.data()), distance);
}

template <class T>
void pairwise(const char* type, std::size_t count, std::size_t length, std::size_t channels) {
  const auto x = randomSeries<T>(count * length * channels);
  const SeriesPairs<T> pairs{Pairing::kCondensed, count, length, count, length, channels, PointCost::kSquaredEuclidean, x.data(), x.data(), nullptr, nullptr};
  std::vector<T> value(count * (count - 1) / 2);
  const auto all = [&] {
    Control control;
    hardDtw<T>(pairs, {}, kUnbounded, {value.data(), nullptr, nullptr}, control);
  };
  all();
  char name[100];
  std::snprintf(name, sizeof name, "%s condensed %zu series of %zu x %zu", type, count, length, channels);
  const T* const last = x.data() + (count - 1) * length * channels;
  report(name, static_cast<double>(value.size() * length * length), value.back(), plainDistance(length, length, channels, last - length * channels, last), all);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) repetitions = std::max(1, std::atoi(argv[1]));
  setThreadCount(1);
  std::printf("%s, one thread; ns per cell: median, fastest of %d\n", simdName(), repetitions);
  for (const std::size_t size : {8, 128, 512, 4096}) {
    onePair<float>("float32", size, size, 1);
    onePair<double>("float64", size, size, 1);
  }
  onePair<float>("float32", 512, 512, 8);
  onePair<float>("float32", 2000, 2000, 1, 100);
  onePair<float>("float32", 2000, 2000, 1, 10);
  fromCost<float>("float32", 512);
  fromCost<float>("float32", 2048);
  pairwise<float>("float32", 300, 128, 1);
  pairwise<double>("float64", 300, 128, 1);
  pairwise<float>("float32", 200, 128, 4);
}
