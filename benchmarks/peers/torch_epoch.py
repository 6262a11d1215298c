"""One epoch of WETAS on EMG as PyTorch runs it: the ruler for `npm run bench:epoch`. Our own code, from the paper's description.

A training pass over 464 windows (15 steps of batch 32, the last of 16), then forward-only passes over the train (464), valid (212) and
test (291) windows; windows are [500, 8] float32 with random contents, for the time does not depend on them. The network is the default one: entry
convolution, 7 residual blocks of dilation 1..64 with 128 channels and kernel 2, head, weak and dense scores. The loss is the
classification loss with Adam; the alignment loss is LEFT OUT (PyTorch has no soft-DTW), which spares PyTorch a part of the work.

    python torch_epoch.py --mode eager --threads 2 --epochs 5       medians as one JSON object
    python torch_epoch.py --mode compile --threads 2 --serve        one epoch and one JSON line for each line read from stdin
"""

import argparse
import json
import os
import statistics
import sys
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--mode", choices=["eager", "compile"], default="eager")
parser.add_argument("--threads", type=int, default=os.cpu_count())
parser.add_argument("--epochs", type=int, default=5, help="timed epochs after the one that warms up")
parser.add_argument("--serve", action="store_true")
options = parser.parse_args()

os.environ["OMP_NUM_THREADS"] = str(options.threads)  # before torch reads it

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

torch.set_num_threads(options.threads)
torch.set_num_interop_threads(1)

BATCH, LENGTH, CHANNELS, HIDDEN, KERNEL, BLOCKS = 32, 500, 8, 128, 2, 7
WINDOWS = {"train": 464, "valid": 212, "test": 291}


def causal(convolution: nn.Conv1d, x: torch.Tensor) -> torch.Tensor:
    return convolution(F.pad(x, ((convolution.kernel_size[0] - 1) * convolution.dilation[0], 0)))


class ResidualBlock(nn.Module):
    def __init__(self, dilation: int, last: bool) -> None:
        super().__init__()
        self.dilated = nn.Conv1d(HIDDEN, HIDDEN, KERNEL, dilation=dilation)
        self.skip = nn.Conv1d(HIDDEN, HIDDEN, 1)
        # The last block's output convolution would feed nothing: neither side spends time on it.
        self.out = None if last else nn.Conv1d(HIDDEN, HIDDEN, 1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        a = causal(self.dilated, x)
        gate = torch.tanh(a) * torch.sigmoid(a)
        return x if self.out is None else x + self.out(gate), self.skip(gate)


class DiCNN(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.entry = nn.Conv1d(CHANNELS, HIDDEN, KERNEL)
        self.blocks = nn.ModuleList(ResidualBlock(KERNEL**i, last=i == BLOCKS - 1) for i in range(BLOCKS))
        self.head0 = nn.Conv1d(HIDDEN, HIDDEN, 1)
        self.head1 = nn.Conv1d(HIDDEN, HIDDEN, 1)
        self.fc = nn.Linear(HIDDEN, 1)
        for name, parameter in self.named_parameters():
            (nn.init.zeros_ if name.endswith("bias") else nn.init.xavier_normal_)(parameter)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """x [B, T, C] -> weak logit [B], dense logit [B, T]"""
        z = causal(self.entry, x.transpose(1, 2))
        skips = 0
        for block in self.blocks:
            z, skip = block(z)
            skips = skips + skip
        output = self.head1(F.relu(self.head0(F.relu(skips)))).transpose(1, 2)
        return self.fc(output.mean(1)).squeeze(1), self.fc(output).squeeze(2)


torch.manual_seed(0)
data = {split: torch.randn(count, LENGTH, CHANNELS) for split, count in WINDOWS.items()}
weak_label = (torch.rand(WINDOWS["train"]) < 0.2).float()
network = DiCNN()
optimizer = torch.optim.Adam(network.parameters(), lr=5e-4)
model = network
if options.mode == "compile":
    # One graph for each batch size (the last batches are smaller): the fastest that it can be.
    torch._dynamo.config.recompile_limit = 64
    model = torch.compile(network, dynamic=False)


def train() -> None:
    network.train()
    for index in torch.randperm(WINDOWS["train"]).split(BATCH):
        weak_logit, _ = model(data["train"][index])
        loss = F.binary_cross_entropy_with_logits(weak_logit, weak_label[index])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()


def evaluate(split: str) -> None:
    network.eval()
    with torch.no_grad():
        for batch in data[split].split(BATCH):
            weak_logit, dense_logit = model(batch)
            torch.sigmoid(weak_logit).numpy()
            torch.sigmoid(dense_logit).numpy()


def epoch() -> dict[str, float]:
    start = time.perf_counter()
    train()
    trained = time.perf_counter()
    for split in WINDOWS:
        evaluate(split)
    end = time.perf_counter()
    return {"train": trained - start, "evaluate": end - trained, "epoch": end - start}


epoch()  # warms up, compiles
if options.serve:
    print(json.dumps({"torch": torch.__version__, "python": sys.version.split()[0], "mode": options.mode, "threads": torch.get_num_threads()}), flush=True)
    for _ in sys.stdin:
        print(json.dumps(epoch()), flush=True)
else:
    runs = [epoch() for _ in range(options.epochs)]
    medians = {part: round(statistics.median(run[part] for run in runs), 4) for part in runs[0]}
    print(json.dumps({"torch": torch.__version__, "mode": options.mode, "threads": torch.get_num_threads(), "epochs": options.epochs, "seconds": medians}))
