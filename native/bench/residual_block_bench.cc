// The residual blocks of the default network, K = 2 causal and K = 3 centred, forward and backward, in float32 and in bfloat16, against the
// float32 peak of the vector units. Only the multiply-adds of the convolutions count.
// residual_block_bench [threads [repetitions]]: checks one block against plain loops, then prints the fastest repetition
// in CPU time, all threads added up: other work on the machine disturbs that less than it does the clock on the wall.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <vector>

#include "bench/fma_peak.h"
#include "wetas/device.h"
#include "wetas/matmul.h"
#include "wetas/residual_block.h"

namespace {

using namespace wetas;
using Floats = std::vector<float>;

Floats randomFloats(std::size_t count, float scale) {
  static std::mt19937 random(1);
  Floats values(count);
  for (float& value : values) value = std::uniform_real_distribution<float>(-scale, scale)(random);
  return values;
}

template <class F>
double fastest(int repetitions, const F& f) {
  double best = HUGE_VAL;
  for (int i = 0; i < repetitions; ++i) {
    const std::clock_t start = std::clock();
    f();
    best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return best;
}

double peakGflops() {
  float sum = 0;
  double operations = 0;
  // Short repetitions: on a busy machine some of them run undisturbed.
  const double seconds = fastest(300, [&] { operations = runFusedMultiplyAdds(200000, sum); });
  return std::isfinite(sum) ? operations / seconds / 1e9 : 0;
}

struct Block {
  explicit Block(const ResidualBlockShape& blockShape)
      : shape(blockShape), values(shape.batch * shape.length * shape.channels), matrix(shape.channels * shape.channels) {}

  void forward() { residualBlock(shape, weights(), x.data(), skip.data(), preActivation.data(), xOut.data(), skipOut.data()); }
  void backward() {
    residualBlockGrad(shape, weights(), x.data(), preActivation.data(), dXOut.data(), dSkipOut.data(), dx.data(),
                      {dFilter.data(), dBias.data(), dSkipWeight.data(), dSkipBias.data(), dOutWeight.data(), dOutBias.data()});
  }
  ResidualBlockWeights weights() const {
    return {filter.data(), bias.data(), skipWeight.data(), skipBias.data(), outWeight.data(), outBias.data()};
  }

  ResidualBlockShape shape;
  std::size_t values, matrix;
  Floats x = randomFloats(values, 1), skip = randomFloats(values, 1), dXOut = randomFloats(values, 1), dSkipOut = randomFloats(values, 1);
  Floats filter = randomFloats(shape.kernelSize * matrix, 0.1f), skipWeight = randomFloats(matrix, 0.1f), outWeight = randomFloats(matrix, 0.1f);
  Floats bias = randomFloats(shape.channels, 1), skipBias = bias, outBias = bias;
  Floats preActivation = Floats(values), xOut = Floats(values), skipOut = Floats(values), dx = Floats(values);
  Floats dFilter = filter, dSkipWeight = skipWeight, dOutWeight = outWeight, dBias = bias, dSkipBias = bias, dOutBias = bias;
};

// The largest error of xOut, and of dx along a random direction by central differences of sum(dXOut xOut + dSkipOut skipOut).
bool isRight() {
  Block block({2, 110, 128, 2, 4, 4, 0, 0});
  block.forward();
  block.backward();
  const std::size_t channels = block.shape.channels;
  Floats g(channels);
  double worst = 0;
  for (std::size_t row = 0; row < block.shape.batch * block.shape.length; ++row) {
    for (std::size_t o = 0; o < channels; ++o) {
      double a = block.bias[o];
      for (std::size_t i = 0; i < channels; ++i) {
        if (row % block.shape.length >= 4) a += block.x[(row - 4) * channels + i] * block.filter[i * channels + o];
        a += block.x[row * channels + i] * block.filter[block.matrix + i * channels + o];
      }
      g[o] = static_cast<float>(std::tanh(a) / (1 + std::exp(-a)));
    }
    for (std::size_t o = 0; o < channels; ++o) {
      double expected = block.x[row * channels + o] + block.outBias[o];
      for (std::size_t i = 0; i < channels; ++i) expected += g[i] * block.outWeight[i * channels + o];
      worst = std::max(worst, std::abs(expected - block.xOut[row * channels + o]));
    }
  }
  const Floats direction = randomFloats(block.values, 1);
  double along = 0;
  for (std::size_t i = 0; i < block.values; ++i) along += static_cast<double>(block.dx[i]) * direction[i];
  const auto lossAt = [&](float step) {
    Block moved = block;
    for (std::size_t i = 0; i < moved.values; ++i) moved.x[i] += step * direction[i];
    moved.forward();
    double loss = 0;
    for (std::size_t i = 0; i < moved.values; ++i) {
      loss += static_cast<double>(moved.dXOut[i]) * moved.xOut[i] + static_cast<double>(moved.dSkipOut[i]) * moved.skipOut[i];
    }
    return loss;
  };
  const float step = 1.0f / 256;
  const double numeric = (lossAt(step) - lossAt(-step)) / (2 * step);
  std::printf("xOut within %.1e of plain loops; derivative %.4f, by differences %.4f\n", worst, along, numeric);
  return worst < 1e-5 && std::abs(along - numeric) < 2e-3 * std::max(1.0, std::abs(numeric));
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1, repetitions = argc > 2 ? std::atoi(argv[2]) : 10;
  setThreadCount(static_cast<std::size_t>(threads));
  if (!isRight()) {
    std::fprintf(stderr, "the residual block is wrong: no timings\n");
    return 1;
  }
  const double peak = peakGflops();
  std::printf("%s, %d thread(s); peak of one core %.1f GFLOP/s\n", simdName(), threads, peak);
  const auto print = [&](const char* name, double operations, double seconds) {
    const double rate = operations / seconds / 1e9;
    std::printf("%-34s %8.2f ms %7.1f GFLOP/s %5.1f %% of peak\n", name, seconds * 1e3, rate, 100 * rate / peak);
  };

  const std::size_t batch = 32, length = 500, channels = 128;
  const double product = 2.0 * batch * length * channels * channels;
  Block pointwise({batch, length, channels, 1, 1, 0, 0, 0});
  print("matMul [16000,128] x [128,128]", product, fastest(5 * repetitions, [&] {
          batchMatMul({1, batch * length, channels, channels, 1, 1, false, false}, pointwise.x.data(), pointwise.skipWeight.data(),
                      pointwise.xOut.data());
        }));
  for (const Precision precision : {Precision::kFloat32, Precision::kBfloat16}) {
    for (const bool causal : {true, false}) {
      const std::size_t kernelSize = causal ? 2 : 3, products = kernelSize + 2;
      std::printf("%s, K = %zu %s\n", precision == Precision::kFloat32 ? "float32" : "bfloat16", kernelSize, causal ? "causal" : "centred");
      Block block({batch, length, channels, kernelSize, 1, 1, 0, 0, precision});
      double forward = 0, backward = 0;
      for (std::size_t dilation = 1; dilation <= 64; dilation *= 2) {
        // Causal taps look back over one dilation, centred ones over one on each side.
        block.shape.dilation = block.shape.padLeft = dilation;
        const double forwardNow = fastest(repetitions, [&] { block.forward(); }), backwardNow = fastest(repetitions, [&] { block.backward(); });
        char name[64];
        std::snprintf(name, sizeof name, "  forward, dilation %zu", dilation);
        print(name, products * product, forwardNow);
        std::snprintf(name, sizeof name, "  backward, dilation %zu", dilation);
        print(name, 2 * products * product, backwardNow);
        forward += forwardNow;
        backward += backwardNow;
      }
      print("  7 blocks forward", 7 * products * product, forward);
      print("  7 blocks backward", 14 * products * product, backward);
      print("  7 blocks forward + backward", 21 * products * product, forward + backward);
    }
  }
}
