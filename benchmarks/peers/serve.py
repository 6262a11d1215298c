"""The Python peers in one process, one thread: a JSON line in, a JSON line out. benchmarks/dtw/contender.mjs talks to it.

    {"prepare": task, "contestant": {...}, "inputs": {name: {"file", "shape"}}, "parameters": {...}, "folder": path}
        calls once (compiling what is compiled at the first call) and writes the results -> {"outputs": {name: {"file", "shape"}}}
        or {"absent": reason}
    {"time": seconds, "contestant"}     calls again and again for that long -> {"calls", "wall", "cpu"}, seconds
    {"release": true, "contestant"}     drops the prepared call -> {}

Arrays are raw little-endian float64 files.
"""

import os

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import importlib  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import warnings  # noqa: E402

import numpy as np  # noqa: E402

warnings.filterwarnings("ignore")
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what the peers print must not mix with the answers

prepared = {}  # the call by the contestant's name


def read(description):
    return np.fromfile(description["file"], dtype="<f8").reshape(description["shape"])


def prepare(request):
    contestant = request["contestant"]
    prepared.pop(contestant["name"], None)
    try:
        peer = importlib.import_module(f"adapters.{contestant['adapter']}")
    except ImportError as error:
        return {"absent": str(error)}
    task = getattr(peer, request["prepare"], None)
    if task is None:
        return {"absent": f"{contestant['name']} has no such function"}
    inputs = {name: read(description) for name, description in request["inputs"].items()}
    call, results = task(inputs, request["parameters"], contestant)
    outputs = {}
    for name, array in results(call()).items():
        array = np.ascontiguousarray(array, dtype="<f8")
        file = os.path.join(request["folder"], f"{name}.f64")
        array.tofile(file)
        outputs[name] = {"file": file, "shape": array.shape}
    prepared[contestant["name"]] = call
    return {"outputs": outputs}


def measure(call, seconds):
    calls, cpu, start = 0, time.process_time(), time.perf_counter()
    while True:
        call()
        calls += 1
        wall = time.perf_counter() - start
        if wall >= seconds:
            return {"calls": calls, "wall": wall, "cpu": time.process_time() - cpu}


def answer(request):
    if "prepare" in request:
        return prepare(request)
    if "time" in request:
        return measure(prepared[request["contestant"]["name"]], request["time"])
    prepared.pop(request["contestant"]["name"], None)
    return {}


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # told to the asker, who says which contestant it was
        reply = {"error": f"{type(error).__name__}: {error}"}
    answers.write(json.dumps(reply) + "\n")
    answers.flush()
