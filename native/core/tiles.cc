#include "core/tiles.h"

#include "core/scratch.h"
#include "core/thread_pool.h"
#include "kernels/cpu/rows.h"

namespace wetas {
namespace {

constexpr std::size_t kMostChunks = 16;
constexpr std::size_t kMostPartialFloats = std::size_t{1} << 23;  // 32 MiB

}  // namespace

void sumOverTiles(const Tiles& tiles, std::size_t size, float* total,
                  const std::function<void(const Tile&, float* partial)>& addTile) {
  const std::size_t affordable = std::max<std::size_t>(1, kMostPartialFloats / std::max<std::size_t>(1, size));
  const std::size_t chunks = std::min({tiles.count(), kMostChunks, affordable});
  float* partials = scratch<Scratch::kPartialSums>(chunks * size);
  parallelFor(chunks, [&](std::size_t chunk) {
    float* partial = partials + chunk * size;
    std::fill_n(partial, size, 0.0f);
    const std::size_t end = tiles.count() * (chunk + 1) / chunks;
    for (std::size_t tile = tiles.count() * chunk / chunks; tile < end; ++tile) addTile(tiles[tile], partial);
  });
  std::fill_n(total, size, 0.0f);
  addColumnSums(chunks, size, partials, size, total);
}

}  // namespace wetas
