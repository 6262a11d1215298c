import numpy as np
from tslearn import metrics


def softGradient(inputs, parameters, _):
    """The NumPy classes, which take one pair at a time."""
    x, y, gamma = inputs["x"], inputs["y"], parameters["gamma"]

    def call():
        values, gradients = np.empty(len(x)), np.empty_like(x)
        for i in range(len(x)):
            cost = metrics.SquaredEuclidean(x[i], y[i])
            soft = metrics.SoftDTW(cost, gamma=gamma)
            values[i] = soft.compute()
            gradients[i] = cost.jacobian_product(soft.grad())
        return values, gradients

    return call, lambda result: {"value": result[0], "x": result[1]}


def softGradientFromCost(inputs, parameters, _):
    cost, gamma = inputs["cost"], parameters["gamma"]

    def call():
        values, gradients = np.empty(len(cost)), np.empty_like(cost)
        for i in range(len(cost)):
            soft = metrics.SoftDTW(cost[i], gamma=gamma)
            values[i] = soft.compute()
            gradients[i] = soft.grad()
        return values, gradients

    return call, lambda result: {"value": result[0], "cost": result[1]}


def softValueFromCost(inputs, parameters, _):
    cost, gamma = inputs["cost"], parameters["gamma"]
    call = lambda: [metrics.SoftDTW(pair, gamma=gamma).compute() for pair in cost]  # noqa: E731
    return call, lambda values: {"value": values}


def softValue(inputs, parameters, _):
    x, y, gamma = inputs["x"][0], inputs["y"][0], parameters["gamma"]
    return lambda: metrics.soft_dtw(x, y, gamma=gamma), lambda value: {"value": [value]}


def distance(inputs, _parameters, _):
    x, y = inputs["x"].ravel(), inputs["y"].ravel()
    return lambda: metrics.dtw(x, y), lambda root: {"value": [root**2]}


def path(inputs, _parameters, _):
    x, y = inputs["x"].ravel(), inputs["y"].ravel()
    return lambda: metrics.dtw_path(x, y), lambda result: {"value": [result[1] ** 2], "path": result[0]}


def pairwise(inputs, _parameters, _):
    x = inputs["x"]
    upper = np.triu_indices(len(x), 1)
    return lambda: metrics.cdist_dtw(x), lambda full: {"value": full[upper] ** 2}
