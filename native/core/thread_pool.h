// The threads of the process; the only mutable global of the core.
#pragma once

#include <cstddef>
#include <functional>

namespace wetas {

// Calls body(i) once for every i in [0, count), spread over the pool's threads, and returns when all are done.
// Which thread runs an i is unspecified: a body writes only what belongs to its i, so results do not depend on the number
// of threads. Reductions go over a fixed number of chunks that the shape alone decides, each with its own partial
// result, summed in order afterwards. While the pool is busy with another call, and from inside a body, all of it runs on the calling thread.
// Where a body throws, what has not begun is left out, and one exception is thrown here when all that has begun is done.
void parallelFor(std::size_t count, const std::function<void(std::size_t)>& body);

// The same, but those that run at the same time lie far apart, each thread's behind one another. For large outputs: memory comes in pages of up
// to 2 MB, and one that two threads are the first to write to at once is cleared twice.
void parallelForApart(std::size_t count, const std::function<void(std::size_t)>& body);

// From now on the calling thread, and the threads that help its parallelFor, give way to the others of the process: to its event loop, which must answer
// at once, and to who waits for a call. On Linux only; elsewhere all are alike.
void yieldToOthers();

}  // namespace wetas
