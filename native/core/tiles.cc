#include "core/tiles.h"

#include "core/scratch.h"
#include "core/thread_pool.h"
#include "kernels/cpu/rows.h"

namespace wetas {
namespace {

constexpr std::size_t kMostRuns = 64;
constexpr std::size_t kMostChunks = 16;
constexpr std::size_t kMostPartialFloats = std::size_t{1} << 23;  // 32 MiB
constexpr std::size_t kColumnsPerTask = 4096;

// Calls body(run, first tile, end) for `runs` runs of neighbouring tiles.
template <class Body>
void forEachRun(const Tiles& tiles, std::size_t runs, const Body& body) {
  parallelFor(runs, [&](std::size_t run) { body(run, tiles.count() * run / runs, tiles.count() * (run + 1) / runs); });
}

}  // namespace

void forEachTile(const Tiles& tiles, const std::function<void(const Tile& tile, const Tile& next)>& body) {
  forEachRun(tiles, std::min(tiles.count(), kMostRuns), [&](std::size_t, std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i) body(tiles[i], tiles[i + 1]);
  });
}

void sumOverTiles(const Tiles& tiles, std::size_t size, float* total,
                  const std::function<void(const Tile& tile, const Tile& next, float* partial)>& addTile) {
  const std::size_t affordable = std::max<std::size_t>(1, kMostPartialFloats / std::max<std::size_t>(1, size));
  const std::size_t chunks = std::min({tiles.count(), kMostChunks, affordable});
  float* partials = scratch<Scratch::kPartialSums>(chunks * size);
  forEachRun(tiles, chunks, [&](std::size_t chunk, std::size_t first, std::size_t end) {
    float* partial = partials + chunk * size;
    std::fill_n(partial, size, 0.0f);
    for (std::size_t i = first; i < end; ++i) addTile(tiles[i], tiles[i + 1], partial);
  });
  parallelFor((size + kColumnsPerTask - 1) / kColumnsPerTask, [&](std::size_t task) {
    const std::size_t first = task * kColumnsPerTask, columns = std::min(kColumnsPerTask, size - first);
    std::fill_n(total + first, columns, 0.0f);
    addColumnSums(chunks, columns, partials + first, size, total + first);
  });
}

}  // namespace wetas
