// Soft-DTW on one core: nanoseconds a cell, in CPU time, fastest and median of the repetitions.
// soft_dtw_bench [seconds a row [name part]]: checks value and gradients of each kind of work against a plain recursion first, and runs the rows
// whose name has the part in it.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "wetas/device.h"
#include "wetas/soft_dtw.h"

namespace {

using namespace wetas;

double cpuSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <class T>
std::vector<T> normals(std::size_t count) {
  static std::mt19937 random(1);
  std::normal_distribution<double> normal;
  std::vector<T> values(count);
  for (T& value : values) value = static_cast<T>(normal(random));
  return values;
}

struct Work {
  const char* name;
  std::size_t batch, rows, cols, channels;  // channels 0: the cost is given
  StepPattern pattern;
  bool gradient, ofY;
};

// r, then E, of one pair in long double.
struct Plain {
  long double value;
  std::vector<long double> expected;

  Plain(std::size_t rows, std::size_t cols, StepPattern pattern, const std::vector<long double>& cost) : expected(rows * cols) {
    const std::size_t stride = cols + 1;
    std::vector<long double> r((rows + 1) * stride, HUGE_VALL), e(r.size());
    r[0] = 0;
    const auto softmin = [&](std::size_t at) {
      const long double up = pattern == StepPattern::kSymmetric1 ? r[at - stride] : HUGE_VALL;
      const long double lowest = std::min({r[at - stride - 1], r[at - 1], up});
      if (std::isinf(lowest)) return lowest;
      return lowest - std::log(std::exp(lowest - r[at - stride - 1]) + std::exp(lowest - r[at - 1]) + std::exp(lowest - up));
    };
    for (std::size_t i = 1; i <= rows; ++i) {
      for (std::size_t j = 1; j <= cols; ++j) r[i * stride + j] = cost[(i - 1) * cols + j - 1] + softmin(i * stride + j);
    }
    value = r.back();
    e.back() = 1;
    for (std::size_t i = rows; i > 0; --i) {
      for (std::size_t j = cols; j > 0; --j) {
        const std::size_t at = i * stride + j;
        expected[(i - 1) * cols + j - 1] = e[at];
        if (e[at] == 0) continue;
        const long double from = softmin(at);
        e[at - stride - 1] += e[at] * std::exp(from - r[at - stride - 1]);
        e[at - 1] += e[at] * std::exp(from - r[at - 1]);
        if (pattern == StepPattern::kSymmetric1) e[at - stride] += e[at] * std::exp(from - r[at - stride]);
      }
    }
  }
};

template <class T>
class Bench {
 public:
  explicit Bench(const Work& work)
      : work_(work), x_(normals<T>(work.batch * work.rows * work.channels)), y_(normals<T>(work.batch * work.cols * work.channels)),
        cost_(normals<T>(work.channels == 0 ? work.batch * work.rows * work.cols : 0)), value_(work.batch) {
    for (T& each : cost_) each *= each;
    if (!work.gradient) return;
    dx_.resize(x_.size());
    if (work.ofY) dy_.resize(y_.size());
    dCost_.resize(cost_.size());
  }

  void run() {
    WarpingPaths paths;
    paths.pattern = work_.pattern;
    Control control;
    const auto orNull = [](std::vector<T>& values) { return values.empty() ? nullptr : values.data(); };
    if (work_.channels == 0) {
      softDtwFromCost<T>({work_.batch, work_.rows, work_.cols, cost_.data(), nullptr}, paths, 1, value_.data(), orNull(dCost_), control);
    } else {
      softDtw<T>({Pairing::kMatched, work_.batch, work_.rows, work_.batch, work_.cols, work_.channels, PointCost::kSquaredEuclidean, x_.data(), y_.data(), nullptr, nullptr},
                 paths, 1, {value_.data(), orNull(dx_), orNull(dy_), nullptr}, control);
    }
  }

