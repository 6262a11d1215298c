#include "kernels/cpu/gemm_amx.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "hwy/base.h"
#include "hwy/cache_control.h"

#if defined(__x86_64__)
#include <immintrin.h>

HWY_PUSH_ATTRIBUTES("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512bf16,amx-tile,amx-bf16")
namespace wetas {
namespace {

#include "kernels/cpu/bfloat16_pairs.inc"

// A tile register holds 16 rows of 16 Elements or sums.
constexpr std::size_t kTile = 16;

struct Arithmetic : PairsOfBfloat16 {
  using Element = std::uint32_t;
  static constexpr std::size_t kDepth = 2, kElementStep = kTile, kMicroRows = 2 * kTile;
  static std::size_t lanes() { return kTile; }
};

#include "kernels/cpu/gemm_loops.inc"

// The tile registers of this thread while it is in scope.
class TileRegisters {
 public:
  TileRegisters() noexcept {
    struct alignas(64) {
      std::uint8_t palette, startRow, reserved[14];
      std::uint16_t rowBytes[16];
      std::uint8_t rows[16];
    } configuration{};
    configuration.palette = 1;
    std::fill_n(configuration.rowBytes, 8, static_cast<std::uint16_t>(kTile * sizeof(float)));
    std::fill_n(configuration.rows, 8, static_cast<std::uint8_t>(kTile));
    _tile_loadconfig(&configuration);
  }
  // Else every switch of threads would have 8 KB more to save.
  ~TileRegisters() { _tile_release(); }
  TileRegisters(const TileRegisters&) = delete;
  TileRegisters& operator=(const TileRegisters&) = delete;
};

// GCC's intrinsics do not say that they read and write memory.
HWY_INLINE void memoryBarrier() { __asm__ volatile("" ::: "memory"); }

// 16 rows of 16 Elements: columns become rows. The forms with a mask of all ones: GCC 12 warns of the others (bug 105593).
void transpose(__m512i (&v)[kTile]) {
  __m512i t[kTile];
  for (std::size_t i = 0; i < kTile; i += 4) {
    const __m512i low01 = _mm512_maskz_unpacklo_epi32(0xffff, v[i], v[i + 1]), high01 = _mm512_maskz_unpackhi_epi32(0xffff, v[i], v[i + 1]);
    const __m512i low23 = _mm512_maskz_unpacklo_epi32(0xffff, v[i + 2], v[i + 3]), high23 = _mm512_maskz_unpackhi_epi32(0xffff, v[i + 2], v[i + 3]);
    t[i] = _mm512_maskz_unpacklo_epi64(0xff, low01, low23);
    t[i + 1] = _mm512_maskz_unpackhi_epi64(0xff, low01, low23);
    t[i + 2] = _mm512_maskz_unpacklo_epi64(0xff, high01, high23);
    t[i + 3] = _mm512_maskz_unpackhi_epi64(0xff, high01, high23);
  }
  // Block q of 128 bits of t[4 b + c] holds column 4 q + c of rows 4 b to 4 b + 3: now blocks are turned.
  for (std::size_t c = 0; c < 4; ++c) {
    const __m512i even01 = _mm512_maskz_shuffle_i32x4(0xffff, t[c], t[4 + c], 0x88), odd01 = _mm512_maskz_shuffle_i32x4(0xffff, t[c], t[4 + c], 0xdd);
    const __m512i even23 = _mm512_maskz_shuffle_i32x4(0xffff, t[8 + c], t[12 + c], 0x88), odd23 = _mm512_maskz_shuffle_i32x4(0xffff, t[8 + c], t[12 + c], 0xdd);
    v[c] = _mm512_maskz_shuffle_i32x4(0xffff, even01, even23, 0x88);
    v[4 + c] = _mm512_maskz_shuffle_i32x4(0xffff, odd01, odd23, 0x88);
    v[8 + c] = _mm512_maskz_shuffle_i32x4(0xffff, even01, even23, 0xdd);
    v[12 + c] = _mm512_maskz_shuffle_i32x4(0xffff, odd01, odd23, 0xdd);
  }
}

struct TileKernel {
  using Element = Arithmetic::Element;

