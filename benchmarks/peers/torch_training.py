"""WETAS on EMG's sizes as PyTorch trains it: the ruler for `npm run bench:step`, `bench:epoch` and `bench:memory`.

Windows are [500, 8] float32 with random contents, for the time does not depend on them. The loss is the classification loss with Adam; the alignment
loss is LEFT OUT (PyTorch has no soft-DTW), which spares PyTorch a part of the work. bf16 is PyTorch's own mixed precision: autocast around forward and loss.

Says what it is in one line of JSON, then answers each line of stdin, a command, with another; all seconds are its own, nothing is warmed up unasked:
    step         forward, loss, backward and Adam for a batch of 32
    forward      the scores of a batch of 32, without gradients
    epoch        15 steps over 464 windows (the last of 16), then the scores of the train (464), valid (212) and test (291) windows
    check FILE   weak logits, loss and the norm of the gradients at the weights and on the batch of a safetensors file, whose weights stay in use
"""

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--mode", choices=["eager", "compile"], default="eager")
parser.add_argument("--precision", choices=["float32", "bf16"], default="float32")
parser.add_argument("--threads", type=int, default=os.cpu_count())
options = parser.parse_args()

os.environ["OMP_NUM_THREADS"] = str(options.threads)  # before torch reads it

import torch  # noqa: E402
from torch.nn import functional as F  # noqa: E402
from torch_network import CHANNELS, DiCNN, read_safetensors  # noqa: E402

torch.set_num_threads(options.threads)
torch.set_num_interop_threads(1)

BATCH, LENGTH = 32, 500
WINDOWS = {"train": 464, "valid": 212, "test": 291}

torch.manual_seed(0)
data = {split: torch.randn(count, LENGTH, CHANNELS) for split, count in WINDOWS.items()}
weak_label = (torch.rand(WINDOWS["train"]) < 0.2).float()
network = DiCNN()
optimizer = torch.optim.Adam(network.parameters(), lr=5e-4, fused=True)
model = network
if options.mode == "compile":
    # One graph for each batch size (the last batches are smaller): the fastest that it can be.
    torch._dynamo.config.recompile_limit = 64
    model = torch.compile(network, dynamic=False)


def autocast() -> torch.autocast:
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.precision == "bf16")


def gradients(x: torch.Tensor, label: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Weak logits and loss; the gradients are left in the parameters."""
    network.train()
    with autocast():
        weak_logit, _ = model(x)
        loss = F.binary_cross_entropy_with_logits(weak_logit, label)
    optimizer.zero_grad()
    loss.backward()
    return weak_logit, loss


def train(index: torch.Tensor) -> None:
    _, loss = gradients(data["train"][index], weak_label[index])
    optimizer.step()
    loss.item()


def score(batch: torch.Tensor) -> None:
    network.eval()
    with torch.no_grad(), autocast():
        for logit in model(batch):
            torch.sigmoid(logit).float().numpy()


def timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def step() -> dict:
    return {"seconds": timed(lambda: train(torch.arange(BATCH)))}


def forward() -> dict:
    return {"seconds": timed(lambda: score(data["test"][:BATCH]))}


def epoch() -> dict:
    trained = timed(lambda: [train(index) for index in torch.randperm(WINDOWS["train"]).split(BATCH)])
    evaluated = timed(lambda: [score(batch) for split in WINDOWS for batch in data[split].split(BATCH)])
    return {"train": trained, "evaluate": evaluated, "epoch": trained + evaluated}


def check(file: str) -> dict:
    tensors = read_safetensors(file)
    network.set_weights(tensors)
    weak_logit, loss = gradients(tensors["x"], tensors["weakLabel"])
    norm = torch.cat([parameter.grad.flatten() for parameter in network.parameters()]).norm()
    return {"weakLogit": weak_logit.tolist(), "loss": loss.item(), "gradientNorm": norm.item()}


def answer(content: dict) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # kilobytes, on Linux
    print(json.dumps({**content, "peakBytes": peak}), flush=True)


answer({"torch": torch.__version__, "python": sys.version.split()[0], **vars(options)})
commands = {"step": step, "forward": forward, "epoch": epoch, "check": check}
for line in sys.stdin:
    command, *words = line.rstrip("\n").split(" ", 1)
    answer(commands[command](*words))
