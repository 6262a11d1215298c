#include "binding/arguments.h"
#include "binding/bindings.h"

namespace wetas::binding {

void addElementwiseFunctions(Napi::Object&) {}

}  // namespace wetas::binding
