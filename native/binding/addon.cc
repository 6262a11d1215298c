// The table of what JavaScript sees; ts/native/NativeBinding.ts is its hand-written type.
#include <napi.h>

#include "binding/bindings.h"
#include "binding/jobs.h"

namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
  wetas::binding::Jobs::makeFor(env);
  wetas::binding::addDeviceFunctions(exports);
  wetas::binding::addDtwFunctions(exports);
  wetas::binding::addNetworkFunctions(exports);
  wetas::binding::addCausalNetworkFunctions(exports);
  wetas::binding::addElementwiseFunctions(exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(wetas, init)
