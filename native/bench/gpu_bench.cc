// Soft-DTW and DTW on the GPU against the CPU, from host memory to host memory: medians of the wall time, with copies, and the mean time of the kernels alone by the GPU's
// own clock, as fractions of what the GPU could do at best: move every input and output once, or do the float32 arithmetic that stands in the kernels. Comparisons and
// integers, which are half of soft-DTW's work, are not counted. Of a call that goes in parts, two at once, each part's time holds some of the other's.
// gpu_bench [--json] [seconds a row [name part [BATCHxLENGTHxCHANNELS ...]]]: checks each kind of work against the CPU first, and runs the rows whose name has the part in
// it. --json: a line of JSON a row, of the GPU alone, for benchmarks/gpu.py. Needs a build with WETAS_CUDA.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "kernels/cuda/gpu.h"
#include "wetas/device.h"
#include "wetas/hard_dtw.h"
#include "wetas/soft_dtw.h"

namespace {

using namespace wetas;

std::vector<float> uniform(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> each(0, 1);
  std::vector<float> values(count);
  for (float& value : values) value = each(random);
  return values;
}

struct Shape {
  std::size_t batch, length, channels;
  std::size_t cells() const { return batch * length * length; }
  std::size_t numbers() const { return batch * length * channels; }
};

// Inputs and outputs of one call.
struct Work {
  std::vector<float> x, y, out[3];

  virtual ~Work() = default;
  virtual void run(Device device) = 0;
  virtual double operationsOfCell() const = 0;  // of float32, a fused multiply-add counted as two
  double bytes() const { return sizeof(float) * static_cast<double>(x.size() + y.size() + out[0].size() + out[1].size() + out[2].size()); }
};

// Forward, forward once more with the probabilities of the moves, and backward; and of each channel.
constexpr double kSoftDtw = 20 + 38 + 5, kHardDtw = 3, kCost = 3, kGradients = 6.5;

struct OfSeries : Work {
  const SeriesPairs<float> pairs;
  Control control;

  explicit OfSeries(const Shape& shape) : pairs(fill(shape)) {}
  double channels() const { return static_cast<double>(pairs.channels); }
  SeriesPairs<float> fill(const Shape& shape) {
    x = uniform(shape.numbers(), 1);
    y = uniform(shape.numbers(), 2);
    out[0].resize(shape.batch);
    return {Pairing::kMatched, shape.batch, shape.length, shape.batch, shape.length, shape.channels, PointCost::kSquaredEuclidean, x.data(), y.data(), nullptr, nullptr};
  }
};

struct SoftOfSeries : OfSeries {
  explicit SoftOfSeries(const Shape& shape) : OfSeries(shape) {
    out[1].resize(shape.numbers());
    out[2].resize(shape.numbers());
  }
  void run(Device device) override { softDtw<float>(pairs, {}, 1, device, {out[0].data(), out[1].data(), out[2].data(), nullptr}, control); }
  double operationsOfCell() const override { return kSoftDtw + (2 * kCost + kGradients) * channels(); }
};

struct HardOfSeries : OfSeries {
  using OfSeries::OfSeries;
  void run(Device device) override { hardDtw<float>(pairs, {}, HUGE_VAL, device, {out[0].data(), nullptr, nullptr}, control); }
  double operationsOfCell() const override { return kHardDtw + kCost * channels(); }
};

struct SoftOfCost : Work {
  const Shape shape;
  Control control;

  explicit SoftOfCost(const Shape& of) : shape(of) {
    x = uniform(shape.cells(), 3);
    out[0].resize(shape.batch);
    out[1].resize(shape.cells());
  }
  void run(Device device) override {
    softDtwFromCost<float>({shape.batch, shape.length, shape.length, x.data(), nullptr}, {}, 1, device, out[0].data(), out[1].data(), control);
  }
  double operationsOfCell() const override { return kSoftDtw; }
};

template <class Kind>
std::unique_ptr<Work> make(const Shape& shape) { return std::make_unique<Kind>(shape); }

constexpr struct {
  const char* name;
  std::unique_ptr<Work> (*make)(const Shape&);
} kKinds[] = {{"soft-DTW, value and both gradients", make<SoftOfSeries>}, {"soft-DTW of costs, value and E", make<SoftOfCost>}, {"DTW distance", make<HardOfSeries>}};

// The largest difference of the two devices, relative to the number where that is above 1.
double check(Work& work) {
  work.run(Device::kCpu);
  const std::vector<float> expected[] = {work.out[0], work.out[1], work.out[2]};
  work.run(Device::kCuda);
  double worst = 0;
  for (int o = 0; o < 3; ++o) {
    for (std::size_t at = 0; at < expected[o].size(); ++at) {
      const double error = std::abs(static_cast<double>(work.out[o][at]) - expected[o][at]) / std::max(1.0, std::abs(static_cast<double>(expected[o][at])));
      worst = error <= worst ? worst : error;  // a NaN stays
    }
  }
  return worst;
}

struct Seconds {
  double wall, kernels;
};

Seconds timed(Work& work, Device device, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  std::vector<double> times;
  const double kernelsBefore = cuda::gpu().kernelSeconds();
  const Clock::time_point start = Clock::now();
  while (times.size() < 3 || since(start) < seconds) {
    const Clock::time_point begin = Clock::now();
    work.run(device);
    times.push_back(since(begin));
  }
  const double kernels = cuda::gpu().kernelSeconds() - kernelsBefore;
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
  return {times[times.size() / 2], kernels / static_cast<double>(times.size())};
}

constexpr Shape kShapes[] = {{1024, 128, 1}, {256, 512, 8}, {256, 1024, 8}, {32, 4096, 64}, {1, 8192, 8}};

struct Arguments {
  bool json = false;
  double seconds = 1;
  std::string part;
  std::vector<Shape> shapes;

