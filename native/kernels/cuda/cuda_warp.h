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
#if __CUDA_ARCH__ >= 800
  static WETAS_DEVICE float maximumOrNaN(float a, float b) {
    float larger;
    asm("max.NaN.f32 %0, %1, %2;" : "=f"(larger) : "f"(a), "f"(b));
    return larger;
  }
  static WETAS_DEVICE float minimumOrNaN(float a, float b) {
    float smaller;
    asm("min.NaN.f32 %0, %1, %2;" : "=f"(smaller) : "f"(a), "f"(b));
    return smaller;
  }
#else
  static WETAS_DEVICE float maximumOrNaN(float a, float b) { return a > b || isnan(a) ? a : b; }
  static WETAS_DEVICE float minimumOrNaN(float a, float b) { return a < b || isnan(a) ? a : b; }
#endif
  // What nvcc makes of a division, without the branch for numbers beyond.
  static WETAS_DEVICE float inverse(float v) {
    float near;
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(near) : "f"(v));
    return __fmaf_rn(near, -__fmaf_rn(v, near, -1.0f), near);
  }
  static WETAS_DEVICE float absolute(float v) { return fabsf(v); }
  static WETAS_DEVICE float squareRoot(float v) { return __fsqrt_rn(v); }
  static WETAS_DEVICE float logarithm(float v) { return logf(v); }
  static WETAS_DEVICE float logarithmOfRest(float v) { return log1pf(-v); }
  static WETAS_DEVICE Int bitsOf(float v) { return __float_as_int(v); }
  static WETAS_DEVICE float fromBits(Int bits) { return __int_as_float(bits); }

  template <class T>
  static WETAS_DEVICE T shuffleUp(T v) { return __shfl_up_sync(kAll, v, 1); }
  template <class T>
  static WETAS_DEVICE T shuffleDown(T v) { return __shfl_down_sync(kAll, v, 1); }
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
  static WETAS_DEVICE void loadTwo(const float* from, Int at, float* a, float* b) {
    const float2 two = reinterpret_cast<const float2*>(from)[at];
    *a = two.x;
    *b = two.y;
  }
  static WETAS_DEVICE void loadFour(const float* from, Int at, float* to) {
    const float4 four = reinterpret_cast<const float4*>(from)[at];
    to[0] = four.x;
    to[1] = four.y;
    to[2] = four.z;
    to[3] = four.w;
  }
  static WETAS_DEVICE void storeFour(float* to, Int at, const float* from) { reinterpret_cast<float4*>(to)[at] = make_float4(from[0], from[1], from[2], from[3]); }
  static WETAS_DEVICE void storeTwo(float* to, Int at, float a, float b, bool mask) {
    if (mask) reinterpret_cast<float2*>(to)[at] = make_float2(a, b);
  }
  static WETAS_DEVICE void sync() { __syncwarp(); }

  using StopFlag = const volatile std::int32_t*;
  static WETAS_DEVICE bool isSet(StopFlag flag) { return broadcast(static_cast<Int>(*flag), 0) != 0; }

  static WETAS_DEVICE void publish(std::int32_t* progress, std::int32_t number) {
    __syncwarp();
    if (lane() == 0) asm volatile("st.release.gpu.s32 [%0], %1;" ::"l"(progress), "r"(number) : "memory");
  }
  static WETAS_DEVICE std::int32_t progressOf(const std::int32_t* progress) {
    std::int32_t number = 0;
    if (lane() == 0) asm volatile("ld.acquire.gpu.s32 %0, [%1];" : "=r"(number) : "l"(progress) : "memory");
    number = broadcast(number, 0);
    __syncwarp();
    return number;
  }
  static WETAS_DEVICE std::int32_t lookAt(const std::int32_t* progress) {
    std::int32_t number = 0;
    if (lane() == 0) asm volatile("ld.relaxed.gpu.s32 %0, [%1];" : "=r"(number) : "l"(progress) : "memory");
    return broadcast(number, 0);
  }
  static WETAS_DEVICE void pause() { __nanosleep(100); }
  static WETAS_DEVICE std::int32_t takeNext(std::int32_t* next) {
    std::int32_t taken = 0;
    if (lane() == 0) taken = atomicAdd(next, 1);
    return broadcast(taken, 0);
  }

  // All of a block's is one array; its address tells the compiler more than a pointer that was handed on.
  static WETAS_DEVICE float* shared(float* = nullptr) {
    extern __shared__ float4 ofBlock[];  // of numbers that are brought in by fours
    return reinterpret_cast<float*>(ofBlock);
  }

  struct Crew {  // a block
    static WETAS_DEVICE int size() { return static_cast<int>(blockDim.x) / kWarpLanes; }
    static WETAS_DEVICE int index() { return static_cast<int>(threadIdx.x) / kWarpLanes; }
    static WETAS_DEVICE void meet() { size() == 1 ? __syncwarp() : __syncthreads(); }
  };
};

}  // namespace wetas::cuda
