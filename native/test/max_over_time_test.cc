#include "wetas/max_over_time.h"

#include <cmath>
#include <stdexcept>

#include "network_reference.h"

namespace wetas {
namespace {

using namespace test;

TEST(MaxOverTime, IsTheFirstOfTheLargestThatTheMaskLeaves) {
  std::mt19937 random(3);
  for (const std::size_t channels : {1, 3, 16, 37}) {
    const std::size_t batch = 3, length = 29;
    Floats x = randomFloats(random, batch * length * channels), mask(batch * length), maximum(batch * channels, NAN), when(maximum);
    for (float& value : x) value = std::round(4 * value);  // ties
    for (float& value : mask) value = random() % 3 == 0 ? 0.0f : 1.0f;
    std::fill_n(mask.begin() + length, length, 0.0f);  // of the second sample nothing is left
    for (const bool masked : {false, true}) {
      maxOverTime(batch, length, channels, x.data(), masked ? mask.data() : nullptr, maximum.data(), when.data());
      Floats dMaximum = randomFloats(random, batch * channels), dx(x.size(), NAN), expected(x.size());
      for (std::size_t i = 0; i < batch * channels; ++i) {
        const std::size_t sample = i / channels, c = i % channels;
        const auto at = [&](std::size_t t) { return (sample * length + t) * channels + c; };
        std::size_t best = 0;
        bool found = false;
        for (std::size_t t = 0; t < length; ++t) {
          if (masked && mask[sample * length + t] == 0) continue;
          if (!found || x[at(t)] > x[at(best)]) best = t;
          found = true;
        }
        EXPECT_EQ(when[i], static_cast<float>(best)) << sample << " " << c;
        EXPECT_EQ(maximum[i], x[at(best)]);
        expected[at(best)] = dMaximum[i];
      }
      maxOverTimeGrad(batch, length, channels, when.data(), dMaximum.data(), dx.data());
      EXPECT_EQ(dx, expected);
    }
  }
}

TEST(MaxOverTime, ANotANumberIsTheLargest) {
  const Floats x{1, INFINITY, NAN, 7, NAN};
  float maximum = 0, when = 0;
  maxOverTime(1, 5, 1, x.data(), nullptr, &maximum, &when);
  EXPECT_TRUE(std::isnan(maximum));
  EXPECT_EQ(when, 2);
}

TEST(MaxOverTime, RejectsNoTimestepAndIgnoresTimesThatAreNone) {
  float value = 0;
  EXPECT_THROW(maxOverTime(1, 0, 1, &value, nullptr, &value, &value), std::invalid_argument);
  for (const float when : {-1.0f, 2.0f, NAN, INFINITY}) {
    float dx[2] = {5, 5}, d = 3;
    maxOverTimeGrad(1, 2, 1, &when, &d, dx);
    EXPECT_EQ(dx[0], 0);
    EXPECT_EQ(dx[1], 0);
  }
}

}  // namespace
}  // namespace wetas