  Arguments(int argc, char** argv) {
    std::vector<std::string> given(argv + 1, argv + argc);
    if (!given.empty() && given[0] == "--json") {
      json = true;
      given.erase(given.begin());
    }
    if (given.size() > 0) seconds = std::atof(given[0].c_str());
    if (given.size() > 1) part = given[1];
    for (std::size_t at = 2; at < given.size(); ++at) {
      Shape shape{};
      if (std::sscanf(given[at].c_str(), "%zux%zux%zu", &shape.batch, &shape.length, &shape.channels) != 3) {
        std::fprintf(stderr, "expected BATCHxLENGTHxCHANNELS but received %s\n", given[at].c_str());
        std::exit(2);
      }
      shapes.push_back(shape);
    }
    if (shapes.empty()) shapes.assign(std::begin(kShapes), std::end(kShapes));
  }
};

bool row(const std::string& name, const Shape& shape, Work& work, const Arguments& arguments, const cuda::GpuPeaks& peaks) {
  const double error = check(work), cells = static_cast<double>(shape.cells());
  if (!(error < 1e-3)) {
    std::printf("%s: the GPU differs from the CPU by %g\n", name.c_str(), error);
    return false;
  }
  const Seconds onGpu = timed(work, Device::kCuda, arguments.seconds);
  const auto fraction = [&](double done, double peak) { return peak > 0 ? done / onGpu.kernels / peak : 0; };  // 0: the driver does not tell the peak
  const double ofMemory = fraction(work.bytes(), peaks.bytesPerSecond), ofArithmetic = fraction(work.operationsOfCell() * cells, peaks.operationsPerSecond);
  if (arguments.json) {
    std::printf("{\"name\": \"%s\", \"seconds\": %.9g, \"kernelSeconds\": %.9g, \"ofMemory\": %.4g, \"ofArithmetic\": %.4g, \"error\": %.2g}\n", name.c_str(), onGpu.wall, onGpu.kernels,
                ofMemory, ofArithmetic, error);
  } else {
    const double onCpu = timed(work, Device::kCpu, arguments.seconds).wall;
    std::printf("%-55s GPU %9.3f ms; kernels %9.3f ms, %7.4f ns a cell, %4.1f %% of memory, %4.1f %% of arithmetic; CPU %9.3f ms; ratio %6.2f; differ by %.1e\n", name.c_str(),
                1e3 * onGpu.wall, 1e3 * onGpu.kernels, 1e9 * onGpu.kernels / cells, 100 * ofMemory, 100 * ofArithmetic, 1e3 * onCpu, onCpu / onGpu.wall, error);
  }
  std::fflush(stdout);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments(argc, argv);
  const GpuInfo gpu = gpuInfo();
  if (!gpu.missing.empty()) {
    std::fprintf(stderr, "no GPU: %s\n", gpu.missing.c_str());
    return 1;
  }
  const cuda::GpuPeaks peaks = cuda::gpu().peaks();
  if (!arguments.json) {
    std::printf("%s (compute capability %s) against %zu threads, %s\n", gpu.name.c_str(), gpu.computeCapability.c_str(), threadCount(), simdName());
    std::printf("at best %.0f GB/s and %.1f TFLOP/s in float32\n", 1e-9 * peaks.bytesPerSecond, 1e-12 * peaks.operationsPerSecond);
  }
  for (const Shape& shape : arguments.shapes) {
    for (const auto& kind : kKinds) {
      const std::string name = std::string(kind.name) + ", " + std::to_string(shape.batch) + " x " + std::to_string(shape.length) + " x " + std::to_string(shape.channels);
      if (name.find(arguments.part) == std::string::npos) continue;
      const std::unique_ptr<Work> work = kind.make(shape);
      if (!row(name, shape, *work, arguments, peaks)) return 1;
    }
  }
  return 0;
}
