// The table of what JavaScript sees; ts/native/NativeBinding.ts is its hand-written type.
#include <napi.h>

#include "binding/bindings.h"

namespace {

Napi::Object init(Napi::Env, Napi::Object exports) {
  wetas::binding::addDeviceFunctions(exports);
  wetas::binding::addDtwFunctions(exports);
  wetas::binding::addNetworkFunctions(exports);
  wetas::binding::addElementwiseFunctions(exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(wetas, init)
