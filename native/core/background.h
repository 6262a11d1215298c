// Threads for work that outlives the call that asked for it.
#pragma once

#include <functional>

namespace wetas {

// Runs body soon, on a thread of this file: max(4, threadCount()) bodies at a time, the others wait in order. A body may use
// parallelFor; it yields to the other threads of the process. It must not throw. Throws std::system_error where the system gives no thread.
void runInBackground(std::function<void()> body);

}  // namespace wetas
