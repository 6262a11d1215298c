#include "core/tap_sum.h"

#include <algorithm>

#include "kernels/cpu/gemm.h"
#include "kernels/cpu/rows.h"

namespace wetas {
namespace {

// The rows of a tile at which a tap falls inside the sample: [begin, end), begin == end where there are none.
struct Reach {
  std::size_t begin, end;
  std::ptrdiff_t offset;
};

Reach reachOf(const Taps& taps, std::size_t tap, std::size_t firstRow, std::size_t rows) {
  const auto length = static_cast<std::ptrdiff_t>(taps.length);
  const auto first = static_cast<std::ptrdiff_t>(firstRow);
  const std::ptrdiff_t offset = taps.firstOffset + static_cast<std::ptrdiff_t>(tap) * taps.offsetStep;
  const std::ptrdiff_t begin = std::max(first, -offset);
  const std::ptrdiff_t end = std::min(first + static_cast<std::ptrdiff_t>(rows), length - offset);
  if (begin >= end) return {firstRow, firstRow, offset};
  return {static_cast<std::size_t>(begin), static_cast<std::size_t>(end), offset};
}

}  // namespace

Taps Taps::forward(std::size_t length, std::size_t kernelSize, std::size_t dilation, std::size_t padLeft) {
  return {length, kernelSize, -static_cast<std::ptrdiff_t>(padLeft), static_cast<std::ptrdiff_t>(dilation)};
}

Taps Taps::mirrored(std::size_t length, std::size_t kernelSize, std::size_t dilation, std::size_t padLeft) {
  return {length, kernelSize, static_cast<std::ptrdiff_t>(padLeft), -static_cast<std::ptrdiff_t>(dilation)};
}

std::size_t packedTapsSize(std::size_t taps, std::size_t in, std::size_t out) {
  return taps * std::max(packedSize(in, out), packedSize(out, in));
}

void packTaps(std::size_t taps, std::size_t in, std::size_t out, const float* filter, bool transposed, float* packed) {
  const std::size_t tapSize = packedTapsSize(1, in, out);
  for (std::size_t tap = 0; tap < taps; ++tap) {
    const float* matrix = filter + tap * in * out;
    if (transposed) {
      packMatrix(out, in, matrix, out, true, packed + tap * tapSize);
    } else {
      packMatrix(in, out, matrix, out, false, packed + tap * tapSize);
    }
  }
}

void sumTaps(const Taps& taps, std::size_t in, std::size_t out, const float* packed, const float* x, const float* addend,
             const float* bias, std::size_t firstRow, std::size_t rows, float* y) {
  const std::size_t tapSize = packedTapsSize(1, in, out);
  const auto addTap = [&](std::size_t tap, const Reach& reach, const float* start, const float* startBias) {
    const float* from = x + (static_cast<std::ptrdiff_t>(reach.begin) + reach.offset) * static_cast<std::ptrdiff_t>(in);
    gemm({reach.end - reach.begin, out, in, from, in, false, packed + tap * tapSize, in, 0,
          start ? start + reach.begin * out : nullptr, out, startBias, y + reach.begin * out, out});
  };
  // A tap that reaches every row starts the sum; where there is none (at the ends of a sample) y is filled beforehand.
  std::size_t starter = 0;
  for (; starter < taps.count; ++starter) {
    const Reach reach = reachOf(taps, starter, firstRow, rows);
    if (reach.end - reach.begin == rows) {
      addTap(starter, reach, addend, bias);
      break;
    }
  }
  if (starter == taps.count) {
    fillRows(rows, out, addend ? addend + firstRow * out : nullptr, bias, y + firstRow * out);
  }
  for (std::size_t tap = 0; tap < taps.count; ++tap) {
    const Reach reach = reachOf(taps, tap, firstRow, rows);
    if (tap != starter && reach.begin < reach.end) addTap(tap, reach, y, nullptr);
  }
}

void addTapGradients(const Taps& taps, std::size_t in, std::size_t out, const float* x, const float* dYTile,
                     std::size_t firstRow, std::size_t rows, float* packed, float* dFilter) {
  packMatrix(rows, out, dYTile, out, false, packed);
  for (std::size_t tap = 0; tap < taps.count; ++tap) {
    const Reach reach = reachOf(taps, tap, firstRow, rows);
    if (reach.begin == reach.end) continue;
    const float* from = x + (static_cast<std::ptrdiff_t>(reach.begin) + reach.offset) * static_cast<std::ptrdiff_t>(in);
    float* dMatrix = dFilter + tap * in * out;
    gemm({in, out, reach.end - reach.begin, from, in, true, packed, rows, reach.begin - firstRow, dMatrix, out, nullptr,
          dMatrix, out});
  }
}

}  // namespace wetas
