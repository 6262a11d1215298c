#include "core/tap_sum.h"

#include <algorithm>

namespace wetas {
namespace {

std::ptrdiff_t asSigned(std::size_t value) { return static_cast<std::ptrdiff_t>(value); }

}  // namespace

Taps Taps::forward(std::size_t length, std::size_t kernelSize, std::size_t dilation, std::size_t padLeft) {
  return {length, kernelSize, -asSigned(padLeft), asSigned(dilation)};
}

Taps Taps::mirrored(std::size_t length, std::size_t kernelSize, std::size_t dilation, std::size_t padLeft) {
  return {length, kernelSize, asSigned(padLeft), -asSigned(dilation)};
}

std::size_t packedTapsSize(std::size_t taps, std::size_t in, std::size_t out) {
  return taps * std::max(packedSize(in, out), packedSize(out, in));
}

std::vector<Panels> packTaps(std::size_t rows, std::size_t taps, std::size_t in, std::size_t out, const float* filter, bool transposed, float* packed) {
  std::vector<Panels> matrices;
  for (std::size_t tap = 0; tap < taps; ++tap, filter += in * out, packed += packedTapsSize(1, in, out)) {
    matrices.push_back(packForRows(rows, transposed ? out : in, transposed ? in : out, filter, out, transposed, packed));
  }
  return matrices;
}

void sumTaps(const Taps& taps, std::size_t in, std::size_t out, const std::vector<Panels>& matrices, const float* x,
             const TapSumEnds& ends, const Tile& tile, float* y) {
  const std::ptrdiff_t length = asSigned(taps.length), end = asSigned(tile.firstRow + tile.rows);
  std::vector<Term> terms;
  bool isAhead = false;
  // Piece by piece of the rows at which the same taps fall inside the sample.
  for (std::ptrdiff_t begin = asSigned(tile.firstRow), pieceEnd; begin < end; begin = pieceEnd) {
    const std::size_t row = tile.sample * taps.length + static_cast<std::size_t>(begin);
    pieceEnd = end;
    terms.clear();
    for (std::size_t tap = 0; tap < taps.count; ++tap) {
      const std::ptrdiff_t offset = taps.offset(tap), enters = -offset, leaves = length - offset;
      if (begin < enters) {
        pieceEnd = std::min(pieceEnd, enters);
      } else if (begin < leaves) {
        pieceEnd = std::min(pieceEnd, leaves);
        terms.push_back({x + (asSigned(row) + offset) * asSigned(in), in, matrices[tap], in});
      }
    }
    Gemm task{static_cast<std::size_t>(pieceEnd - begin), out, terms.data(), terms.size(), y + row * out, out};
    task.bias = ends.bias;
    task.addend = ends.addend ? ends.addend + row * out : nullptr;
    task.addendStride = out;
    // Not the shorter pieces at the ends of a sample, which would leave too little time.
    if (!isAhead && terms.size() == taps.count) {
      std::copy_n(ends.ahead, 2, task.ahead);
      isAhead = true;
    }
    gemm(task);
  }
}

void addTransposedProduct(std::size_t m, std::size_t n, const Term& term, float* c, const Ahead& ahead) {
  Gemm task{m, n, &term, 1, c, n};
  task.transposeA = task.accumulate = true;
  task.ahead[0] = ahead;
  gemm(task);
}

void addTapGradients(const Taps& taps, std::size_t in, std::size_t out, const float* x, const Panels& dY, const Tile& tile,
                     const Ahead& ahead, float* dFilter) {
  const std::ptrdiff_t length = asSigned(taps.length), first = asSigned(tile.firstRow), end = first + asSigned(tile.rows);
  for (std::size_t tap = 0; tap < taps.count; ++tap, dFilter += in * out) {
    const std::ptrdiff_t offset = taps.offset(tap);
    const std::ptrdiff_t reachBegin = std::max(first, -offset), reachEnd = std::min(end, length - offset);
    if (reachBegin >= reachEnd) continue;
    const std::ptrdiff_t from = asSigned(tile.sample) * length + reachBegin + offset;
    const Term term{x + from * asSigned(in), in, dY.fromRow(static_cast<std::size_t>(reachBegin - first)),
                    static_cast<std::size_t>(reachEnd - reachBegin)};
    addTransposedProduct(in, out, term, dFilter, tap == 0 ? ahead : Ahead{});
  }
}

}  // namespace wetas
