#include "binding/arguments.h"
#include "binding/bindings.h"

namespace wetas::binding {

void addNetworkFunctions(Napi::Object&) {}

}  // namespace wetas::binding
