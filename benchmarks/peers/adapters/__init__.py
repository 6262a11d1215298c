"""One module a peer. Each of its functions is a task, named as in benchmarks/dtw/trials.mjs: (inputs, parameters, contestant) -> (call, results), where call() is what is timed and
results(call()) are its numbers in our conventions: summed costs without a root, gradients of the sum of the values."""
