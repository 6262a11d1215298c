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

std::vector<Panels> packTaps(Precision precision, std::size_t taps, std::size_t in, std::size_t out, const float* filter, bool transposed,
                             float* packed) {
  std::vector<Panels> matrices;
  for (std::size_t tap = 0; tap < taps; ++tap, filter += in * out, packed += packedTapsSize(1, in, out)) {
    matrices.push_back(packMatrix(precision, transposed ? out : in, transposed ? in : out, filter, out, transposed, packed));
  }
  return matrices;
}

void sumTaps(const TapSum& sum, const Tile& tile, float* yTile, const Ahead& ahead, const Ahead& moreAhead) {
  const auto& [precision, taps, in, out, matrices, x, bias, addend, rectified, accumulate] = sum;
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
    float* y = yTile + (row - tile.row) * out;
    Gemm task{precision, static_cast<std::size_t>(pieceEnd - begin), out, terms.data(), terms.size(), y, out};
    task.rectifiedA = rectified;
    task.accumulate = accumulate;
    task.bias = bias;
    task.addend = addend ? addend + row * out : nullptr;
    task.addendStride = out;
    // Not with the shorter pieces at the ends of a sample, which would leave too little time.
    if (!isAhead && terms.size() == taps.count) {
      task.ahead[0] = ahead;
      task.ahead[1] = moreAhead;
      isAhead = true;
    }
    gemm(task);
  }
}

void addTapGradients(const TapGradients& gradients, const Tile& tile, const Ahead& ahead, const Ahead& moreAhead, float* packed, float* dFilter) {
  const auto& [precision, taps, in, out, x, dY, rectified] = gradients;
  const std::ptrdiff_t length = asSigned(taps.length), first = asSigned(tile.firstRow), end = first + asSigned(tile.rows);
  const std::ptrdiff_t sampleStart = asSigned(tile.row) - first;
  Panels panels{};
  std::ptrdiff_t packedBegin = 0, packedEnd = 0;
  for (std::size_t tap = 0; tap < taps.count; ++tap, dFilter += in * out) {
    const std::ptrdiff_t offset = taps.offset(tap);
    const std::ptrdiff_t begin = std::max(first, -offset), reachEnd = std::min(end, length - offset);
    if (begin >= reachEnd) continue;
    const auto rows = static_cast<std::size_t>(reachEnd - begin);
    // Most tiles lie within reach of all taps, which then share the panels.
    if (begin != packedBegin || reachEnd != packedEnd) {
      panels = readMatrix(precision, rows, out, dY + (sampleStart + begin) * asSigned(out), out, packed);
      packedBegin = begin;
      packedEnd = reachEnd;
    }
    const Term term{x + (sampleStart + begin + offset) * asSigned(in), in, panels, rows};
    Gemm task{precision, in, out, &term, 1, dFilter, out};
    task.transposeA = task.accumulate = true;
    task.rectifiedA = rectified;
    if (tap + 1 == taps.count) {
      task.ahead[0] = ahead;
      task.ahead[1] = moreAhead;
    }
    gemm(task);
  }
}

}  // namespace wetas
