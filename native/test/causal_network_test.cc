#include "wetas/causal_network.h"

#include <algorithm>
#include <cstring>
#include <ostream>
#include <stdexcept>

#include "network_reference.h"
#include "wetas/device.h"

namespace wetas {

void PrintTo(const CausalNetworkShape& s, std::ostream* out) {
  *out << "channels " << s.channels << " hidden " << s.hidden << " output " << s.output << " kernelSize " << s.kernelSize << " dilationBase "
       << s.dilationBase << " layers " << s.layers;
}

namespace {

using namespace test;

// A network with random parameters, packed.
struct Network {
  explicit Network(const CausalNetworkShape& networkShape) : shape(networkShape), packed(causalNetworkPackedSize(shape)) {
    std::mt19937 random(5);
    parameters = randomFloats(random, causalNetworkParameters(shape));
    for (float& parameter : parameters) parameter *= 0.5f;
    packCausalNetwork(shape, parameters.data(), packed.data());
  }

  CausalNetworkShape shape;
  Floats parameters, packed;
};

struct Outputs {
  Floats output, denseLogit;
};

// x [rows, channels] in stretches of next() rows.
template <class Next>
Outputs advance(const Network& network, const Floats& x, const Next& next) {
  const CausalNetworkShape& s = network.shape;
  const std::size_t rows = x.size() / s.channels;
  Outputs result{Floats(rows * s.output, NAN), Floats(rows, NAN)};
  Floats state(causalNetworkStateSize(s));
  for (std::size_t row = 0; row < rows;) {
    const std::size_t count = std::min<std::size_t>(next(), rows - row);
    advanceCausalNetwork(s, network.packed.data(), row % causalNetworkPeriod(s), count, x.data() + row * s.channels, state.data(),
                         result.output.data() + row * s.output, result.denseLogit.data() + row);
    row += count;
  }
  return result;
}

// The whole network over all of x at once, as plain loops in float64.
Doubles referenceLogits(const Network& network, const Floats& x) {
  const auto [channels, hidden, output, kernelSize, dilationBase, layers] = network.shape;
  const std::size_t rows = x.size() / channels;
  const float* next = network.parameters.data();
  const auto take = [&](std::size_t count) {
    const Floats taken(next, next + count);
    next += count;
    return taken;
  };
  const auto convolve = [&](const Doubles& z, std::size_t in, std::size_t out, std::size_t taps, std::size_t dilation) {
    const Floats filter = take(taps * in * out), bias = take(out);
    return convolution({1, rows, in, out, taps, dilation, (taps - 1) * dilation}, z, filter, bias);
  };
  const auto relu = [](Doubles z) {
    for (double& value : z) value = std::max(value, 0.0);
    return z;
  };
  Doubles z = convolve(widened(x), channels, hidden, kernelSize, 1);
  Doubles skip(z.size());
  for (std::size_t i = 0, dilation = 1; i < layers; ++i, dilation *= dilationBase) {
    Doubles gate = convolve(z, hidden, hidden, kernelSize, dilation);
    for (double& a : gate) a = std::tanh(a) / (1 + std::exp(-a));
    const Doubles toSkip = convolve(gate, hidden, hidden, 1, 1), toNext = convolve(gate, hidden, hidden, 1, 1);
    for (std::size_t j = 0; j < z.size(); ++j) {
      skip[j] += toSkip[j];
      z[j] += toNext[j];
    }
  }
  const Doubles inner = convolve(relu(skip), hidden, hidden, 1, 1);
  return convolve(convolve(relu(inner), hidden, output, 1, 1), output, 1, 1, 1);
}

bool sameBits(const Floats& a, const Floats& b) { return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0; }

class CausalNetwork : public testing::TestWithParam<CausalNetworkShape> {};

TEST_P(CausalNetwork, AgreesWithLoops) {
  const Network network(GetParam());
  std::mt19937 random(1);
  const Floats x = randomFloats(random, 150 * GetParam().channels);
  const Outputs outputs = advance(network, x, [] { return 64; });
  expectClose(outputs.denseLogit, referenceLogits(network, x), 2e-5, "denseLogit");
}

TEST_P(CausalNetwork, GivesTheSameBitsHoweverTheSeriesIsCut) {
  const Network network(GetParam());
  std::mt19937 random(2);
  const Floats x = randomFloats(random, 301 * GetParam().channels);
  const Outputs whole = advance(network, x, [] { return 301; });
  for (const std::size_t rows : {1, 2, 7, 48, 49, 200}) {
    const Outputs cut = advance(network, x, [rows] { return rows; });
    ASSERT_TRUE(sameBits(cut.denseLogit, whole.denseLogit)) << rows << " rows at a time";
    ASSERT_TRUE(sameBits(cut.output, whole.output)) << rows << " rows at a time";
  }
  const Outputs random60 = advance(network, x, [&] { return 1 + random() % 60; });
  ASSERT_TRUE(sameBits(random60.denseLogit, whole.denseLogit));
}

TEST_P(CausalNetwork, GivesTheSameBitsAtAnyNumberOfThreads) {
  const Network network(GetParam());
  std::mt19937 random(3);
  const Floats x = randomFloats(random, 301 * GetParam().channels);
  const std::size_t before = threadCount();
  setThreadCount(1);
  const Outputs one = advance(network, x, [] { return 300; });
  setThreadCount(3);
  const Outputs three = advance(network, x, [] { return 300; });
  setThreadCount(before);
  ASSERT_TRUE(sameBits(one.denseLogit, three.denseLogit));
}

INSTANTIATE_TEST_SUITE_P(Shapes, CausalNetwork,
                         testing::Values(CausalNetworkShape{1, 1, 1, 2, 1, 1}, CausalNetworkShape{3, 5, 4, 2, 2, 3},
                                         CausalNetworkShape{8, 32, 33, 2, 2, 7}, CausalNetworkShape{2, 16, 17, 3, 3, 4},
                                         CausalNetworkShape{5, 7, 9, 3, 2, 5}, CausalNetworkShape{2, 3, 2, 5, 1, 4},
                                         CausalNetworkShape{4, 300, 6, 2, 2, 2}));

TEST(CausalNetworkChecks, RefuseAbsurdSizes) {
  for (const CausalNetworkShape shape : {CausalNetworkShape{1, 1, 1, 1, 2, 1}, CausalNetworkShape{1, 1, 1, 2, 0, 1}, CausalNetworkShape{1, 1, 1, 2, 2, 0},
                                         CausalNetworkShape{1, 1, 1, 2, 2, 33}, CausalNetworkShape{1u << 31, 1, 1, 2, 2, 1}, CausalNetworkShape{1, 1, 0, 2, 2, 1}}) {
    EXPECT_THROW(causalNetworkPackedSize(shape), std::invalid_argument);
    EXPECT_THROW(causalNetworkStateSize(shape), std::invalid_argument);
  }
  const Network network({1, 2, 1, 2, 2, 2});
  EXPECT_EQ(causalNetworkPeriod(network.shape), 2u);
  Floats state(causalNetworkStateSize(network.shape)), x(1), output(1), denseLogit(1);
  EXPECT_THROW(advanceCausalNetwork(network.shape, network.packed.data(), 2, 1, x.data(), state.data(), output.data(), denseLogit.data()),
               std::invalid_argument);
}

}  // namespace
}  // namespace wetas
