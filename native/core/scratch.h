// Working memory that a thread keeps between calls, so that a training step does not map and fault the same megabytes
// again and again. One buffer a purpose and thread, as large as the largest call so far needed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace wetas {

enum class Scratch {
  // of a call: the thread that calls parallelFor
  kPackedWeights,
  kGradients,
  kCausalRows,
  // of a call, or of a body where that does the work of a call (residual_blocks.cc)
  kPartialSums,
  kPreActivationGradient,
  kBetweenBlocks,
  // of a body: any thread
  kGate,
  kPackedRows,
  kSoftDtwPair,
};

// At least `count` floats, 64-byte aligned, contents unspecified.
template <Scratch purpose>
float* scratch(std::size_t count) {
  constexpr std::size_t kPadding = 64 / sizeof(float);
  static thread_local std::unique_ptr<float[]> buffer;
  static thread_local std::size_t capacity = 0;
  if (buffer == nullptr || capacity < count) {
    capacity = 0;
    buffer.reset();
    buffer.reset(new float[count + kPadding]);
    capacity = count;
  }
  return reinterpret_cast<float*>((reinterpret_cast<std::uintptr_t>(buffer.get()) + 63) & ~std::uintptr_t{63});
}

}  // namespace wetas
