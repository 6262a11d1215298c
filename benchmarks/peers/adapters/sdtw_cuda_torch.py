"""sdtw-cuda-torch (github BGU-CS-VIL/sdtw-cuda-torch) on the CPU."""

from adapters import third_party, torch_cost

third_party.add("sdtw-cuda-torch")

import softdtw_cuda  # noqa: E402
from softdtw_cuda.autograd import SoftDTWAutograd  # noqa: E402


def softGradient(inputs, parameters, _):
    return torch_cost.gradientOfSeries(softdtw_cuda.SoftDTW(gamma=parameters["gamma"]), inputs, parameters)


def softGradientFromCost(inputs, parameters, _):
    return torch_cost.gradientOfCost(lambda cost: SoftDTWAutograd.apply(cost, parameters["gamma"], None), inputs)