  // Of the last pair.
  bool isRight() {
    run();
    const std::size_t rows = work_.rows, cols = work_.cols, channels = work_.channels, last = work_.batch - 1;
    std::vector<long double> cost(rows * cols);
    const T *const x = x_.data() + last * rows * channels, *const y = y_.data() + last * cols * channels;
    for (std::size_t at = 0; at < cost.size(); ++at) {
      if (channels == 0) cost[at] = cost_[last * cost.size() + at];
      for (std::size_t k = 0; k < channels; ++k) {
        const long double difference = static_cast<long double>(x[at / cols * channels + k]) - y[at % cols * channels + k];
        cost[at] += difference * difference;
      }
    }
    const Plain plain(rows, cols, work_.pattern, cost);
    long double worst = std::abs(plain.value - value_[last]) / std::max(1.0L, std::abs(plain.value));
    for (std::size_t at = 0; at < (dCost_.empty() ? 0 : cost.size()); ++at) {
      worst = std::max(worst, std::abs(plain.expected[at] - dCost_[last * cost.size() + at]));
    }
    // Gradients of points relative to the largest of them.
    const auto largest = [](const std::vector<T>& gradients) {
      return std::accumulate(gradients.begin(), gradients.end(), T(0), [](T most, T each) { return std::max(most, std::abs(each)); });
    };
    const long double ofX = largest(dx_), ofY = largest(dy_);
    for (std::size_t k = 0; k < channels; ++k) {
      for (std::size_t i = 0; !dx_.empty() && i < rows; ++i) {
        long double sum = 0;
        for (std::size_t j = 0; j < cols; ++j) sum += 2 * plain.expected[i * cols + j] * (x[i * channels + k] - y[j * channels + k]);
        worst = std::max(worst, std::abs(sum - dx_[(last * rows + i) * channels + k]) / ofX);
      }
      for (std::size_t j = 0; !dy_.empty() && j < cols; ++j) {
        long double sum = 0;
        for (std::size_t i = 0; i < rows; ++i) sum += 2 * plain.expected[i * cols + j] * (y[j * channels + k] - x[i * channels + k]);
        worst = std::max(worst, std::abs(sum - dy_[(last * cols + j) * channels + k]) / ofY);
      }
    }
    if (worst < (sizeof(T) == 4 ? 1e-5L : 1e-12L)) return true;
    std::fprintf(stderr, "%s is wrong by %Lg\n", work_.name, worst);
    return false;
  }

  void time(double seconds) {
    const double cells = static_cast<double>(work_.batch) * static_cast<double>(work_.rows) * static_cast<double>(work_.cols);
    const int runs = static_cast<int>(std::ceil(1e5 / cells));  // to make the clock's own time small
    std::vector<double> times;
    for (double total = 0; total < seconds || times.size() < 5; total += times.back() * runs) {
      const double start = cpuSeconds();
      for (int i = 0; i < runs; ++i) run();
      times.push_back((cpuSeconds() - start) / runs);
    }
    std::sort(times.begin(), times.end());
    std::printf("%-52s %s %8.3f %8.3f\n", work_.name, sizeof(T) == 4 ? "float32" : "float64", times.front() / cells * 1e9, times[times.size() / 2] / cells * 1e9);
    std::fflush(stdout);
  }

 private:
  Work work_;
  std::vector<T> x_, y_, cost_, value_, dx_, dy_, dCost_;
};

constexpr StepPattern kThree = StepPattern::kSymmetric1, kTwo = StepPattern::kStayOrAdvance;

constexpr Work kWorks[] = {
    {"cost (32,128,128) forward and backward", 32, 128, 128, 0, kThree, true, false},
    {"cost (32,512,512) forward and backward", 32, 512, 512, 0, kThree, true, false},
    {"cost (8,1024,1024) forward and backward", 8, 1024, 1024, 0, kThree, true, false},
    {"cost (1,4096,4096) forward and backward", 1, 4096, 4096, 0, kThree, true, false},
    {"points of 8 (32,512,512) gradient of x", 32, 512, 512, 8, kThree, true, false},
    {"points of 8 (32,512,512) gradients of x and y", 32, 512, 512, 8, kThree, true, true},
    {"cost (32,512,512) forward", 32, 512, 512, 0, kThree, false, false},
    {"points of 8 (32,512,512) forward", 32, 512, 512, 8, kThree, false, false},
    {"points of 1 (1,8,8) forward", 1, 8, 8, 1, kThree, false, false},
    {"cost (1,8,8) forward and backward", 1, 8, 8, 0, kThree, true, false},
    {"stayOrAdvance (32,6,500) forward and backward", 32, 6, 500, 0, kTwo, true, false},
};

template <class T>
bool benchAll(double seconds, const char* part) {
  for (const Work& work : kWorks) {
    if (std::strstr(work.name, part) == nullptr) continue;
    Bench<T> bench(work);
    if (work.rows <= 1024 && !bench.isRight()) return false;
    bench.time(seconds);
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 1;
  const char* const part = argc > 2 ? argv[2] : "";
  setThreadCount(1);
  std::printf("%s, one thread, ns a cell: fastest, median\n", simdName());
  return benchAll<float>(seconds, part) && benchAll<double>(seconds, part) ? 0 : 1;
}
