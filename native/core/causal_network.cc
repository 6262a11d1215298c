#include "wetas/causal_network.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "core/scratch.h"
#include "core/thread_pool.h"
#include "kernels/cpu/dropout.h"
#include "kernels/cpu/elementwise.h"
#include "kernels/cpu/gate.h"
#include "kernels/cpu/gemm.h"

namespace wetas {
namespace {

constexpr std::size_t kTileRows = 48;

// No network is larger than this, and within it no product of sizes overflows.
constexpr std::size_t kMostChannels = 65536, kMostLayers = 1024, kMostHistory = std::size_t{1} << 31;

void check(const CausalNetworkShape& shape) {
  const auto inRange = [](const char* name, std::size_t value, std::size_t least, std::size_t most) {
    if (value >= least && value <= most) return;
    throw std::invalid_argument("expected a whole number in [" + std::to_string(least) + ", " + std::to_string(most) + "] for `" + name +
                                "` but received " + std::to_string(value));
  };
  inRange("channels", shape.channels, 1, kMostChannels);
  inRange("hiddenSize", shape.hidden, 1, kMostChannels);
  inRange("outputSize", shape.output, 1, kMostChannels);
  inRange("kernelSize", shape.kernelSize, 2, kMostChannels);
  inRange("nLayers", shape.layers, 1, kMostLayers);
  std::size_t history = shape.kernelSize - 1;
  inRange("dilationBase", shape.dilationBase, 1, kMostHistory);
  for (std::size_t i = 1; i < shape.layers && history < kMostHistory; ++i) history *= shape.dilationBase;
  if (history >= kMostHistory) throw std::invalid_argument("expected (kernelSize - 1) * dilationBase^(nLayers - 1) < 2^31");
}

// One of the dilated convolutions: the entry is number 0, block i number i + 1.
struct Convolution {
  std::size_t in, out, taps, dilation;

  Convolution(const CausalNetworkShape& shape, std::size_t number)
      : in(number == 0 ? shape.channels : shape.hidden), out(shape.hidden), taps(shape.kernelSize), dilation(1) {
    for (std::size_t i = 1; i < number; ++i) dilation *= shape.dilationBase;
  }

  // Rows of its input that it looks back at, and that its part of the state keeps: that of time t in slot t % historyRows().
  std::size_t historyRows() const { return (taps - 1) * dilation; }
};

// Calls matrix(k, n) or bias(n) for each of the parameters in order. The last block's output convolution is among them, though it feeds nothing.
template <class Matrix, class Bias>
void forEachParameter(const CausalNetworkShape& shape, const Matrix& matrix, const Bias& bias) {
  for (std::size_t number = 0; number <= shape.layers; ++number) {
    const Convolution convolution(shape, number);
    for (std::size_t tap = 0; tap < convolution.taps; ++tap) matrix(convolution.in, convolution.out);
    bias(convolution.out);
    if (number == 0) continue;
    for (int branch = 0; branch < 2; ++branch) {
      matrix(shape.hidden, shape.hidden);
      bias(shape.hidden);
    }
  }
  matrix(shape.hidden, shape.hidden);
  bias(shape.hidden);
  matrix(shape.hidden, shape.output);
  bias(shape.output);
  matrix(shape.output, 1);
  bias(1);
}

// Hands out the packed parameters one after the other.
class Reader {
 public:
  explicit Reader(const float* packed) : next_(packed) {}
  const float* matrix(std::size_t k, std::size_t n) { return take(packedSize(k, n)); }
  const float* bias(std::size_t n) { return take(n); }

 private:
  const float* take(std::size_t count) {
    const float* taken = next_;
    next_ += count;
    return taken;
  }

