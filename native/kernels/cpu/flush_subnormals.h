// While one is in scope, this thread's results below the smallest normal number become 0. On Intel's CPUs each would cost some 150 cycles, and so would each
// product with it; elsewhere than on x86 such numbers are no slower than others. The weights and adjoints of extended-exponent soft-DTW fade away by powers of
// two, so many of them end there, and so do the gradients of a network that has learnt its windows, whose steps took 2.3 times as long: worth nothing in either.
// Operands that the caller gave stay as they are.
#pragma once

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace wetas {

class FlushSubnormals {
 public:
#if defined(__SSE2__)
  FlushSubnormals() noexcept : before_(_mm_getcsr()) { _mm_setcsr(before_ | _MM_FLUSH_ZERO_ON); }
  ~FlushSubnormals() { _mm_setcsr(before_); }

 private:
  unsigned before_;
#else
  FlushSubnormals() noexcept {}
#endif

 public:
  FlushSubnormals(const FlushSubnormals&) = delete;
  FlushSubnormals& operator=(const FlushSubnormals&) = delete;
};

}  // namespace wetas
