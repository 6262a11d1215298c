#include "wetas/residual_blocks.h"

#include <cstring>
#include <ostream>
#include <stdexcept>

#include "kernels/cpu/dropout.h"
#include "network_reference.h"
#include "wetas/device.h"

namespace wetas {
namespace {

using namespace test;

// Sizes of one block and what all blocks have in common.
struct BlockSizes {
  std::size_t batch, length, channels, kernelSize, dilation, padLeft;
  double dropoutRate;
  std::uint32_t dropoutSeed;
  Precision precision = Precision::kFloat32;
};

void PrintTo(const BlockSizes& s, std::ostream* out) {
  *out << "batch " << s.batch << " length " << s.length << " channels " << s.channels << " kernelSize " << s.kernelSize
       << " dilation " << s.dilation << " padLeft " << s.padLeft << " dropoutRate " << s.dropoutRate
       << (s.precision == Precision::kBfloat16 ? " bfloat16" : "");
}

// All arrays of one block alone, forward and backward.
struct Block {
  Block(const BlockSizes& sizes, bool isLast, std::uint32_t seed = 11) : shape(sizes), last(isLast) {
    std::mt19937 random(seed);
    const std::size_t c = shape.channels, values = shape.batch * shape.length * c;
    for (Floats* array : {&x, &dXOut, &dSkipOut}) *array = randomFloats(random, values);
    filter = randomFloats(random, shape.kernelSize * c * c);
    for (Floats* array : {&skipWeight, &outWeight}) *array = randomFloats(random, c * c);
    for (Floats* array : {&bias, &skipBias, &outBias}) *array = randomFloats(random, c);
    for (Floats* array : {&preActivation, &xOut, &skipOut, &dx}) array->assign(values, NAN);
    dFilter.assign(filter.size(), NAN);
    for (Floats* array : {&dSkipWeight, &dOutWeight}) array->assign(c * c, NAN);
    for (Floats* array : {&dBias, &dSkipBias, &dOutBias}) array->assign(c, NAN);
  }

  ResidualBlocksShape common() const {
    return {shape.batch, shape.length, shape.channels, shape.kernelSize, shape.dropoutRate, shape.precision};
  }
  ResidualBlock weights() const {
    return {shape.dilation,     shape.padLeft,   shape.dropoutSeed, filter.data(), bias.data(), skipWeight.data(),
            skipBias.data(), last ? nullptr : outWeight.data(), last ? nullptr : outBias.data()};
  }
  ResidualBlockGradients gradients() {
    return {dFilter.data(), dBias.data(), dSkipWeight.data(), dSkipBias.data(), last ? nullptr : dOutWeight.data(), last ? nullptr : dOutBias.data()};
  }

  void runForward(bool keeps = true) {
    residualBlocks(common(), {weights()}, x.data(), keeps ? preActivation.data() : nullptr, last ? nullptr : xOut.data(), skipOut.data());
  }
  void runBackward(bool wantsDx = true) {
    residualBlocksGrad(common(), {weights()}, x.data(), preActivation.data(), last ? nullptr : dXOut.data(), dSkipOut.data(),
                       wantsDx ? dx.data() : nullptr, {gradients()});
  }
  void run() {
    runForward();
    runBackward();
  }

