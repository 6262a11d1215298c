"""OTT-JAX, compiled by XLA, float32 or float64."""

import contextlib

import jax
from jax import numpy as jnp
from ott.geometry.costs import CostFn, SoftDTW

jax.config.update("jax_platforms", "cpu")


@jax.tree_util.register_pytree_node_class
class GivenCost(CostFn):
    """Costs that are there already, in the place of a function of the points."""

    def __init__(self, cost):
        super().__init__()
        self.cost = cost

    def __call__(self, x, y):
        raise NotImplementedError

    def all_pairs(self, x, y):
        return self.cost

    def tree_flatten(self):
        return (self.cost,), None

    @classmethod
    def tree_unflatten(cls, _, children):
        return cls(*children)


def fromSeries(x, y, gamma):
    return SoftDTW(gamma=gamma)(x, y)


def fromCost(cost, gamma):
    nothing = jnp.zeros((1, 1))
    return SoftDTW(gamma=gamma, ground_cost=GivenCost(cost))(nothing, nothing)


# Once for all, so that a shape is compiled once.
valueOfCost = jax.jit(jax.vmap(fromCost, (0, None)))
gradientOfCost = jax.jit(jax.vmap(jax.value_and_grad(fromCost), (0, None)))
gradientsOfSeries = {
    wrt: jax.jit(jax.vmap(jax.value_and_grad(fromSeries, argnums=tuple("xy".index(name) for name in wrt)), (0, 0, None)))
    for wrt in (("x",), ("x", "y"))
}


def softGradient(inputs, parameters, contestant):
    wrt = tuple(parameters["wrt"])
    call = prepared(gradientsOfSeries[wrt], [inputs["x"], inputs["y"]], parameters, contestant)
    return call, lambda result: {"value": result[0], **dict(zip(wrt, result[1]))}


def softGradientFromCost(inputs, parameters, contestant):
    call = prepared(gradientOfCost, [inputs["cost"]], parameters, contestant)
    return call, lambda result: {"value": result[0], "cost": result[1]}


def softValueFromCost(inputs, parameters, contestant):
    return prepared(valueOfCost, [inputs["cost"]], parameters, contestant), lambda values: {"value": values}


def prepared(function, arrays, parameters, contestant):
    wide = contestant["dtype"] == "float64"
    precision = (lambda: jax.enable_x64(True)) if wide else contextlib.nullcontext
    with precision():
        dtype = jnp.float64 if wide else jnp.float32
        arguments = [jnp.asarray(array, dtype=dtype) for array in [*arrays, parameters["gamma"]]]

    def call():
        with precision():
            return jax.block_until_ready(function(*arguments))

    return call
