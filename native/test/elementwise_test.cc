#include "wetas/elementwise.h"

#include <functional>
#include <limits>

#include "network_reference.h"

namespace wetas {
namespace {

using namespace test;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// The special values, every magnitude, and a dense range around 0.
Floats manyNumbers() {
  Floats x{kNaN, kInfinity, -kInfinity, 0.0f, -0.0f, 1.0f, -1.0f, 1e-45f, -1e-45f, 1.1754944e-38f, 3.4028235e38f, -3.4028235e38f,
           88.722f, 88.73f, 90.0f, 1e10f, -87.3f, -87.4f, -88.0f, -103.0f, -104.0f, -105.0f, 44.0f, 9.01f, 0.70710678f, 0.7071068f};
  for (float magnitude = 1e-44f; magnitude < 1e38f; magnitude *= 1.37f) x.insert(x.end(), {magnitude, -magnitude});
  for (int i = -30000; i < 30000; ++i) x.push_back(static_cast<float>(i) / 1024 + 1e-4f);
  return x;
}

Floats apply(UnaryOp op, const Floats& x) {
  Floats y(x.size(), 77.0f);
  unary(op, x.size(), x.data(), y.data());
  return y;
}

// Within `ulps` units in the last place of the exact value; NaN, infinities and zeros with their signs exactly.
void expectUnary(UnaryOp op, double (*exact)(double), double ulps) {
  const Floats x = manyNumbers(), y = apply(op, x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double expected = exact(x[i]);
    const float rounded = static_cast<float>(expected);
    if (std::isnan(expected)) {
      ASSERT_TRUE(std::isnan(y[i])) << x[i];
    } else if (std::isinf(rounded) || expected == 0) {
      ASSERT_EQ(y[i], rounded) << x[i];
      ASSERT_EQ(std::signbit(y[i]), std::signbit(rounded)) << x[i];
    } else {
      const double unit = std::max(std::abs(rounded - static_cast<double>(std::nextafter(rounded, 0.0f))), 1.4e-45);
      ASSERT_LE(std::abs(y[i] - expected), ulps * unit) << x[i] << " gives " << y[i] << " for " << rounded;
    }
  }
}

TEST(Unary, AgreesWithTheMathLibrary) {
  expectUnary(UnaryOp::kTanh, [](double x) { return std::tanh(x); }, 3);
  expectUnary(UnaryOp::kSigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }, 3);
  expectUnary(UnaryOp::kExp, [](double x) { return std::exp(x); }, 2);
  expectUnary(UnaryOp::kLog, [](double x) { return std::log(x); }, 2);
  expectUnary(UnaryOp::kSqrt, [](double x) { return std::sqrt(x); }, 0.5);
  expectUnary(UnaryOp::kSquare, [](double x) { return x * x; }, 0.5);
  expectUnary(UnaryOp::kNeg, [](double x) { return -x; }, 0);
  expectUnary(UnaryOp::kAbs, [](double x) { return std::abs(x); }, 0);
  expectUnary(UnaryOp::kRelu, [](double x) { return std::isnan(x) ? x : x > 0 ? x : 0; }, 0);
  expectUnary(UnaryOp::kStep, [](double x) { return std::isnan(x) ? x : x > 0 ? 1.0 : 0.0; }, 0);
}

const std::vector<std::pair<BinaryOp, std::function<float(float, float)>>> kBinaryOps{
    {BinaryOp::kAdd, [](float a, float b) { return a + b; }},
    {BinaryOp::kSub, [](float a, float b) { return a - b; }},
    {BinaryOp::kMultiply, [](float a, float b) { return a * b; }},
    {BinaryOp::kRealDiv, [](float a, float b) { return a / b; }},
    {BinaryOp::kMaximum, [](float a, float b) {
       if (std::isnan(a) || std::isnan(b)) return kNaN;
       return a == b ? (std::signbit(a) ? b : a) : std::fmax(a, b);
     }},
    {BinaryOp::kMinimum, [](float a, float b) {
       if (std::isnan(a) || std::isnan(b)) return kNaN;
       return a == b ? (std::signbit(a) ? a : b) : std::fmin(a, b);
     }},
    {BinaryOp::kSquaredDifference, [](float a, float b) { return (a - b) * (a - b); }}};

void expectSame(float actual, float expected) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(actual));
  } else {
    EXPECT_EQ(actual, expected);
    EXPECT_EQ(std::signbit(actual), std::signbit(expected));
  }
}

