"""OTT-JAX, compiled by XLA, float32 or float64."""

import contextlib

import jax
import numpy as np
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


def softGradient(inputs, parameters, contestant):
    soft = SoftDTW(gamma=parameters["gamma"])
    wrt = tuple("xy".index(name) for name in parameters["wrt"])
    call = compiled(jax.value_and_grad(soft, argnums=wrt), [inputs["x"], inputs["y"]], contestant)
    return call, lambda result: {"value": result[0], **dict(zip(parameters["wrt"], result[1]))}


def softGradientFromCost(inputs, parameters, contestant):
    call = compiled(jax.value_and_grad(lambda cost: fromCost(cost, parameters)), [inputs["cost"]], contestant)
    return call, lambda result: {"value": result[0], "cost": result[1]}


def softValueFromCost(inputs, parameters, contestant):
    call = compiled(lambda cost: fromCost(cost, parameters), [inputs["cost"]], contestant)
    return call, lambda values: {"value": values}


def fromCost(cost, parameters):
    nothing = jnp.zeros((1, 1))
    return SoftDTW(gamma=parameters["gamma"], ground_cost=GivenCost(cost))(nothing, nothing)


def compiled(function, arrays, contestant):
    wide = contestant["dtype"] == "float64"
    precision = (lambda: jax.enable_x64(True)) if wide else contextlib.nullcontext
    with precision():
        arguments = [jnp.asarray(array, dtype=jnp.float64 if wide else jnp.float32) for array in arrays]
        batched = jax.jit(jax.vmap(function))

    def call():
        with precision():
            return jax.block_until_ready(batched(*arguments))

    return call
