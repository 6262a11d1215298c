"""Blondel's soft-dtw (Cython), float64, one pair at a time."""

import numpy as np
from sdtw import SoftDTW
from sdtw.distance import SquaredEuclidean


def softGradient(inputs, parameters, _):
    x, y, gamma = inputs["x"], inputs["y"], parameters["gamma"]

    def call():
        values, gradients = np.empty(len(x)), np.empty_like(x)
        for i in range(len(x)):
            cost = SquaredEuclidean(x[i], y[i])
            soft = SoftDTW(cost, gamma=gamma)
            values[i] = soft.compute()
            gradients[i] = cost.jacobian_product(soft.grad())
        return values, gradients

    return call, lambda result: {"value": result[0], "x": result[1]}


def softGradientFromCost(inputs, parameters, _):
    cost, gamma = inputs["cost"], parameters["gamma"]

    def call():
        values, gradients = np.empty(len(cost)), np.empty_like(cost)
        for i in range(len(cost)):
            soft = SoftDTW(cost[i], gamma=gamma)
            values[i] = soft.compute()
            gradients[i] = soft.grad()
        return values, gradients

    return call, lambda result: {"value": result[0], "cost": result[1]}


def softValueFromCost(inputs, parameters, _):
    cost, gamma = inputs["cost"], parameters["gamma"]
    call = lambda: [SoftDTW(pair, gamma=gamma).compute() for pair in cost]  # noqa: E731
    return call, lambda values: {"value": values}