  BlockSizes shape;
  bool last;
  Floats x, filter, bias, skipWeight, skipBias, outWeight, outBias, preActivation, xOut, skipOut;
  Floats dXOut, dSkipOut, dx, dFilter, dBias, dSkipWeight, dSkipBias, dOutWeight, dOutBias;
};

double gate(double a) { return std::tanh(a) / (1 + std::exp(-a)); }

class ResidualBlocks : public testing::TestWithParam<std::tuple<BlockSizes, bool>> {};

TEST_P(ResidualBlocks, OneAgreesWithLoops) {
  Block block(std::get<0>(GetParam()), std::get<1>(GetParam()));
  block.run();
  const BlockSizes& s = block.shape;
  const std::size_t c = s.channels, values = s.batch * s.length * c;
  const ConvShape dilated{s.batch, s.length, c, c, s.kernelSize, s.dilation, s.padLeft}, pointwise{s.batch, s.length, c, c, 1, 1, 0};

  const Precision precision = s.precision;
  // In bfloat16 a gate that lies between two of its numbers can be rounded to the other one: 2^-8 of it, in a sum of many.
  const double tolerance = precision == Precision::kBfloat16 ? 1e-3 : 3e-6;
  const Doubles x = widened(rounded(precision, block.x)), dSkipOut = widened(rounded(precision, block.dSkipOut));
  const Doubles dXOut = widened(rounded(precision, block.dXOut));
  const Floats filter = rounded(precision, block.filter), skipWeight = rounded(precision, block.skipWeight);
  const Floats outWeight = rounded(precision, block.outWeight);

  const Doubles a = convolution(dilated, x, filter, block.bias);
  Floats mask(values);
  dropoutMask(s.dropoutRate, s.dropoutSeed, values, mask.data());
  Doubles g(values), slope(values);
  for (std::size_t i = 0; i < values; ++i) {
    g[i] = gate(a[i]) * mask[i];
    slope[i] = (gate(a[i] + 1e-5) - gate(a[i] - 1e-5)) / 2e-5 * mask[i];
  }
  const Doubles gFactor = rounded(precision, g);
  Doubles skipOut = convolution(pointwise, gFactor, skipWeight, block.skipBias), xOut = convolution(pointwise, gFactor, outWeight, block.outBias);
  for (std::size_t i = 0; i < values; ++i) xOut[i] += block.x[i];
  expectClose(block.preActivation, a, 2e-6, "preActivation");
  expectClose(block.skipOut, skipOut, tolerance, "skipOut");
  if (!block.last) expectClose(block.xOut, xOut, tolerance, "xOut");

  Doubles dA = convolutionGradInput(pointwise, dSkipOut, skipWeight), dx(values);
  if (!block.last) {
    const Doubles more = convolutionGradInput(pointwise, dXOut, outWeight);
    for (std::size_t i = 0; i < values; ++i) dA[i] += more[i], dx[i] = block.dXOut[i];
  }
  for (std::size_t i = 0; i < values; ++i) dA[i] *= slope[i];
  const Doubles dAFactor = rounded(precision, dA), through = convolutionGradInput(dilated, dAFactor, filter);
  for (std::size_t i = 0; i < values; ++i) dx[i] += through[i];
  expectClose(block.dx, dx, tolerance, "dx");
  expectClose(block.dFilter, convolutionGradFilter(dilated, x, dAFactor), tolerance, "dFilter");
  expectClose(block.dBias, columnSums(c, dA), tolerance, "dBias");
  expectClose(block.dSkipWeight, convolutionGradFilter(pointwise, gFactor, dSkipOut), tolerance, "dSkipWeight");
  expectClose(block.dSkipBias, columnSums(c, widened(block.dSkipOut)), 3e-6, "dSkipBias");
  if (block.last) return;
  expectClose(block.dOutWeight, convolutionGradFilter(pointwise, gFactor, dXOut), tolerance, "dOutWeight");
  expectClose(block.dOutBias, columnSums(c, widened(block.dXOut)), 3e-6, "dOutBias");
}

INSTANTIATE_TEST_SUITE_P(Shapes, ResidualBlocks, testing::Combine(testing::Values(
    BlockSizes{1, 1, 1, 1, 1, 0, 0, 0},
    BlockSizes{2, 500, 16, 2, 64, 64, 0, 0},     // several tiles, causal
    BlockSizes{1, 130, 128, 2, 4, 4, 0, 0},      // the default width
    BlockSizes{2, 97, 33, 3, 9, 9, 0.25, 5},     // centred, no multiple of any vector, dropout
    BlockSizes{2, 307, 128, 2, 5, 5, 0, 0, Precision::kBfloat16},
    BlockSizes{2, 97, 33, 3, 9, 9, 0.25, 5, Precision::kBfloat16},
    BlockSizes{3, 10, 7, 2, 64, 64, 0, 0},       // dilation longer than the sample
    BlockSizes{2, 11, 5, 4, 2, 40, 0.5, 1},      // every tap outside
    BlockSizes{0, 10, 4, 2, 1, 1, 0, 0}), testing::Bool()));

// Of a stack: what its blocks give one after the other, the skips added up.
void expectAsOneByOne(std::size_t batch, std::size_t length, std::size_t channels, bool lastHandsOn, bool keeps) {
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t dilation = std::size_t{5} << i;
    blocks.emplace_back(BlockSizes{batch, length, channels, 3, dilation, 2 * dilation, 0.1, static_cast<std::uint32_t>(i)}, i == 2 && !lastHandsOn, 20 + i);
  }
  std::vector<Block> together = blocks;
  const std::size_t values = blocks[0].x.size();
  Doubles skipOut(values);
  for (std::size_t i = 0; i < 3; ++i) {
    if (i > 0) blocks[i].x = blocks[i - 1].xOut;
    blocks[i].runForward();
    for (std::size_t j = 0; j < values; ++j) skipOut[j] += blocks[i].skipOut[j];
  }
  for (std::size_t i = 3; i-- > 0;) {
    if (i < 2) blocks[i].dXOut = blocks[i + 1].dx;
    blocks[i].dSkipOut = blocks[2].dSkipOut;
    blocks[i].runBackward();
  }

