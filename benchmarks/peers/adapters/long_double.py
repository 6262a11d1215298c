"""The judge of accuracy: soft-DTW in NumPy's long double (80 bits on x86), by anti-diagonals. No peer."""

import numpy as np

Wide = np.longdouble


def softGradientFromCost(inputs, parameters, _):
    gamma = Wide(parameters["gamma"])
    call = lambda: [onePair(cost.astype(Wide), gamma) for cost in inputs["cost"]]  # noqa: E731
    return call, lambda pairs: {"value": [value for value, _ in pairs], "cost": np.stack([E for _, E in pairs])}


def onePair(cost, gamma):
    """Algorithms 1 and 2 of Cuturi & Blondel 2017; r and E have a border of one cell."""
    rows, cols = cost.shape
    r = np.full((rows + 1, cols + 1), np.inf, Wide)
    r[0, 0] = 0
    for i, j in diagonals(rows, cols):
        before = np.stack([r[i, j], r[i + 1, j], r[i, j + 1]])
        least = before.min(0)
        r[i + 1, j + 1] = cost[i, j] + least - gamma * np.log(np.exp((least - before) / gamma).sum(0))

    E = np.zeros((rows + 1, cols + 1), Wide)
    E[rows - 1, cols - 1] = 1
    below, d = np.full((rows + 1, cols + 1), -np.inf, Wide), np.zeros((rows + 1, cols + 1), Wide)
    below[:rows, :cols], d[:rows, :cols] = r[1:, 1:], cost
    for i, j in reversed(list(diagonals(rows, cols))[:-1]):
        after = 0
        for next_i, next_j in ((i + 1, j), (i, j + 1), (i + 1, j + 1)):
            after = after + E[next_i, next_j] * np.exp((below[next_i, next_j] - d[next_i, next_j] - below[i, j]) / gamma)
        E[i, j] = after
    return r[rows, cols], E[:rows, :cols]


def diagonals(rows, cols):
    for total in range(rows + cols - 1):
        i = np.arange(max(0, total - cols + 1), min(rows, total + 1))
        yield i, total - i
