// Whether the options of a call make sense.
#pragma once

#include <cmath>
#include <stdexcept>

#include "wetas/dtw_problem.h"

namespace wetas {

inline void checkPaths(const WarpingPaths& paths) {
  const double size = paths.band.size;
  if (paths.band.kind == Band::kSakoeChiba && !(size >= 0)) throw std::invalid_argument("expected a number >= 0 for the radius of the band");
  if (paths.band.kind == Band::kItakura && !(size >= 1 && std::isfinite(size))) throw std::invalid_argument("expected a finite number >= 1 for the slope of the band");
  if (!(paths.stepPenalty >= 0 && std::isfinite(paths.stepPenalty))) throw std::invalid_argument("expected a finite number >= 0 for the step penalty");
}

// Times the logarithm of the number of paths, the largest gamma is still a number.
inline void checkGamma(double gamma) {
  if (!(gamma >= 0 && gamma <= 1e300)) throw std::invalid_argument("expected a number in [0, 1e300] for gamma");
}

}  // namespace wetas
