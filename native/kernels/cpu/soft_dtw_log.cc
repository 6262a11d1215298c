#include "kernels/cpu/soft_dtw_log.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace wetas {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The weights of the three moves into a cell, relative to the largest of them, and then their shares.
struct Weights {
  double lowest, diagonal = 0, stay = 0, up = 0, sum = 1;

  // `above` and `row` point at the cell's column.
  Weights(const LogMoves& moves, const double* above, const double* row) {
    const double byDiagonal = above[-1], byStay = row[-1] + moves.penalty, byUp = moves.up ? above[0] + moves.penalty : kInfinity;
    lowest = std::min({byDiagonal, byStay, byUp});
    if (lowest == kInfinity || moves.gamma == 0) return;
    diagonal = std::exp((lowest - byDiagonal) / moves.gamma);
    stay = std::exp((lowest - byStay) / moves.gamma);
    up = std::exp((lowest - byUp) / moves.gamma);
    sum = diagonal + stay + up;
  }

  bool reachable() const { return lowest != kInfinity; }
  double softMinimum(double gamma) const { return reachable() ? lowest - gamma * std::log(sum) : kInfinity; }
  void toShares() {
    diagonal /= sum;
    stay /= sum;
    up /= sum;
  }
};

// share * value, also where an impossible move comes from a cell without a value.
double weighted(double share, double value) { return share == 0 ? 0 : share * value; }

// The derivative of the soft minimum, from those of the cells the moves come from.
double mean(const Weights& shares, const double* above, const double* row) {
  return weighted(shares.diagonal, above[-1]) + weighted(shares.stay, row[-1]) + weighted(shares.up, above[0]);
}

}  // namespace

void softCostRow(const LogMoves& moves, std::size_t begin, std::size_t end, const double* cost, const double* above, double* row) noexcept {
  for (std::size_t j = begin; j < end; ++j) row[j] = cost[j] + Weights(moves, above + j, row + j).softMinimum(moves.gamma);
}

void expectedRow(const LogMoves& moves, std::size_t begin, std::size_t end, const double* above, const double* row, double* expectedAbove,
                 double* expected) noexcept {
  for (std::size_t j = end; j-- > begin;) {
    const double here = expected[j];
    if (here == 0) continue;
    const Weights weights(moves, above + j, row + j);
    const double share = here / weights.sum;
    (expectedAbove + j)[-1] += share * weights.diagonal;
    (expected + j)[-1] += share * weights.stay;
    expectedAbove[j] += share * weights.up;
  }
}

void softCostTangentRow(const LogMoves& moves, std::size_t begin, std::size_t end, const double* direction, Tangent<const double> above,
                        Tangent<double> row) noexcept {
  for (std::size_t j = begin; j < end; ++j) {
    Weights shares(moves, above.value + j, row.value + j);
    shares.toShares();
    row.tangent[j] = direction[j] + mean(shares, above.tangent + j, row.tangent + j);
  }
}

void expectedTangentRow(const LogMoves& moves, std::size_t begin, std::size_t end, Tangent<const double> above, Tangent<const double> row,
                        Tangent<double> expectedAbove, Tangent<double> expected) noexcept {
  for (std::size_t j = end; j-- > begin;) {
    const double here = expected.value[j], tangent = expected.tangent[j];
    if (here == 0 && tangent == 0) continue;
    Weights shares(moves, above.value + j, row.value + j);
    if (!shares.reachable()) continue;
    shares.toShares();
    const double middle = mean(shares, above.tangent + j, row.tangent + j);
    const auto handOn = [&](double share, double from, double& value, double& derivative) {
      if (share == 0) return;
      value += here * share;
      derivative += share * (tangent + here * (middle - from) / moves.gamma);
    };
    handOn(shares.diagonal, (above.tangent + j)[-1], (expectedAbove.value + j)[-1], (expectedAbove.tangent + j)[-1]);
    handOn(shares.stay, (row.tangent + j)[-1], (expected.value + j)[-1], (expected.tangent + j)[-1]);
    handOn(shares.up, above.tangent[j], expectedAbove.value[j], expectedAbove.tangent[j]);
  }
}

}  // namespace wetas
