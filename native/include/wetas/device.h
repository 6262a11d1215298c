// Where the work runs: instruction set, number of threads and GPU of this process.
#pragma once

#include <cstddef>
#include <string>

namespace wetas {

// Threads that share one call's work, the calling thread included. Default: WETAS_NUM_THREADS, else the CPUs this
// process may use (affinity and, on Linux, the cgroup's quota).
std::size_t threadCount() noexcept;

// Changes the number of threads of the whole process, from the next call on. Throws std::invalid_argument outside [1, 1024].
void setThreadCount(std::size_t threads);

// The SIMD instruction set in use: "scalar", "sse4", "avx2", "avx512", "avx512bf16", "amx"; WETAS_SIMD asks for another.
const char* simdName() noexcept;

// Where a call is done. kAuto: on a GPU where there is one that can do it and the call is large enough to be worth it, else on the CPU, also where the GPU fails.
enum class Device { kAuto, kCpu, kCuda };

// The GPU that can be used, or in `missing` why there is none.
struct GpuInfo {
  std::string name;
  std::string computeCapability;  // such as "9.0"
  std::string missing;
};
GpuInfo gpuInfo();

}  // namespace wetas
