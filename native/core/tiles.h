// How [batch, length, channels] is cut into tiles of timesteps and tiles into chunks. The shape alone decides, never the
// number of threads: so sums come out with the same bits on any number of threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>

namespace wetas {

struct Tile {
  std::size_t sample, firstRow, rows;
};

class Tiles {
 public:
  // `width`: channels of a row. A tile of about 48 KiB leaves room in L2 for several of them and the weights.
  Tiles(std::size_t batch, std::size_t length, std::size_t width)
      : length_(length), rowsPerTile_(std::clamp<std::size_t>(12288 / std::max<std::size_t>(1, width) / 12 * 12, 48, 384)),
        perSample_((length + rowsPerTile_ - 1) / rowsPerTile_), count_(batch * perSample_) {}

  std::size_t count() const { return count_; }
  std::size_t rowsPerTile() const { return rowsPerTile_; }

  Tile operator[](std::size_t index) const {
    const std::size_t firstRow = index % perSample_ * rowsPerTile_;
    return {index / perSample_, firstRow, std::min(rowsPerTile_, length_ - firstRow)};
  }

 private:
  std::size_t length_, rowsPerTile_, perSample_, count_;
};

// total [size] = the sum over all tiles of what addTile(tile, partial [size]) adds to partial; spread over the threads.
void sumOverTiles(const Tiles& tiles, std::size_t size, float* total,
                  const std::function<void(const Tile&, float* partial)>& addTile);

}  // namespace wetas
