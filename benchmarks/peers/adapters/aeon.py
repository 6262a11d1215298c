"""aeon has the value of soft-DTW, but no gradient."""

import numpy as np
from aeon import distances


def softValue(inputs, parameters, _):
    x, y = inputs["x"][0].T.copy(), inputs["y"][0].T.copy()
    return lambda: distances.soft_dtw_distance(x, y, gamma=parameters["gamma"]), lambda value: {"value": [value]}


def distance(inputs, _parameters, _):
    x, y = inputs["x"].ravel(), inputs["y"].ravel()
    return lambda: distances.dtw_distance(x, y), lambda value: {"value": [value]}


def path(inputs, _parameters, _):
    x, y = inputs["x"].ravel(), inputs["y"].ravel()
    return lambda: distances.dtw_alignment_path(x, y), lambda result: {"value": [result[1]], "path": result[0]}


def pairwise(inputs, _parameters, _):
    x = inputs["x"]
    upper = np.triu_indices(len(x), 1)
    return lambda: distances.dtw_pairwise_distance(x), lambda full: {"value": full[upper]}
