// The kernels of this folder are written over a policy, Warp, and compiled twice: by nvcc with CudaWarp (cuda_warp.h), where a number is a
// register of each thread, and by any C++ compiler with HostWarp (host_warp.h), where it is 32 numbers and every operation does all lanes before
// the next begins. So the very source that runs on a GPU is tested where there is none. A Warp has
//   Float, Int, Mask      a number of each lane: float, std::int32_t (wraps around), bool
//   lane()                0 .. 31
//   select(mask, a, b)    a where the mask is set
//   fusedMultiplyAdd(a, b, c), maximum(a, b), minimum(a, b), bitsOf(Float), fromBits(Int)
//   maximumOrNaN(a, b), minimumOrNaN(a, b): NaN where one is
//   inverse(v)            1 / v, rounded to nearest where v is in [2^-100, 2^100]; NaN of NaN
//   absolute(v), squareRoot(v), logarithm(v), logarithmOfRest(v): that of 1 - v
//   shuffleUp(v)          v of the lane before; in lane 0 its own
//   shuffleDown(v)        v of the lane after; in lane 31 its own
//   broadcast(v, lane)    v of one lane, in all
//   exchange(v, distance) v of the lane whose number differs in that bit
//   ballot(mask)          a bit for each lane: one number for all
//   common(Int)           what all lanes have alike, as one number
//   load(from, at, mask, otherwise), store(to, at, value, mask)
//                         from[at], lane by lane, where the mask is set: memory, or a tile that the lanes share
//   loadTwo(from, at, &a, &b), storeTwo(to, at, a, b, mask)
//                         floats 2 * at and the one after, in a tile that the lanes share
//   loadFour(from, at, to), storeFour(to, at, from)
//                         floats 4 * at and the three after
//   sync()                what lanes have stored is there for all
//   StopFlag, isSet(flag) what tells that the call was stopped; one answer for all lanes, though it may change at any time
//   publish(progress, number)
//                         stores a number, for other warps, after all that the lanes have stored
//   progressOf(progress)  that number: what came before it is there for all lanes
//   lookAt(progress)      that number alone, which takes less
//   pause()               lets others work before it is asked for again
//   takeNext(next)        the number there, which grows by 1: no other warp gets the same
//   Crew                  warps that do a turn together: size(), index() of this one, meet(): what each has stored is there for all
//   shared(memory)        the memory that a crew shares, where it is known to be that
// Branches and loops go by numbers that all lanes have in common; where lanes differ a mask selects.
#pragma once

#ifdef __CUDACC__
#define WETAS_DEVICE __device__ __forceinline__
#define WETAS_HOST_DEVICE __host__ __device__ __forceinline__
#define WETAS_DEVICE_CALL __device__ __noinline__  // where copies of code would only get in each other's way
#define WETAS_UNROLL _Pragma("unroll")  // where an array is to stay in registers
#define WETAS_ROLL _Pragma("unroll 1")  // where code would only get larger
#else
#define WETAS_DEVICE inline
#define WETAS_HOST_DEVICE inline
#define WETAS_DEVICE_CALL inline
#define WETAS_UNROLL
#define WETAS_ROLL
#endif

namespace wetas::cuda {

constexpr int kWarpLanes = 32, kMostWarpsOfCrew = 4;

}  // namespace wetas::cuda
