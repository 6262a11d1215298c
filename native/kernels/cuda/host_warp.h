// The warp of warp.h on the CPU: its lanes run in lockstep, operation by operation. For tests; nothing here is fast.
#pragma once

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <thread>

#include "kernels/cuda/lane_hazards.h"
#include "kernels/cuda/warp.h"
#include "wetas/control.h"

namespace wetas::cuda {

// A number of each lane.
template <class T>
struct HostLanes {
  T of[kWarpLanes];

  HostLanes() = default;
  HostLanes(T each) { std::fill_n(of, kWarpLanes, each); }  // implicit: what is the same in all lanes mixes with what is not
  template <class Each>
  static HostLanes make(const Each& each) {
    HostLanes made;
    for (int l = 0; l < kWarpLanes; ++l) made.of[l] = each(l);
    return made;
  }

  friend HostLanes operator+(const HostLanes& a, const HostLanes& b) {
    return make([&](int l) { return wrapped(a.of[l], b.of[l], [](auto x, auto y) { return x + y; }); });
  }
  friend HostLanes operator-(const HostLanes& a, const HostLanes& b) {
    return make([&](int l) { return wrapped(a.of[l], b.of[l], [](auto x, auto y) { return x - y; }); });
  }
  friend HostLanes operator*(const HostLanes& a, const HostLanes& b) {
    return make([&](int l) { return wrapped(a.of[l], b.of[l], [](auto x, auto y) { return x * y; }); });
  }
  friend HostLanes operator/(const HostLanes& a, const HostLanes& b) {
    return make([&](int l) { return a.of[l] / b.of[l]; });
  }
  friend HostLanes operator-(const HostLanes& a) {
    return make([&](int l) { return -a.of[l]; });
  }
  friend HostLanes operator&(const HostLanes& a, const HostLanes& b) {
    return make([&](int l) { return static_cast<T>(a.of[l] & b.of[l]); });
  }
  friend HostLanes operator|(const HostLanes& a, const HostLanes& b) {
    return make([&](int l) { return static_cast<T>(a.of[l] | b.of[l]); });
  }
  friend HostLanes operator>>(const HostLanes& a, int bits) {
    return make([&](int l) { return a.of[l] >> bits; });
  }
  friend HostLanes<bool> operator<(const HostLanes& a, const HostLanes& b) {
    return HostLanes<bool>::make([&](int l) { return a.of[l] < b.of[l]; });
  }
  friend HostLanes<bool> operator<=(const HostLanes& a, const HostLanes& b) {
    return HostLanes<bool>::make([&](int l) { return a.of[l] <= b.of[l]; });
  }
  friend HostLanes<bool> operator==(const HostLanes& a, const HostLanes& b) {
    return HostLanes<bool>::make([&](int l) { return a.of[l] == b.of[l]; });
  }
  friend HostLanes<bool> operator!=(const HostLanes& a, const HostLanes& b) {
    return HostLanes<bool>::make([&](int l) { return a.of[l] != b.of[l]; });
  }

 private:
  // Integers wrap around as a GPU's do.
  template <class Operation>
  static float wrapped(float a, float b, const Operation& operation) { return operation(a, b); }
  template <class Operation>
  static std::int32_t wrapped(std::int32_t a, std::int32_t b, const Operation& operation) {
    return static_cast<std::int32_t>(operation(static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b)));
  }
};

// Where the threads of a crew wait for each other.
class Meeting {
 public:
  explicit Meeting(int size) : size_(size) {}
  int size() const { return size_; }
  void come() {
    std::unique_lock<std::mutex> lock(mutex_);
    const int meeting = held_;
    if (++present_ == size_) {
      present_ = 0;
      ++held_;
      all_.notify_all();
    } else {
      all_.wait(lock, [&] { return held_ != meeting; });
    }
  }

 private:
  const int size_;
  std::mutex mutex_;
  std::condition_variable all_;
  int present_ = 0, held_ = 0;
};

class HostWarp {
  template <class T>
  struct Each {
    using Type = T;  // not for the compiler to deduce: one number for all lanes becomes theirs
  };

 public:
  using Float = HostLanes<float>;
  using Int = HostLanes<std::int32_t>;
  using Mask = HostLanes<bool>;

  static Int lane() {
    return Int::make([](int l) { return l; });
  }

  static Float select(const Mask& mask, const Float& yes, const Float& no) { return selected(mask, yes, no); }
  static Int select(const Mask& mask, const Int& yes, const Int& no) { return selected(mask, yes, no); }
  static Float fusedMultiplyAdd(const Float& a, const Float& b, const Float& c) {
    return Float::make([&](int l) { return std::fma(a.of[l], b.of[l], c.of[l]); });
  }
  static Int maximum(const Int& a, const Int& b) {
    return Int::make([&](int l) { return std::max(a.of[l], b.of[l]); });
  }
  static Float minimum(const Float& a, const Float& b) {
    return Float::make([&](int l) { return std::fmin(a.of[l], b.of[l]); });
  }
  static Float inverse(const Float& v) {
    return Float::make([&](int l) { return 1.0f / v.of[l]; });
  }
  static Float maximumOrNaN(const Float& a, const Float& b) {
    return Float::make([&](int l) { return a.of[l] > b.of[l] || std::isnan(a.of[l]) ? a.of[l] : b.of[l]; });
  }
  static Float minimumOrNaN(const Float& a, const Float& b) {
    return Float::make([&](int l) { return a.of[l] < b.of[l] || std::isnan(a.of[l]) ? a.of[l] : b.of[l]; });
  }
  static Float absolute(const Float& v) {
    return Float::make([&](int l) { return std::abs(v.of[l]); });
  }
  static Float squareRoot(const Float& v) {
    return Float::make([&](int l) { return std::sqrt(v.of[l]); });
  }
  static Float logarithm(const Float& v) {
    return Float::make([&](int l) { return std::log(v.of[l]); });
  }
  static Float logarithmOfRest(const Float& v) {
    return Float::make([&](int l) { return std::log1p(-v.of[l]); });
  }
  static Int bitsOf(const Float& v) {
    Int bits;
    std::memcpy(bits.of, v.of, sizeof(bits.of));
    return bits;
  }
  static Float fromBits(const Int& bits) {
    Float v;
    std::memcpy(v.of, bits.of, sizeof(v.of));
    return v;
  }

