"""pytorch-softdtw-cuda (github Maghoumi/pytorch-softdtw-cuda) on the CPU: float32 in and out, float64 inside."""

from adapters import third_party, torch_cost

third_party.add("pytorch-softdtw-cuda")

import soft_dtw_cuda  # noqa: E402


def softGradient(inputs, parameters, _):
    return torch_cost.gradientOfSeries(soft_dtw_cuda.SoftDTW(use_cuda=False, gamma=parameters["gamma"]), inputs, parameters)


def softGradientFromCost(inputs, parameters, _):
    return torch_cost.gradientOfCost(lambda cost: soft_dtw_cuda._SoftDTW.apply(cost, parameters["gamma"], 0), inputs)
