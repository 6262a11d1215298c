#include "wetas/dilated_conv.h"

#include <cstring>
#include <ostream>
#include <stdexcept>

#include "network_reference.h"
#include "wetas/device.h"

namespace wetas {

void PrintTo(const ConvShape& s, std::ostream* out) {
  *out << "batch " << s.batch << " length " << s.length << " in " << s.in << " out " << s.out << " kernelSize " << s.kernelSize
       << " dilation " << s.dilation << " padLeft " << s.padLeft << (s.rectified ? " rectified" : "")
       << (s.precision == Precision::kBfloat16 ? " bfloat16" : "");
}

namespace {

using namespace test;

class DilatedConv : public testing::TestWithParam<ConvShape> {};

TEST_P(DilatedConv, AgreesWithLoops) {
  const ConvShape s = GetParam();
  std::mt19937 random(7);
  const Floats x = randomFloats(random, s.batch * s.length * s.in);
  const Floats filter = randomFloats(random, s.kernelSize * s.in * s.out);
  const Floats bias = randomFloats(random, s.out);
  const Floats dy = randomFloats(random, s.batch * s.length * s.out);
  Floats y(dy.size(), NAN), dx(x.size(), NAN), dFilter(filter.size(), NAN), dBias(s.out, NAN);
  dilatedConv1d(s, x.data(), filter.data(), bias.data(), y.data());
  dilatedConv1dGradInput(s, x.data(), dy.data(), filter.data(), dx.data());
  dilatedConv1dGradFilter(s, x.data(), dy.data(), dFilter.data(), dBias.data());
  Floats input = x;
  if (s.rectified) {
    for (float& value : input) value = std::max(value, 0.0f);
  }
  const Doubles inputFactor = widened(rounded(s.precision, input)), dyFactor = widened(rounded(s.precision, dy));
  const Floats filterFactor = rounded(s.precision, filter);
  Doubles dInput = convolutionGradInput(s, dyFactor, filterFactor);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (s.rectified && x[i] <= 0) dInput[i] = 0;
  }
  expectClose(y, convolution(s, inputFactor, filterFactor, bias), 2e-6, "y");
  expectClose(dx, dInput, 2e-6, "dx");
  expectClose(dFilter, convolutionGradFilter(s, inputFactor, dyFactor), 2e-6, "dFilter");
  expectClose(dBias, columnSums(s.out, widened(dy)), 2e-6, "dBias");
}

INSTANTIATE_TEST_SUITE_P(Shapes, DilatedConv, testing::Values(
    ConvShape{1, 1, 1, 1, 1, 1, 0},        // a single product
    ConvShape{2, 500, 8, 128, 2, 1, 1},    // the entry convolution of the default network
    ConvShape{3, 130, 128, 128, 2, 64, 64},  // several tiles, causal
    ConvShape{2, 101, 17, 33, 3, 4, 4},    // centred, no multiple of any vector
    ConvShape{3, 130, 128, 130, 2, 16, 16, true, Precision::kFloat32},
    ConvShape{3, 131, 128, 130, 2, 15, 15, true, Precision::kBfloat16},
    ConvShape{2, 101, 17, 33, 3, 4, 4, false, Precision::kBfloat16},
    ConvShape{1, 103, 700, 9, 2, 1, 1, false, Precision::kBfloat16},  // deeper than a block of k, rows of several
    ConvShape{1, 30, 5, 7, 4, 50, 150},    // dilation longer than the sample
    ConvShape{2, 20, 3, 2, 3, 2, 90},      // every tap before the sample's start
    ConvShape{2, 20, 3, 2, 3, 40, 1},      // two of three taps past the sample's end
    ConvShape{1, 9, 300, 5, 5, 1, 2},      // deeper than a block of k
    ConvShape{4, 1, 16, 16, 3, 2, 2},      // one timestep
    ConvShape{0, 10, 4, 4, 2, 1, 1},       // no sample
    ConvShape{2, 0, 4, 4, 2, 1, 1}));      // no timestep

TEST(DilatedConv, BiasGradientIsOptional) {
  const Floats x{1, 2, 3}, dy{1, 1, 1};
  Floats dFilter(2);
  dilatedConv1dGradFilter({1, 3, 1, 1, 2, 1, 1}, x.data(), dy.data(), dFilter.data(), nullptr);
  EXPECT_EQ(dFilter, (Floats{3, 6}));
}

TEST(DilatedConv, NotANumberStaysOneWhenRounded) {
  const Floats x{NAN, INFINITY, -INFINITY, 1}, filter{1}, bias{0};
  Floats y(4);
  dilatedConv1d({1, 4, 1, 1, 1, 1, 0, false, Precision::kBfloat16}, x.data(), filter.data(), bias.data(), y.data());
  EXPECT_TRUE(std::isnan(y[0]));
  EXPECT_EQ(Floats(y.begin() + 1, y.end()), Floats(x.begin() + 1, x.end()));
  dilatedConv1d({1, 4, 1, 1, 1, 1, 0, true, Precision::kFloat32}, x.data(), filter.data(), bias.data(), y.data());
  EXPECT_TRUE(std::isnan(y[0]));
  EXPECT_EQ(Floats(y.begin() + 1, y.end()), (Floats{INFINITY, 0, 1}));
}

TEST(DilatedConv, RejectsImpossibleSizes) {
  float value = 0;
  EXPECT_THROW(dilatedConv1d({1, 1, 1, 1, 0, 1, 0}, &value, &value, &value, &value), std::invalid_argument);
  EXPECT_THROW(dilatedConv1dGradInput({1, 1, 1, 1, 1, 0, 0}, nullptr, &value, &value, &value), std::invalid_argument);
}

TEST(DilatedConv, SameBitsAtAnyThreadCount) {
  const ConvShape s{5, 211, 19, 37, 3, 7, 14};
  std::mt19937 random(3);
  const Floats x = randomFloats(random, s.batch * s.length * s.in), dy = randomFloats(random, s.batch * s.length * s.out);
  const std::size_t before = threadCount();
  Floats first;
  for (const std::size_t threads : {1, 2, 5}) {
    setThreadCount(threads);
    Floats gradient(s.kernelSize * s.in * s.out);
    dilatedConv1dGradFilter(s, x.data(), dy.data(), gradient.data(), nullptr);
    if (first.empty()) first = gradient;
    EXPECT_EQ(std::memcmp(first.data(), gradient.data(), first.size() * sizeof(float)), 0) << threads << " threads";
  }
  setThreadCount(before);
}

// The inputs of one output alone, [1, kernelSize, in] at dilation 1, give its bits: what streaming rests on.
TEST(DilatedConv, ATimestepAloneHasTheBitsItHasAmongOthers) {
  for (const std::size_t kernelSize : {2, 3}) {
    for (const std::size_t channels : {32, 37}) {
      for (const std::size_t dilation : {1, 5, 64}) {
        const std::size_t span = (kernelSize - 1) * dilation;
        const ConvShape s{2, 807, 24, channels, kernelSize, dilation, span};
        std::mt19937 random(kernelSize + dilation);
        const Floats x = randomFloats(random, s.batch * s.length * s.in), filter = randomFloats(random, kernelSize * s.in * channels);
        const Floats bias = randomFloats(random, channels);
        Floats y(s.batch * s.length * channels);
        dilatedConv1d(s, x.data(), filter.data(), bias.data(), y.data());
        for (std::size_t row = 0; row < s.batch * s.length; row += 7) {
          const std::size_t t = row % s.length;
          // Before the sample's start there is nothing: taps there are left out.
          const std::size_t taps = std::min(kernelSize, t / dilation + 1);
          Floats seen;
          for (std::size_t k = 0; k < taps; ++k) {
            const auto from = x.begin() + static_cast<std::ptrdiff_t>((row - (taps - 1 - k) * dilation) * s.in);
            seen.insert(seen.end(), from, from + static_cast<std::ptrdiff_t>(s.in));
          }
          Floats alone(taps * channels);
          dilatedConv1d({1, taps, s.in, channels, kernelSize, 1, kernelSize - 1}, seen.data(), filter.data(), bias.data(), alone.data());
          ASSERT_EQ(std::memcmp(&alone[(taps - 1) * channels], &y[row * channels], channels * sizeof(float)), 0)
              << "kernelSize " << kernelSize << " channels " << channels << " dilation " << dilation << " row " << row;
        }
      }
    }
  }
}

}  // namespace
}  // namespace wetas