  template <class T>
  static HostLanes<T> shuffleUp(const HostLanes<T>& v) {
    return HostLanes<T>::make([&](int l) { return v.of[std::max(l - 1, 0)]; });
  }
  template <class T>
  static HostLanes<T> shuffleDown(const HostLanes<T>& v) {
    return HostLanes<T>::make([&](int l) { return v.of[std::min(l + 1, kWarpLanes - 1)]; });
  }
  template <class T>
  static HostLanes<T> broadcast(const HostLanes<T>& v, int from) { return HostLanes<T>(v.of[from]); }
  template <class T>
  static HostLanes<T> exchange(const HostLanes<T>& v, int distance) {
    return HostLanes<T>::make([&](int l) { return v.of[l ^ distance]; });
  }
  static std::uint32_t ballot(const Mask& mask) {
    std::uint32_t bits = 0;
    for (int l = 0; l < kWarpLanes; ++l) bits |= std::uint32_t{mask.of[l]} << l;
    return bits;
  }
  static std::int32_t common(const Int& v) { return v.of[0]; }

  template <class T>
  static HostLanes<T> load(const T* from, const Int& at, const Mask& mask, const typename Each<HostLanes<T>>::Type& otherwise) {
    return HostLanes<T>::make([&](int l) {
      if (mask.of[l]) LaneHazards::read(from + at.of[l], l);
      return mask.of[l] ? from[at.of[l]] : otherwise.of[l];
    });
  }
  template <class T>
  static void store(T* to, const Int& at, const HostLanes<T>& value, const Mask& mask) {
    for (int l = 0; l < kWarpLanes; ++l) {
      if (!mask.of[l]) continue;
      LaneHazards::write(to + at.of[l], l);
      to[at.of[l]] = value.of[l];
    }
  }
  static void loadTwo(const float* from, const Int& at, Float* a, Float* b) {
    LaneHazards::checkAligned(from, 2 * sizeof(float));
    *a = load(from, at * Int(2), true, 0.0f);
    *b = load(from, at * Int(2) + Int(1), true, 0.0f);
  }
  static void loadFour(const float* from, const Int& at, Float* to) {
    LaneHazards::checkAligned(from, 4 * sizeof(float));
    for (int k = 0; k < 4; ++k) to[k] = load(from, at * Int(4) + Int(k), true, 0.0f);
  }
  static void storeFour(float* to, const Int& at, const Float* from) {
    LaneHazards::checkAligned(to, 4 * sizeof(float));
    for (int k = 0; k < 4; ++k) store(to, at * Int(4) + Int(k), from[k], true);
  }
  static void storeTwo(float* to, const Int& at, const Float& a, const Float& b, const Mask& mask) {
    LaneHazards::checkAligned(to, 2 * sizeof(float));
    store(to, at * Int(2), a, mask);
    store(to, at * Int(2) + Int(1), b, mask);
  }
  static void sync() { LaneHazards::sync(); }

  using StopFlag = const Control*;
  static bool isSet(StopFlag control) { return control->stopped(); }

  static void publish(std::int32_t* progress, std::int32_t number) {
    sync();
    __atomic_store_n(progress, number, __ATOMIC_RELEASE);
  }
  static std::int32_t progressOf(const std::int32_t* progress) {
    const std::int32_t number = __atomic_load_n(progress, __ATOMIC_ACQUIRE);
    sync();
    return number;
  }
  static std::int32_t lookAt(const std::int32_t* progress) { return __atomic_load_n(progress, __ATOMIC_RELAXED); }
  static void pause() { std::this_thread::yield(); }
  static std::int32_t takeNext(std::int32_t* next) { return __atomic_fetch_add(next, 1, __ATOMIC_RELAXED); }

  static float* shared(float* memory) { return memory; }

  // Each a thread.
  class Crew {
   public:
    Crew(Meeting& meeting, int index) : meeting_(&meeting), index_(index) {}
    int size() const { return meeting_->size(); }
    int index() const { return index_; }
    void meet() const {
      meeting_->come();
      sync();
    }

   private:
    Meeting* meeting_;
    int index_;
  };

 private:
  template <class T>
  static HostLanes<T> selected(const Mask& mask, const HostLanes<T>& yes, const HostLanes<T>& no) {
    return HostLanes<T>::make([&](int l) { return mask.of[l] ? yes.of[l] : no.of[l]; });
  }
};

}  // namespace wetas::cuda
