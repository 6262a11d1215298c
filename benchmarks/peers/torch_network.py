"""The default network of WETAS in PyTorch. Our own code, from the paper's description."""

import json

import torch
from torch import nn
from torch.nn import functional as F

CHANNELS, HIDDEN, KERNEL, BLOCKS = 8, 128, 2, 7


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
        self.head = nn.ModuleList(nn.Conv1d(HIDDEN, HIDDEN, 1) for _ in range(2))
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
        output = self.head[1](F.relu(self.head[0](F.relu(skips)))).transpose(1, 2)
        return self.fc(output.mean(1)).squeeze(1), self.fc(output).squeeze(2)

    def set_weights(self, tensors: dict[str, torch.Tensor]) -> None:
        """From the names and layouts of wetas: convolutions [kernel, in, out], or [in, out] for kernel 1."""
        with torch.no_grad():
            for name, parameter in self.named_parameters():
                ours = tensors[wetas_name(name)]
                parameter.copy_(ours.permute(*reversed(range(ours.ndim))).reshape(parameter.shape))


def wetas_name(name: str) -> str:
    for suffix, ours in {
        "dilated.weight": "filter",
        "dilated.bias": "bias",
        "skip.weight": "skip",
        "skip.bias": "skipBias",
        "out.weight": "out",
        "out.bias": "outBias",
        "entry.weight": "entry.filter",
    }.items():
        if name.endswith(suffix):
            return name.removesuffix(suffix) + ours
    return name


def read_safetensors(path: str) -> dict[str, torch.Tensor]:
    """Float32 tensors: a length of 8 bytes, a header in JSON, the numbers."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        body = file.read()
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            tensors[name] = torch.frombuffer(bytearray(body[begin:end]), dtype=torch.float32).reshape(entry["shape"])
    return tensors
