// gemm_loops.inc and gemm_vectors.inc with Elements of two numbers, as gemm_bf16.cc has them, but in plain C++: its packing, blocks and edges are tested on every CPU, and what
// is left to CPUs with AVX512_BF16 is a handful of instructions.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "hwy/base.h"
#include "hwy/cache_control.h"
#include "kernels/cpu/gemm.h"
#include "network_reference.h"

namespace wetas {
namespace {

using namespace test;

struct Lanes {
  float values[16];
};
struct PairLanes {
  std::uint32_t values[16];
};

std::uint32_t bitsOf(float x) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}
float floatOf(std::uint32_t bits) {
  float x = 0;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

struct Arithmetic {
  using Element = std::uint32_t;
  using Vector = Lanes;
  static constexpr std::size_t kDepth = 2, kElementStep = 1, kMicroRows = 5;

  static std::size_t lanes() { return 16; }
  static Vector zero() { return {}; }
  static Vector load(const float* from) {
    Vector x;
    std::copy_n(from, 16, x.values);
    return x;
  }
  static void store(const Vector& x, float* to) { std::copy_n(x.values, 16, to); }
  static Vector add(Vector a, const Vector& b) {
    for (int i = 0; i < 16; ++i) a.values[i] += b.values[i];
    return a;
  }
  static PairLanes loadElements(const Element* from) {
    PairLanes pairs;
    std::copy_n(from, 16, pairs.values);
    return pairs;
  }
  static PairLanes broadcast(Element x) {
    PairLanes pairs;
    std::fill_n(pairs.values, 16, x);
    return pairs;
  }
  static Vector multiplyAdd(const PairLanes& a, const PairLanes& b, Vector sum) {
    for (int i = 0; i < 16; ++i) {
      sum.values[i] += floatOf(a.values[i] << 16) * floatOf(b.values[i] << 16);
      sum.values[i] += floatOf(a.values[i] & 0xffff0000u) * floatOf(b.values[i] & 0xffff0000u);
    }
    return sum;
  }

  static std::uint32_t half(const Gemm& g, float x) {
    return bitsOf(static_cast<float>(toBfloat16(g.rectifiedA ? std::max(x, 0.0f) : x))) >> 16;
  }
  static void joinAlong(const Gemm& g, std::size_t k, const float* row, Element* to) {
    for (std::size_t i = 0; i < k; i += 2) *to++ = half(g, row[i]) | (i + 1 < k ? half(g, row[i + 1]) << 16 : 0);
  }
  static void joinAcross(const Gemm& g, std::size_t height, std::size_t width, const float* rows, std::size_t stride, Element* to) {
    for (std::size_t j = 0; j < width; ++j) to[j] = half(g, rows[j]) | (height > 1 ? half(g, rows[stride + j]) << 16 : 0);
  }
};

#include "kernels/cpu/gemm_loops.inc"
#include "kernels/cpu/gemm_vectors.inc"

struct Case {
  std::size_t m, n;
  std::vector<std::size_t> depths;  // of the terms
  bool transposeA, rectified;
};

TEST(GemmOfPairs, AgreesWithLoops) {
  std::mt19937 random(5);
  for (const Case& c : {Case{1, 1, {1}, false, false}, Case{84, 128, {128, 128}, false, false}, Case{128, 128, {83}, true, false},
                        Case{100, 45, {127, 127, 127, 127, 127}, false, true}, Case{37, 33, {700, 3}, false, false},
                        Case{131, 70, {513, 1}, true, true}, Case{13, 31, {}, false, false}}) {
    const auto [m, n, depths, transposeA, rectified] = c;
    std::vector<Floats> as, packed;
    std::vector<Term> terms;
    Doubles expected(m * n);
    const Floats bias = randomFloats(random, n), addend = randomFloats(random, m * n);
    Floats result = randomFloats(random, m * n);
    const bool accumulate = m % 2 == 0;
    for (std::size_t i = 0; i < m * n; ++i) expected[i] = (accumulate ? result[i] : 0.0) + bias[i % n] + addend[i];
    for (std::size_t depth : depths) {
      as.push_back(randomFloats(random, m * depth));
      const Floats b = randomFloats(random, depth * n);
      const bool transposeB = depth % 3 == 0;
      packed.emplace_back(packedSize(depth, n));
      const std::size_t stride = transposeB ? depth : n;
      terms.push_back({as.back().data(), transposeA ? m : depth, packPanels(Precision::kBfloat16, depth, n, b.data(), stride, transposeB, packed.back().data()), depth});
      for (std::size_t i = 0; i < m; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
          for (std::size_t k = 0; k < depth; ++k) {
            const double a = as.back()[transposeA ? k * m + i : i * depth + k];
            expected[i * n + j] += toBfloat16(rectified ? std::max(a, 0.0) : a) * toBfloat16(b[transposeB ? j * depth + k : k * n + j]);
          }
        }
      }
    }
    Gemm task{Precision::kBfloat16, m, n, terms.data(), terms.size(), result.data(), n};
    task.transposeA = transposeA;
    task.rectifiedA = rectified;
    task.accumulate = accumulate;
    task.bias = bias.data();
    task.addend = addend.data();
    task.addendStride = n;
    transposeA ? multiplyCopies<VectorKernel<true>>(task) : multiplyCopies<VectorKernel<false>>(task);
    expectClose(result, expected, 3e-6, "c");
  }
}

}  // namespace
}  // namespace wetas
