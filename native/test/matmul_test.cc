#include "wetas/matmul.h"

#include <stdexcept>

#include "network_reference.h"

namespace wetas {
namespace {

using namespace test;

Doubles product(const MatMulShape& s, const Floats& a, const Floats& b) {
  Doubles c(s.batch * s.m * s.n);
  for (std::size_t i = 0; i < s.batch; ++i) {
    const float* aMatrix = a.data() + (s.aBatch == 1 ? 0 : i) * s.m * s.k;
    const float* bMatrix = b.data() + (s.bBatch == 1 ? 0 : i) * s.k * s.n;
    for (std::size_t row = 0; row < s.m; ++row) {
      for (std::size_t col = 0; col < s.n; ++col) {
        double& sum = c[(i * s.m + row) * s.n + col];
        for (std::size_t k = 0; k < s.k; ++k) {
          sum += static_cast<double>(aMatrix[s.transposeA ? k * s.m + row : row * s.k + k]) * bMatrix[s.transposeB ? col * s.k + k : k * s.n + col];
        }
      }
    }
  }
  return c;
}

void check(const MatMulShape& s) {
  SCOPED_TRACE(testing::Message() << s.batch << " x [" << s.m << ", " << s.n << ", " << s.k << "], batches " << s.aBatch << ", " << s.bBatch
                                  << ", transposes " << s.transposeA << s.transposeB);
  std::mt19937 random(5);
  const Floats a = randomFloats(random, s.aBatch * s.m * s.k), b = randomFloats(random, s.bBatch * s.k * s.n);
  Floats c(s.batch * s.m * s.n, NAN);
  batchMatMul(s, a.data(), b.data(), c.data());
  expectClose(c, product(s, a, b), 2e-6, "c");
}

TEST(MatMul, AgreesWithLoopsForEveryTransposeAndBroadcast) {
  for (const bool transposeA : {false, true}) {
    for (const bool transposeB : {false, true}) {
      for (const std::size_t aBatch : {1, 3}) {
        for (const std::size_t bBatch : {1, 3}) check({3, 13, 37, 21, aBatch, bBatch, transposeA, transposeB});
      }
      check({1, 1, 1, 1, 1, 1, transposeA, transposeB});
      check({1, 200, 70, 600, 1, 1, transposeA, transposeB});  // several blocks of rows and of k
      check({1, 97, 1, 129, 1, 1, transposeA, transposeB});
      check({2, 5, 33, 0, 2, 1, transposeA, transposeB});  // an empty sum is 0
      check({2, 0, 3, 4, 2, 1, transposeA, transposeB});
      check({0, 3, 3, 4, 0, 0, transposeA, transposeB});
    }
  }
}

TEST(MatMul, EveryCountOfRowsAndColumns) {
  for (std::size_t m = 1; m < 27; ++m) check({1, m, 70 - m, 9, 1, 1, m % 2 == 0, false});
}

TEST(MatMul, RejectsOtherBatches) {
  float value = 0;
  EXPECT_THROW(batchMatMul({3, 1, 1, 1, 2, 1, false, false}, &value, &value, &value), std::invalid_argument);
  EXPECT_THROW(batchMatMul({3, 1, 1, 1, 1, 2, false, false}, &value, &value, &value), std::invalid_argument);
}

}  // namespace
}  // namespace wetas
