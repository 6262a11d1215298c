// How [batch, length, channels] is cut into tiles of timesteps and tiles into chunks. The shape alone decides, never the
// number of threads: so sums come out with the same bits on any number of threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>

#include "kernels/cpu/gemm.h"

namespace wetas {

// Timesteps [firstRow, firstRow + rows) of a sample; `row` counts the first of them through the batch.
struct Tile {
  std::size_t sample, firstRow, rows, row;

  // A tensor of `width` channels here, to be brought into the cache.
  Ahead of(const float* tensor, std::size_t width) const { return {tensor + row * width, rows * width}; }
};

class Tiles {
 public:
  // `width`: channels of a row. A tile of about 48 KiB leaves room in L2 for several of them and the weights. The rows of a
  // tile are a multiple of those of every micro-kernel.
  Tiles(std::size_t batch, std::size_t length, std::size_t width) : length_(length) {
    const std::size_t most = std::clamp<std::size_t>(12288 / std::max<std::size_t>(1, width), 48, 384);
    perSample_ = (length + most - 1) / most;
    rowsPerTile_ = perSample_ == 0 ? 0 : (length + 12 * perSample_ - 1) / (12 * perSample_) * 12;
    count_ = batch * perSample_;
  }

  std::size_t count() const { return count_; }
  std::size_t rowsPerTile() const { return rowsPerTile_; }

  // Past the last tile: no rows.
  Tile operator[](std::size_t index) const {
    const std::size_t sample = perSample_ == 0 ? 0 : index / perSample_;
    const std::size_t firstRow = std::min((index - sample * perSample_) * rowsPerTile_, length_);
    const std::size_t rows = index < count_ ? std::min(rowsPerTile_, length_ - firstRow) : 0;
    return {sample, firstRow, rows, sample * length_ + firstRow};
  }

 private:
  std::size_t length_, rowsPerTile_, perSample_, count_;
};

// Calls body(tile, the tile after it) for all tiles, spread over the threads by runs of neighbouring tiles.
void forEachTile(const Tiles& tiles, const std::function<void(const Tile& tile, const Tile& next)>& body);

// total [size] = the sum over all tiles of what addTile(tile, the tile after it, partial [size]) adds to partial; spread over
// the threads.
void sumOverTiles(const Tiles& tiles, std::size_t size, float* total,
                  const std::function<void(const Tile& tile, const Tile& next, float* partial)>& addTile);

}  // namespace wetas
