// The residual blocks of the default network, K = 2 causal and K = 3 centred, forward and backward, in float32 and in bfloat16, against the
// float32 peak of the vector units. Only the multiply-adds of the convolutions count.
// residual_blocks_bench [threads [repetitions]]: checks them against plain loops, then prints medians over the repetitions, in CPU time, all threads added up:
// other work on the machine disturbs that less than it does the clock on the wall. In each repetition the peak is measured anew, over as long a time, for the clock of a
// core varies with its load and its neighbours' from second to second.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <new>
#include <random>
#include <vector>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include "bench/fma_peak.h"
#include "wetas/device.h"
#include "wetas/residual_blocks.h"

namespace {

using namespace wetas;

// Memory in large pages, where the system has them: so has the addon's.
template <class T>
struct LargePages {
  using value_type = T;
  static constexpr std::align_val_t kPage{std::size_t{2} << 20};

  T* allocate(std::size_t count) {
    void* const memory = ::operator new(count * sizeof(T), kPage);
#ifdef MADV_HUGEPAGE
    madvise(memory, count * sizeof(T), MADV_HUGEPAGE);
#endif
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) { ::operator delete(memory, kPage); }
  bool operator==(const LargePages&) const { return true; }
  bool operator!=(const LargePages&) const { return false; }
};
using Floats = std::vector<float, LargePages<float>>;

Floats randomFloats(std::size_t count, float scale) {
  static std::mt19937 random(1);
  Floats values(count);
  for (float& value : values) value = std::uniform_real_distribution<float>(-scale, scale)(random);
  return values;
}

template <class F>
double secondsOf(const F& f) {
  const std::clock_t start = std::clock();
  f();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

// Of one core, over about 0.1 s.
double peakGflops() {
  static float sum = 0;
  double operations = 0;
  const double seconds = secondsOf([&] { operations = runFusedMultiplyAdds(50000000, sum); });
  return std::isfinite(sum) ? operations / seconds / 1e9 : 0;
}

// One kind of work: its rate and its share of the peak, repetition by repetition.
struct Figures {
  const char* name;
  double operations;
  std::vector<double> seconds = {}, shares = {};

  double add(double time, double peak) {
    seconds.push_back(time);
    shares.push_back(operations / time / 1e9 / peak);
    return time;
  }
  void print() const {
    const double time = median(seconds);
    std::printf("  %-34s %8.2f ms %7.1f GFLOP/s %5.1f %% of peak\n", name, time * 1e3, operations / time / 1e9, 100 * median(shares));
  }
};

// All of a network's blocks, dilations 1, 2, 4 and so on, causal taps looking back over one dilation and centred ones over one on each side; the last without its output convolution.
struct Blocks {
  Blocks(const ResidualBlocksShape& sizes, std::size_t count) : shape(sizes), kept(residualBlocksKept(sizes, count)) {
    const std::size_t matrix = shape.channels * shape.channels;
    const auto made = [&](std::size_t size, float scale) { return arrays.emplace_back(randomFloats(size, scale)).data(); };
    arrays.reserve(12 * count);
    for (std::size_t i = 0, dilation = 1; i < count; ++i, dilation *= 2) {
      const bool last = i + 1 == count;
      weights.push_back({dilation, dilation, 0, made(shape.kernelSize * matrix, 0.1f), made(shape.channels, 1), made(matrix, 0.1f), made(shape.channels, 1),
                         last ? nullptr : made(matrix, 0.1f), last ? nullptr : made(shape.channels, 1)});
      gradients.push_back({made(shape.kernelSize * matrix, 0), made(shape.channels, 0), made(matrix, 0), made(shape.channels, 0),
                           last ? nullptr : made(matrix, 0), last ? nullptr : made(shape.channels, 0)});
    }
  }

  void forward() { residualBlocks(shape, weights, x.data(), kept.data(), nullptr, skipOut.data()); }
  void backward() { residualBlocksGrad(shape, weights, x.data(), kept.data(), nullptr, dSkipOut.data(), dx.data(), gradients); }
  void infer() { residualBlocks(shape, weights, x.data(), nullptr, nullptr, skipOut.data()); }

  ResidualBlocksShape shape;
  std::vector<Floats> arrays;
  std::vector<ResidualBlock> weights;
  std::vector<ResidualBlockGradients> gradients;
  Floats kept, x = randomFloats(shape.batch * shape.length * shape.channels, 1), dSkipOut = randomFloats(x.size(), 1);
  Floats skipOut = Floats(x.size()), dx = Floats(x.size());
};

// The largest error of a block's skipOut, and of dx along a random direction by central differences of sum(dSkipOut skipOut) over two blocks.
bool isRight() {
  Blocks one({2, 110, 128, 2, 0}, 1);
  one.forward();
  const std::size_t channels = one.shape.channels, matrix = channels * channels;
  const ResidualBlock& block = one.weights[0];
  Floats g(channels);
  double worst = 0;
  for (std::size_t row = 0; row < one.shape.batch * one.shape.length; ++row) {
    for (std::size_t o = 0; o < channels; ++o) {
      double a = block.bias[o];
      for (std::size_t i = 0; i < channels; ++i) {
        if (row % one.shape.length >= 1) a += one.x[(row - 1) * channels + i] * block.filter[i * channels + o];
        a += one.x[row * channels + i] * block.filter[matrix + i * channels + o];
      }
      g[o] = static_cast<float>(std::tanh(a) / (1 + std::exp(-a)));
    }
    for (std::size_t o = 0; o < channels; ++o) {
      double expected = block.skipBias[o];
      for (std::size_t i = 0; i < channels; ++i) expected += g[i] * block.skipWeight[i * channels + o];
      worst = std::max(worst, std::abs(expected - one.skipOut[row * channels + o]));
    }
  }
  Blocks two({2, 110, 128, 2, 0}, 2);
  two.forward();
  two.backward();
  const Floats direction = randomFloats(two.x.size(), 1), start = two.x;
  double along = 0;
  for (std::size_t i = 0; i < start.size(); ++i) along += static_cast<double>(two.dx[i]) * direction[i];
  const auto lossAt = [&](float step) {
    for (std::size_t i = 0; i < start.size(); ++i) two.x[i] = start[i] + step * direction[i];
    two.infer();
    double loss = 0;
    for (std::size_t i = 0; i < start.size(); ++i) loss += static_cast<double>(two.dSkipOut[i]) * two.skipOut[i];
    return loss;
  };
  const float step = 1.0f / 256;
  const double numeric = (lossAt(step) - lossAt(-step)) / (2 * step);
  std::printf("skipOut within %.1e of plain loops; derivative %.4f, by differences %.4f\n", worst, along, numeric);
  return worst < 1e-5 && std::abs(along - numeric) < 2e-3 * std::max(1.0, std::abs(numeric));
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1, repetitions = argc > 2 ? std::atoi(argv[2]) : 10;
  setThreadCount(static_cast<std::size_t>(threads));
  if (!isRight()) {
    std::fprintf(stderr, "the residual blocks are wrong: no timings\n");
    return 1;
  }
  std::printf("%s, %d thread(s)\n", simdName(), threads);
  const std::size_t batch = 32, length = 500, channels = 128, layers = 7;
  const double product = 2.0 * batch * length * channels * channels;
  for (const Precision precision : {Precision::kFloat32, Precision::kBfloat16}) {
    for (const std::size_t kernelSize : {2, 3}) {
      std::printf("%s, K = %zu %s\n", precision == Precision::kFloat32 ? "float32" : "bfloat16", kernelSize, kernelSize == 2 ? "causal" : "centred");
      Blocks blocks({batch, length, channels, kernelSize, 0, precision}, layers);
      const double products = static_cast<double>(layers * (kernelSize + 2) - 1) * product;
      Figures forward{"7 blocks forward", products}, backward{"7 blocks backward", 2 * products}, both{"7 blocks forward + backward", 3 * products};
      Figures inference{"7 blocks forward, nothing kept", products};
      std::vector<double> peaks;
      for (int i = 0; i < repetitions; ++i) {
        const double peak = peaks.emplace_back(peakGflops());
        const double there = forward.add(secondsOf([&] { blocks.forward(); }), peak), back = backward.add(secondsOf([&] { blocks.backward(); }), peak);
        both.add(there + back, peak);
        inference.add(secondsOf([&] { blocks.infer(); }), peak);
      }
      std::printf("  peak of one core %37.1f GFLOP/s\n", median(peaks));
      for (const Figures& figures : {forward, backward, both, inference}) figures.print();
    }
  }
}
