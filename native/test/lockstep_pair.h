// A kernel of kernels/cuda over one pair, turn after turn, on the lockstep warp of the CPU.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/cuda/lockstep_gpu.h"

namespace wetas {

// OfPair: cuda::SoftDtwOfPair, cuda::HardDtwOfPair.
template <template <class, template <class> class, bool> class OfPair, template <class> class Costs, class Pair, class Total>
void runInLockstep(bool up, Pair pair, const Control& control, Total* total) {
  const std::int32_t turns = pair.layout().turns;
  std::vector<std::int32_t> progress(static_cast<std::size_t>(turns));
  pair.progress = progress.data();
  const auto run = up ? cuda::turnInLockstep<OfPair<cuda::HostWarp, Costs, true>> : cuda::turnInLockstep<OfPair<cuda::HostWarp, Costs, false>>;
  for (std::int32_t turn = 0; turn < turns; ++turn) run(pair, turn, 1, true, control, total);
}

}  // namespace wetas
