// The distances of many pairs: groups of them in lanes, the rest one by one.
#pragma once

#include "wetas/hard_dtw.h"

namespace wetas {

// value [pairs]; the arguments are checked already.
template <class T>
void hardDtwDistances(const SeriesPairs<T>& pairs, const WarpingPaths& paths, double maxDistance, T* value, Control& control);

}  // namespace wetas