TEST(Binary, EveryPairOfSpecialValues) {
  const Floats values{kNaN, kInfinity, -kInfinity, 0.0f, -0.0f, 1.5f, -2.25f, 1e-45f, 3e38f, -3e38f, 7.0f};
  Floats a, b;
  for (const float p : values) {
    for (const float q : values) a.push_back(p), b.push_back(q);
  }
  Floats y(a.size());
  for (const auto& [op, expected] : kBinaryOps) {
    SCOPED_TRACE(static_cast<int>(op));
    binary(op, a.size(), a.data(), b.data(), y.data());
    for (std::size_t i = 0; i < a.size(); ++i) expectSame(y[i], expected(a[i], b[i]));
    for (const float scalar : values) {
      binaryScalar(op, a.size(), false, scalar, a.data(), y.data());
      for (std::size_t i = 0; i < a.size(); ++i) expectSame(y[i], expected(a[i], scalar));
      binaryScalar(op, a.size(), true, scalar, a.data(), y.data());
      for (std::size_t i = 0; i < a.size(); ++i) expectSame(y[i], expected(scalar, a[i]));
    }
  }
}

TEST(Binary, RowsAndColumnsOfEveryWidth) {
  std::mt19937 random(2);
  for (const std::size_t cols : {0, 1, 3, 8, 35, 40000}) {
    const std::size_t rows = cols == 40000 ? 2 : 5;
    const Floats x = randomFloats(random, rows * cols), row = randomFloats(random, cols), column = randomFloats(random, rows);
    Floats y(x.size(), NAN);
    for (const auto& [op, expected] : kBinaryOps) {
      for (const bool rowFirst : {false, true}) {
        binaryRow(op, rows, cols, rowFirst, x.data(), row.data(), y.data());
        for (std::size_t i = 0; i < y.size(); ++i) {
          ASSERT_EQ(y[i], rowFirst ? expected(row[i % cols], x[i]) : expected(x[i], row[i % cols])) << cols << " columns, op " << static_cast<int>(op);
        }
        const bool columnFirst = rowFirst;
        binaryColumn(op, rows, cols, columnFirst, x.data(), column.data(), y.data());
        for (std::size_t i = 0; i < y.size(); ++i) {
          const float value = column[i / cols];
          ASSERT_EQ(y[i], columnFirst ? expected(value, x[i]) : expected(x[i], value)) << cols << " columns, op " << static_cast<int>(op);
        }
      }
    }
  }
}

TEST(SumAxis, AgreesWithLoops) {
  struct Shape {
    std::size_t outer, reduced, inner;
  };
  for (const auto& [outer, reduced, inner] : {Shape{1, 1, 1}, Shape{3, 1000, 1}, Shape{1, 5000, 128}, Shape{4, 7, 65}, Shape{2, 0, 3},
                                              Shape{3, 0, 1}, Shape{0, 4, 4}, Shape{2, 129, 3}, Shape{70000, 2, 1}}) {
    std::mt19937 random(4);
    const Floats x = randomFloats(random, outer * reduced * inner);
    Doubles expected(outer * inner);
    for (std::size_t i = 0; i < x.size(); ++i) expected[i / (reduced * inner) * inner + i % inner] += x[i] * 0.25;
    Floats y(outer * inner, NAN);
    sumAxis(outer, reduced, inner, 0.25, x.data(), y.data());
    expectClose(y, expected, 1e-6, "y");
  }
}

TEST(SumAxis, LongSumsKeepTheirDigits) {
  const std::size_t count = 1 << 22;
  const Floats x(count, 0.1f);
  float y = 0;
  sumAxis(1, count, 1, 1.0, x.data(), &y);
  EXPECT_NEAR(y, count * static_cast<double>(0.1f), 1);
  Floats columns(4);
  sumAxis(1, count / 4, 4, 1.0, x.data(), columns.data());
  for (const float column : columns) EXPECT_NEAR(column, count / 4 * static_cast<double>(0.1f), 0.25);
}

}  // namespace
}  // namespace wetas
