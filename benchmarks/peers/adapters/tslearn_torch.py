"""tslearn's loss for PyTorch: batches, float32 in and out."""

from adapters import torch_cost
from tslearn.metrics import SoftDTWLossPyTorch


def softGradient(inputs, parameters, _):
    return torch_cost.gradientOfSeries(SoftDTWLossPyTorch(gamma=parameters["gamma"]), inputs, parameters)
