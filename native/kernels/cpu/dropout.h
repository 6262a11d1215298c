// Dropout without stored masks: whether element i is kept is a hash of (seed, i), so the backward pass asks again.
//
// In 32-bit unsigned arithmetic (wrapping), with mix = "lowbias32" (C. Wellons, public domain):
//   mix(x): x ^= x >> 16; x *= 0x7feb352d; x ^= x >> 15; x *= 0x846ca68b; x ^= x >> 16
//   key  = mix(seed + 0x9e3779b9)
//   hash = mix(mix(i mod 2^32) + key)
//   element i is dropped where (hash >> 8) < round(rate * 2^24), else multiplied by float(1 / (1 - rate)).
#pragma once

#include <cmath>
#include <cstdint>

namespace wetas {

inline std::uint32_t mixBits(std::uint32_t x) {
  x ^= x >> 16;
  x *= 0x7feb352du;
  x ^= x >> 15;
  x *= 0x846ca68bu;
  return x ^ (x >> 16);
}

struct Dropout {
  Dropout(double rate, std::uint32_t seed)
      : key(mixBits(seed + 0x9e3779b9u)),
        threshold(static_cast<std::uint32_t>(std::lround(rate * 16777216.0))),
        scale(static_cast<float>(1.0 / (1.0 - rate))) {}

  std::uint32_t key;
  std::uint32_t threshold;  // 0: nothing is dropped
  float scale;
};

}  // namespace wetas
