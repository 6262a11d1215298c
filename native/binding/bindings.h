// One function a subject, each defined in its own *_binding.cc; addon.cc calls them all.
#pragma once

#include <napi.h>

namespace wetas::binding {

void addDeviceFunctions(Napi::Object& exports);
void addDtwFunctions(Napi::Object& exports);
void addNetworkFunctions(Napi::Object& exports);
void addCausalNetworkFunctions(Napi::Object& exports);
void addElementwiseFunctions(Napi::Object& exports);

}  // namespace wetas::binding
