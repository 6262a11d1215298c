// How a kernel learns, while it runs, that its call was stopped.
#pragma once

#include <cstdint>

#include "kernels/cuda/warp.h"

namespace wetas::cuda {

constexpr std::int32_t kStepsBetweenLooks = 2048;  // a look is slow: the flag of a GPU lies in the memory of the CPU

template <class Warp>
class StopWatch {
 public:
  WETAS_DEVICE explicit StopWatch(typename Warp::StopFlag flag) : flag_(flag) {}

  // Whether to leave, so many steps of a strip later, or what takes as long.
  WETAS_DEVICE bool stoppedAfter(std::int32_t steps) {
    sinceLook_ += steps;
    if (sinceLook_ >= kStepsBetweenLooks) {
      sinceLook_ = 0;
      stopped_ = Warp::isSet(flag_);
    }
    return stopped_;
  }
  WETAS_DEVICE bool stopped() const { return stopped_; }

 private:
  const typename Warp::StopFlag flag_;
  std::int32_t sinceLook_ = 0;
  bool stopped_ = false;
};

}  // namespace wetas::cuda
