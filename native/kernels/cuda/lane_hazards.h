// What lockstep hides: a lane that meets what another has stored, or stores where another has met or stored something, with no sync between. Lanes of a GPU need not go together, and so that is a race
// there. For tests of the kernels on HostWarp.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace wetas::cuda {

class LaneHazards {
 public:
  // In all threads, from now on.
  static void watch(bool on) {
    found_ = 0;
    isOn_ = on;
  }
  static std::size_t found() { return found_; }

  static void read(const void* at, int lane) {
    if (!isOn_) return;
    Place& place = ofThread().at(at);
    if (place.writeEpoch == ofThread().epoch && place.writer != lane) ++found_;
    if (place.readEpoch != ofThread().epoch) place.readers = 0;
    place.readEpoch = ofThread().epoch;
    place.readers |= std::uint32_t{1} << lane;
  }
  static void write(const void* at, int lane) {
    if (!isOn_) return;
    Place& place = ofThread().at(at);
    const bool isRead = place.readEpoch == ofThread().epoch && (place.readers & ~(std::uint32_t{1} << lane)) != 0;
    if (isRead || (place.writeEpoch == ofThread().epoch && place.writer != lane)) ++found_;
    place.writeEpoch = ofThread().epoch;
    place.writer = lane;
  }
  static void sync() {
    if (isOn_) ofThread().sync();
  }
  // Of numbers that a GPU takes several at a time.
  static void checkAligned(const void* at, std::size_t bytes) {
    if (isOn_ && reinterpret_cast<std::uintptr_t>(at) % bytes != 0) ++found_;
  }

 private:
  // Epochs: those between syncs, counted from 1.
  struct Place {
    std::uint64_t writeEpoch = 0, readEpoch = 0;
    int writer = 0;
    std::uint32_t readers = 0;
  };
  struct Places {
    std::unordered_map<const void*, Place> known;
    std::uint64_t epoch = 1;

    Place& at(const void* address) { return known[address]; }
    void sync() {
      ++epoch;
      if (known.size() > kMostKnown) known.clear();  // all of it is of epochs before
    }
  };
  static constexpr std::size_t kMostKnown = 100000;
  static Places& ofThread() {
    static thread_local Places places;
    return places;
  }

  static inline std::atomic<bool> isOn_{false};
  static inline std::atomic<std::size_t> found_{0};
};

}  // namespace wetas::cuda