  // Row after row of op(a), whole tiles of them: what is missing is 0.
  static Element* copyRows(const Gemm& g, const float* a, std::size_t stride, std::size_t depth, std::size_t rows, Element* to, Piece& piece) {
    piece.a = to;
    piece.aStride = piece.depth;
    Element* const end = to + (rows + kTile - 1) / kTile * kTile * piece.depth;
    if (g.transposeA) {
      for (std::size_t row = 0; row < rows; row += kTile, to += kTile * piece.depth) copyColumns(g, a + row, stride, depth, std::min(kTile, rows - row), to, piece);
      return end;
    }
    const std::size_t joined = (depth + 1) / 2;
    for (std::size_t row = 0; row < rows; ++row, to += piece.depth) {
      Arithmetic::joinAlong(g, depth, a + row * stride, to);
      std::fill(to + joined, to + piece.depth, Element{});
    }
    std::fill(to, end, Element{});
    return end;
  }

  static HWY_NOINLINE void sumTile(std::size_t rows, std::size_t width, const Block& block, std::size_t row, std::size_t panel, const Ends& ends,
                                   float* c, std::size_t cStride) {
    const bool second = rows > kTile;
    alignas(64) float sums[Arithmetic::kMicroRows * 2 * kTile];
    constexpr std::size_t kSumsStride = 2 * kTile * sizeof(float);
    memoryBarrier();
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (const Piece* piece = block.pieces; piece < block.pieces + block.count; ++piece) {
      const std::size_t aStride = piece->aStride * sizeof(Element), bStride = piece->bStride * sizeof(Element);
      const Element* a = piece->a + row * piece->aStride;
      const Element* b = piece->b + panel * piece->bPanelStride;
      for (std::size_t k = 0; k < piece->depth; k += kTile, a += kTile, b += kTile * piece->bStride) {
        _tile_loadd(4, a, aStride);
        _tile_loadd(6, b, bStride);
        _tile_loadd(7, b + kTile, bStride);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        if (second) {
          _tile_loadd(5, a + kTile * piece->aStride, aStride);
          _tile_dpbf16ps(2, 5, 6);
          _tile_dpbf16ps(3, 5, 7);
        }
      }
    }
    _tile_stored(0, sums, kSumsStride);
    _tile_stored(1, sums + kTile, kSumsStride);
    if (second) {
      _tile_stored(2, sums + 2 * kTile * kTile, kSumsStride);
      _tile_stored(3, sums + 2 * kTile * kTile + kTile, kSumsStride);
    }
    memoryBarrier();
    for (std::size_t column = 0; column < width; column += kTile) {
      const __mmask16 mask = firstOf(width - column);
      const __m512 bias = ends.bias ? _mm512_maskz_loadu_ps(mask, ends.bias + column) : _mm512_setzero_ps();
      for (std::size_t r = 0; r < rows; ++r) {
        float* const to = c + r * cStride + column;
        __m512 sum = _mm512_load_ps(sums + r * 2 * kTile + column);
        if (ends.c) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, to));
        if (ends.bias) sum = _mm512_add_ps(sum, bias);
        if (ends.addend) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, ends.addend + r * ends.addendStride + column));
        _mm512_mask_storeu_ps(to, mask, sum);
      }
    }
  }

 private:
  static HWY_INLINE __mmask16 firstOf(std::size_t count) { return static_cast<__mmask16>(count >= 16 ? 0xffff : (1u << count) - 1); }

  // One tile high: `columns` columns of a become rows.
  static void copyColumns(const Gemm& g, const float* a, std::size_t stride, std::size_t depth, std::size_t columns, Element* to, const Piece& piece) {
    for (std::size_t first = 0; first < piece.depth; first += kTile) {
      __m512i v[kTile];
      for (std::size_t i = 0; i < kTile; ++i) {
        const std::size_t k = (first + i) * Arithmetic::kDepth;
        alignas(64) Element joined[kTile] = {};
        if (k < depth) Arithmetic::joinAcross(g, std::min(Arithmetic::kDepth, depth - k), columns, a + k * stride, stride, joined);
        v[i] = _mm512_load_si512(joined);
      }
      transpose(v);
      for (std::size_t i = 0; i < kTile; ++i) _mm512_storeu_si512(to + i * piece.depth + first, v[i]);
    }
  }
};

}  // namespace

Panels packMatrixAmx(std::size_t k, std::size_t n, const float* b, std::size_t stride, bool transposed, void* packed) noexcept {
  return packPanels(Precision::kBfloat16, k, n, b, stride, transposed, packed);
}

void gemmAmx(const Gemm& g) noexcept {
  const TileRegisters registers;
  multiplyCopies<TileKernel>(g);
}

}  // namespace wetas
HWY_POP_ATTRIBUTES

#else

namespace wetas {

Panels packMatrixAmx(std::size_t, std::size_t, const float*, std::size_t, bool, void*) noexcept { return {}; }
void gemmAmx(const Gemm&) noexcept {}

}  // namespace wetas

#endif