  std::vector<ResidualBlock> weights;
  std::vector<ResidualBlockGradients> gradients;
  for (Block& block : together) {
    weights.push_back(block.weights());
    gradients.push_back(block.gradients());
  }
  Block &first = together[0], &last = together[2];
  const ResidualBlocksShape shape = first.common();
  Floats kept(residualBlocksKept(shape, 3), NAN);
  residualBlocks(shape, weights, first.x.data(), keeps ? kept.data() : nullptr, lastHandsOn ? last.xOut.data() : nullptr, last.skipOut.data());
  expectClose(last.skipOut, skipOut, 1e-6, "skipOut");
  if (lastHandsOn) {
    EXPECT_EQ(last.xOut, blocks[2].xOut);
  }
  if (!keeps) return;
  residualBlocksGrad(shape, weights, first.x.data(), kept.data(), lastHandsOn ? last.dXOut.data() : nullptr, last.dSkipOut.data(), first.dx.data(), gradients);
  expectClose(first.dx, widened(blocks[0].dx), 2e-6, "dx");
  for (std::size_t i = 0; i < 3; ++i) {
    for (const auto array : {&Block::dFilter, &Block::dBias, &Block::dSkipWeight, &Block::dSkipBias}) {
      expectClose(together[i].*array, widened(blocks[i].*array), 2e-6, "a gradient");
    }
    if (blocks[i].last) continue;
    for (const auto array : {&Block::dOutWeight, &Block::dOutBias}) expectClose(together[i].*array, widened(blocks[i].*array), 2e-6, "a gradient of out");
  }
}

TEST(ResidualBlocks, AStackIsItsBlocksOneAfterTheOther) {
  const std::size_t before = threadCount();
  for (const std::size_t threads : {1, 4}) {
    setThreadCount(threads);
    for (const bool lastHandsOn : {false, true}) {
      for (const bool keeps : {false, true}) {
        expectAsOneByOne(2, 230, 33, lastHandsOn, keeps);
        expectAsOneByOne(19, 20, 7, lastHandsOn, keeps);
      }
    }
  }
  setThreadCount(before);
}

TEST(ResidualBlocks, InputGradientIsOptional) {
  Block with({2, 30, 6, 2, 3, 3, 0, 0}, false), without = with;
  with.run();
  without.runForward();
  without.runBackward(false);
  EXPECT_EQ(with.dFilter, without.dFilter);
  EXPECT_EQ(with.dOutBias, without.dOutBias);
}

TEST(ResidualBlocks, KeepingIsOptional) {
  Block with({2, 130, 40, 2, 3, 3, 0.2, 1}, false), without = with;
  with.runForward();
  without.runForward(false);
  EXPECT_EQ(with.xOut, without.xOut);
  EXPECT_EQ(with.skipOut, without.skipOut);
}

TEST(ResidualBlocks, NotANumberStaysOne) {
  Block block({1, 4, 3, 1, 1, 0, 0, 0}, true);
  block.x[0] = NAN;  // reaches all channels of the first timestep, forward and backward, and no other
  block.run();
  for (std::size_t i = 0; i < block.x.size(); ++i) {
    EXPECT_EQ(std::isnan(block.skipOut[i]), i < 3) << i;
    EXPECT_EQ(std::isnan(block.dx[i]), i < 3) << i;
  }
}

#if defined(__SSE2__)
// On Intel's CPUs a training would take twice as long with them.
TEST(ResidualBlocks, ProductsAreNotSubnormal) {
  Block block({2, 130, 32, 2, 3, 3, 0, 0}, true);
  for (float& each : block.dSkipOut) each = std::copysign(2e-38f, each);
  block.run();
  for (const float each : block.dx) ASSERT_NE(std::fpclassify(each), FP_SUBNORMAL) << each;
}
#endif

// Three samples are fewer than the threads, 40 more than there are chunks of sums.
TEST(ResidualBlocks, SameBitsAtAnyThreadCount) {
  const std::size_t before = threadCount();
  for (const std::size_t batch : {3, 40}) {
    setThreadCount(1);
    Block one({batch, 211, 24, 2, 8, 8, 0.1, 9}, false), many = one;
    one.run();
    for (const std::size_t threads : {2, 5}) {
      setThreadCount(threads);
      many.run();
      for (const auto array : {&Block::xOut, &Block::skipOut, &Block::dx, &Block::dFilter, &Block::dBias, &Block::dSkipWeight, &Block::dOutWeight}) {
        EXPECT_EQ(std::memcmp((one.*array).data(), (many.*array).data(), (one.*array).size() * sizeof(float)), 0) << threads << " threads";
      }
    }
  }
  setThreadCount(before);
}

// The inputs of one output alone, [1, kernelSize, channels] at dilation 1, give its bits: what streaming rests on.
TEST(ResidualBlocks, ATimestepAloneHasTheBitsItHasAmongOthers) {
  for (const std::size_t kernelSize : {2, 3}) {
    for (const std::size_t c : {32, 21}) {
      for (const std::size_t dilation : {1, 6, 64}) {
        Block block({2, 807, c, kernelSize, dilation, (kernelSize - 1) * dilation, 0, 0}, false);
        block.run();
        for (std::size_t row = 0; row < block.shape.batch * block.shape.length; row += 7) {
          const std::size_t taps = std::min(kernelSize, row % block.shape.length / dilation + 1), last = (taps - 1) * c;
          Block alone({1, taps, c, kernelSize, 1, kernelSize - 1, 0, 0}, false);
          for (std::size_t k = 0; k < taps; ++k) std::copy_n(&block.x[(row - (taps - 1 - k) * dilation) * c], c, &alone.x[k * c]);
          for (const auto weight : {&Block::filter, &Block::bias, &Block::skipWeight, &Block::skipBias, &Block::outWeight, &Block::outBias}) {
            alone.*weight = block.*weight;
          }
          alone.run();
          for (const auto array : {&Block::preActivation, &Block::xOut, &Block::skipOut}) {
            ASSERT_EQ(std::memcmp(&(alone.*array)[last], &(block.*array)[row * c], c * sizeof(float)), 0)
                << "kernelSize " << kernelSize << " channels " << c << " dilation " << dilation << " row " << row;
          }
        }
      }
    }
  }
}

TEST(ResidualBlocks, RejectsImpossibleSizes) {
  EXPECT_THROW(residualBlocks({1, 1, 1, 1, 0}, {}, nullptr, nullptr, nullptr, nullptr), std::invalid_argument);
  EXPECT_THROW(Block({1, 1, 1, 0, 1, 0, 0, 0}, true).run(), std::invalid_argument);
  EXPECT_THROW(Block({1, 1, 1, 1, 0, 0, 0, 0}, true).run(), std::invalid_argument);
  EXPECT_THROW(Block({1, 1, 1, 1, 1, 0, 1, 0}, true).run(), std::invalid_argument);
  EXPECT_THROW(Block({1, 1, 1, 1, 1, 0, NAN, 0}, true).run(), std::invalid_argument);
}

TEST(Dropout, IsTheDocumentedHash) {
  const double rate = 0.3;
  const std::uint32_t seed = 12345;
  Floats mask(40003);
  dropoutMask(rate, seed, mask.size(), mask.data());
  std::size_t kept = 0;
  for (std::uint32_t i = 0; i < mask.size(); ++i) {
    const std::uint32_t hash = mixBits(mixBits(i) + mixBits(seed + 0x9e3779b9u));
    const bool dropped = (hash >> 8) < 5033165u;  // round(0.3 * 2^24)
    ASSERT_EQ(mask[i], dropped ? 0.0f : static_cast<float>(1 / 0.7)) << i;
    kept += !dropped;
  }
  EXPECT_NEAR(static_cast<double>(kept) / mask.size(), 0.7, 0.01);
  EXPECT_EQ(mixBits(1), 1753845952u);  // pins the hash itself
}

}  // namespace
}  // namespace wetas
