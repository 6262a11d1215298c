"""What the two PyTorch losses have in common: autograd around a function of series or of costs."""

import torch

torch.set_num_threads(1)


def gradientOfSeries(loss, inputs, parameters):
    series = {name: torch.tensor(inputs[name], dtype=torch.float32) for name in "xy"}
    wanted = [series[name].requires_grad_() for name in parameters["wrt"]]

    def call():
        values = loss(series["x"], series["y"])
        return values, torch.autograd.grad(values.sum(), wanted)

    return call, lambda result: {
        "value": result[0].detach().numpy(),
        **{name: gradient.numpy() for name, gradient in zip(parameters["wrt"], result[1])},
    }


def gradientOfCost(loss, inputs):
    cost = torch.tensor(inputs["cost"], dtype=torch.float32, requires_grad=True)

    def call():
        values = loss(cost)
        return values, torch.autograd.grad(values.sum(), cost)[0]

    return call, lambda result: {"value": result[0].detach().numpy(), "cost": result[1].numpy()}
