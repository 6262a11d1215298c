// The warp of warp.h in CUDA: a lane is a thread.
#pragma once

#include <cstdint>

#include "kernels/cuda/warp.h"

namespace wetas::cuda {

struct CudaWarp {
  using Float = float;
  using Int = std::int32_t;
  using Mask = bool;
  static constexpr unsigned kAll = 0xffffffffu;

  static WETAS_DEVICE Int lane() { return static_cast<Int>(threadIdx.x % kWarpLanes); }

  template <class T>
  static WETAS_DEVICE T select(bool mask, T yes, T no) { return mask ? yes : no; }
  static WETAS_DEVICE float fusedMultiplyAdd(float a, float b, float c) { return __fmaf_rn(a, b, c); }
  static WETAS_DEVICE Int maximum(Int a, Int b) { return max(a, b); }
  static WETAS_DEVICE float minimum(float a, float b) { return fminf(a, b); }
  static WETAS_DEVICE float absolute(float v) { return fabsf(v); }
  static WETAS_DEVICE float squareRoot(float v) { return __fsqrt_rn(v); }
  static WETAS_DEVICE float logarithm(float v) { return logf(v); }
  static WETAS_DEVICE float logarithmOfRest(float v) { return log1pf(-v); }
  static WETAS_DEVICE Int bitsOf(float v) { return __float_as_int(v); }
  static WETAS_DEVICE float fromBits(Int bits) { return __int_as_float(bits); }

  template <class T>
  static WETAS_DEVICE T shuffleUp(T v, T first) {
    const T before = __shfl_up_sync(kAll, v, 1);
    return lane() == 0 ? first : before;
  }
  template <class T>
  static WETAS_DEVICE T shuffleDown(T v, T last) {
    const T after = __shfl_down_sync(kAll, v, 1);
    return lane() == kWarpLanes - 1 ? last : after;
  }
  template <class T>
  static WETAS_DEVICE T broadcast(T v, int from) { return __shfl_sync(kAll, v, from); }
  template <class T>
  static WETAS_DEVICE T exchange(T v, int distance) { return __shfl_xor_sync(kAll, v, distance); }
  static WETAS_DEVICE std::uint32_t ballot(bool mask) { return __ballot_sync(kAll, mask); }
  static WETAS_DEVICE std::int32_t common(Int v) { return v; }

  template <class T>
  static WETAS_DEVICE T load(const T* from, Int at, bool mask, T otherwise) { return mask ? from[at] : otherwise; }
  template <class T>
  static WETAS_DEVICE void store(T* to, Int at, T value, bool mask) {
    if (mask) to[at] = value;
  }
  static WETAS_DEVICE void sync() { __syncwarp(); }

  using StopFlag = const volatile std::int32_t*;
  static WETAS_DEVICE bool isSet(StopFlag flag) { return broadcast(static_cast<Int>(*flag), 0) != 0; }

  static WETAS_DEVICE void publish(std::int32_t* progress, std::int32_t number) {
    __syncwarp();
    if (lane() == 0) {
      __threadfence();
      *static_cast<volatile std::int32_t*>(progress) = number;
    }
  }
  static WETAS_DEVICE std::int32_t progressOf(const std::int32_t* progress) {
    std::int32_t number = 0;
    if (lane() == 0) number = *static_cast<const volatile std::int32_t*>(progress);
    return broadcast(number, 0);
  }
  // A fence empties the first cache of the multiprocessor: one after the last look, not one for each.
  static WETAS_DEVICE void acquire() {
    if (lane() == 0) __threadfence();
    __syncwarp();
  }
  static WETAS_DEVICE void pause() {
#if __CUDA_ARCH__ >= 700
    __nanosleep(100);
#endif
  }
  static WETAS_DEVICE std::int32_t takeNext(std::int32_t* next) {
    std::int32_t taken = 0;
    if (lane() == 0) taken = atomicAdd(next, 1);
    return broadcast(taken, 0);
  }
};

}  // namespace wetas::cuda
