#include "binding/arguments.h"
#include "binding/bindings.h"

namespace wetas::binding {

void addDtwFunctions(Napi::Object&) {}

}  // namespace wetas::binding
