"""Evaluates the Python side of docs/migration.md. In: {"names": {name: {"data", "shape"}}, "path": [...], "sections": {title: {"setup", "expressions"}}} on stdin.
Out: one JSON object, title -> {"absent": reason} or {"results": [{"value": [...]} or {"error": ...}]}."""

import json
import os
import sys
import warnings

for variable in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
os.environ.setdefault("NUMBA_OPT", "0")  # compiling takes longer than these small problems

import numpy as np  # noqa: E402

warnings.filterwarnings("ignore")
answer = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def numbers(value):
    if hasattr(value, "detach"):
        value = value.detach().numpy()
    return np.asarray(value, dtype=float).ravel().tolist()


def evaluate(expression, scope):
    try:
        return {"value": numbers(eval(expression, scope))}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def run(section, names):
    scope = {name: np.array(array["data"]).reshape(array["shape"]) for name, array in names.items()}
    try:
        exec(section["setup"], scope)
    except ImportError as error:
        return {"absent": str(error)}
    return {"results": [evaluate(expression, scope) for expression in section["expressions"]]}


request = json.load(sys.stdin)
sys.path[:0] = request["path"]
json.dump({title: run(section, request["names"]) for title, section in request["sections"].items()}, answer)