  const float* next_;
};

// c [rows, n] = a [rows, k] b + bias + addend (or 0 where null), or c += where `accumulate`.
void product(std::size_t rows, std::size_t k, std::size_t n, const float* a, const float* packedB, const float* bias, const float* addend, bool accumulate,
             float* c) {
  const Term term{a, k, packedPanels(k, packedB), k};
  Gemm task{Precision::kFloat32, rows, n, &term, 1, c, n};
  task.accumulate = accumulate;
  task.bias = bias;
  task.addend = addend;
  task.addendStride = n;
  gemm(task);
}

// A stretch of rows as a convolution sees it: `rows` new ones, and those before them in the ring.
struct Stretch {
  std::size_t position, rows;
  const float* x;     // [rows, in]
  const float* ring;  // [historyRows, in]
};

// y [count, out] = bias + the sum over the taps, for `count` rows of the stretch from `first` on. A tap reads some rows from the ring, which may wrap around
// once, and the rest from the stretch itself.
void convolve(const Convolution& convolution, const Stretch& stretch, const float* packed, const float* bias, std::size_t first, std::size_t count, float* y) {
  const std::size_t in = convolution.in, out = convolution.out, history = convolution.historyRows();
  const std::size_t start = stretch.position % history;
  for (std::size_t tap = 0; tap < convolution.taps; ++tap, packed += packedSize(in, out)) {
    const std::size_t back = (convolution.taps - 1 - tap) * convolution.dilation;
    for (std::size_t row = first; row < first + count;) {
      std::size_t available = first + count - row;
      const float* from;
      if (row < back) {
        const std::size_t slot = (start + history - back + row) % history;
        available = std::min({available, back - row, history - slot});
        from = stretch.ring + slot * in;
      } else {
        from = stretch.x + (row - back) * in;
      }
      float* to = y + (row - first) * out;
      const bool isFirst = tap == 0;
      product(available, in, out, from, packed, isFirst ? bias : nullptr, nullptr, !isFirst, to);
      row += available;
    }
  }
}

// The last rows of the stretch replace the oldest ones of the ring.
void remember(const Convolution& convolution, const Stretch& stretch, float* ring) {
  const std::size_t in = convolution.in, history = convolution.historyRows();
  for (std::size_t row = stretch.rows - std::min(stretch.rows, history); row < stretch.rows; ++row) {
    std::copy_n(stretch.x + row * in, in, ring + (stretch.position + row) % history * in);
  }
}

// body(first row, number of rows) for tiles of all rows, spread over the threads.
template <class Body>
void forEachTile(std::size_t rows, const Body& body) {
  parallelFor((rows + kTileRows - 1) / kTileRows, [&](std::size_t tile) {
    body(tile * kTileRows, std::min(kTileRows, rows - tile * kTileRows));
  });
}

}  // namespace

std::size_t causalNetworkParameters(const CausalNetworkShape& shape) {
  check(shape);
  std::size_t count = 0;
  forEachParameter(shape, [&](std::size_t k, std::size_t n) { count += k * n; }, [&](std::size_t n) { count += n; });
  return count;
}

std::size_t causalNetworkPackedSize(const CausalNetworkShape& shape) {
  check(shape);
  std::size_t count = 0;
  forEachParameter(shape, [&](std::size_t k, std::size_t n) { count += packedSize(k, n); }, [&](std::size_t n) { count += n; });
  return count;
}

std::size_t causalNetworkStateSize(const CausalNetworkShape& shape) {
  check(shape);
  std::size_t count = 0;
  for (std::size_t number = 0; number <= shape.layers; ++number) {
    const Convolution convolution(shape, number);
    count += convolution.historyRows() * convolution.in;
  }
  return count;
}

std::size_t causalNetworkPeriod(const CausalNetworkShape& shape) {
  check(shape);
  // The history of every convolution divides that of the last one.
  return Convolution(shape, shape.layers).historyRows();
}

void packCausalNetwork(const CausalNetworkShape& shape, const float* parameters, float* packed) {
  check(shape);
  forEachParameter(
      shape,
      [&](std::size_t k, std::size_t n) {
        packMatrix(Precision::kFloat32, k, n, parameters, n, false, packed);
        parameters += k * n;
        packed += packedSize(k, n);
      },
      [&](std::size_t n) {
        std::copy_n(parameters, n, packed);
        parameters += n;
        packed += n;
      });
}

void advanceCausalNetwork(const CausalNetworkShape& shape, const float* packed, std::size_t position, std::size_t rows, const float* x, float* state,
                          float* hiddenOutput, float* denseLogit) {
  check(shape);
  if (position >= causalNetworkPeriod(shape)) {
    throw std::invalid_argument("expected a whole number below " + std::to_string(causalNetworkPeriod(shape)) + " for `position` but received " +
                                std::to_string(position));
  }
  const std::size_t hidden = shape.hidden, values = rows * hidden;
  const Dropout none(0, 0);
  float* z = scratch<Scratch::kCausalRows>(3 * values);
  float* zNext = z + values;
  float* skip = zNext + values;
  Reader reader(packed);
  const auto readTaps = [&](const Convolution& convolution) {
    const float* filter = reader.matrix(convolution.in, convolution.out);
    for (std::size_t tap = 1; tap < convolution.taps; ++tap) reader.matrix(convolution.in, convolution.out);
    return filter;
  };

  const Convolution entry(shape, 0);
  const Stretch input{position, rows, x, state};
  const float* entryFilter = readTaps(entry);
  const float* entryBias = reader.bias(hidden);
  forEachTile(rows, [&](std::size_t first, std::size_t count) { convolve(entry, input, entryFilter, entryBias, first, count, z + first * hidden); });
  remember(entry, input, state);
  state += entry.historyRows() * entry.in;

  for (std::size_t number = 1; number <= shape.layers; ++number) {
    const Convolution convolution(shape, number);
    const Stretch stretch{position, rows, z, state};
    const bool isFirst = number == 1, isLast = number == shape.layers;
    const float* filter = readTaps(convolution);
    const float* bias = reader.bias(hidden);
    const float* skipWeight = reader.matrix(hidden, hidden);
    const float* skipBias = reader.bias(hidden);
    const float* outWeight = reader.matrix(hidden, hidden);
    const float* outBias = reader.bias(hidden);
    forEachTile(rows, [&](std::size_t first, std::size_t count) {
      float* g = scratch<Scratch::kGate>(kTileRows * hidden);
      convolve(convolution, stretch, filter, bias, first, count, g);
      gateForward(count * hidden, 0, none, g, g);
      float* skipRows = skip + first * hidden;
      product(count, hidden, hidden, g, skipWeight, skipBias, nullptr, !isFirst, skipRows);
      if (isLast) return;
      product(count, hidden, hidden, g, outWeight, outBias, z + first * hidden, false, zNext + first * hidden);
    });
    remember(convolution, stretch, state);
    state += convolution.historyRows() * hidden;
    std::swap(z, zNext);
  }

  const float* headWeight = reader.matrix(hidden, hidden);
  const float* headBias = reader.bias(hidden);
  const float* outputWeight = reader.matrix(hidden, shape.output);
  const float* outputBias = reader.bias(shape.output);
  const float* linearWeight = reader.matrix(shape.output, 1);
  const float* linearBias = reader.bias(1);
  forEachTile(rows, [&](std::size_t first, std::size_t count) {
    float* inner = scratch<Scratch::kGate>(kTileRows * hidden);
    float* outer = skip + first * hidden;
    float* output = hiddenOutput + first * shape.output;
    unaryKernel(UnaryOp::kRelu, count * hidden, outer, outer);
    product(count, hidden, hidden, outer, headWeight, headBias, nullptr, false, inner);
    unaryKernel(UnaryOp::kRelu, count * hidden, inner, inner);
    product(count, hidden, shape.output, inner, outputWeight, outputBias, nullptr, false, output);
    product(count, shape.output, 1, output, linearWeight, linearBias, nullptr, false, denseLogit + first);
  });
}

}  // namespace wetas
