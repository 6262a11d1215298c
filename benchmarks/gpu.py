"""Soft-DTW on a GPU, forward and backward: ours against the PyTorch implementations for GPUs, size by size in one run. Needs no Node.

    python3 benchmarks/gpu.py --bench build-bench/gpu_bench [--seconds 1] [--out FILE.json]

gpu_bench checks ours against the CPU and gives the kernels' time by CUDA events and the whole call's, from host memory to host memory (HACKING.md says how
to build it). Peers get their inputs on the GPU, are checked against a float64 recursion first, and are timed by CUDA events too: medians. An interval of theirs holds what
Python does between their launches; so `ratio` is theirs over our kernels, `ratio of calls` theirs over our whole call, copies included. Peers are optional:
clones in .peers or in the folder that WETAS_PEERS names, with PyTorch and numba (CUDA_HOME: a toolkit with nvvm, libdevice and libcudart).
"""

import argparse
import datetime
import json
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "peers"))

from adapters import third_party  # noqa: E402

# batch, length, channels
SHAPES = [(1024, 128, 1), (32, 512, 8), (256, 512, 8), (32, 512, 64), (32, 1024, 1), (256, 1024, 8), (1024, 1024, 8), (32, 4096, 8), (1, 4096, 1)]
KINDS = {"series": "soft-DTW, value and both gradients", "cost": "soft-DTW of costs, value and E"}
LARGEST_BUFFERS = 70e9  # bytes
GAMMA = 1.0


def main():
    arguments = parse()
    peers = findPeers(arguments.device)
    rows = []
    for shape in SHAPES:
        for kind, name in KINDS.items():
            row = {"kind": kind, "shape": shape, "wetas": ours(arguments, name, shape)}
            row["peers"] = {peer.name: timed(peer, kind, shape, arguments) for peer in peers if kind in peer.calls}
            best = min((each["seconds"] for each in row["peers"].values() if "seconds" in each), default=None)
            row["ratio"] = best and best / row["wetas"]["kernelSeconds"]
            row["ratioOfCalls"] = best and best / row["wetas"]["seconds"]
            rows.append(row)
            print(line(row), flush=True)
            if arguments.out:
                results = {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(), "device": deviceName(arguments.device), "rows": rows}
                pathlib.Path(arguments.out).write_text(json.dumps(results, indent=2) + "\n")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", required=True, help="the executable gpu_bench")
    parser.add_argument("--seconds", type=float, default=1, help="for each implementation and size (default: 1)")
    parser.add_argument("--out", help="a file for the figures, as JSON")
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"], help="of the peers; cpu: to try this script (default: cuda)")
    return parser.parse_args()


def ours(arguments, name, shape):
    command = [arguments.bench, "--json", str(arguments.seconds), name, "x".join(map(str, shape))]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{' '.join(command)}: {run.stdout}{run.stderr}".strip())
    return json.loads(run.stdout)


class Peer:
    """calls: for each kind a function of tensors that returns one value for each pair."""

    def __init__(self, name, calls, most=None):
        self.name, self.calls, self.most = name, calls, most

    def bytes(self, kind, shape):
        batch, length, channels = shape
        cells = 4 * batch * length**2
        # Matrices of costs, sums, E and what autograd keeps; pytorch-softdtw-cuda also has differences, powers and their gradients as [B, N, M, channels].
        return cells * (9 + (4 * channels if kind == "series" and self.name == "pytorch-softdtw-cuda" else 0))


def findPeers(device):
    peers = []
    for find in (pytorchSoftdtwCuda, sdtwCudaTorch):
        try:
            found = find(device)
            for peer in found:
                check(peer, device)
            peers += found
        except Exception as error:  # not there, or not for this GPU: numba has errors of many kinds
            print(f"left out: {find.__name__} ({error})")
    return peers


def pytorchSoftdtwCuda(device):
    third_party.add("pytorch-softdtw-cuda")
    import soft_dtw_cuda

    onGpu = device == "cuda"
    ofCost = soft_dtw_cuda._SoftDTWCUDA if onGpu else soft_dtw_cuda._SoftDTW
    calls = {"series": soft_dtw_cuda.SoftDTW(use_cuda=onGpu, gamma=GAMMA), "cost": lambda cost: ofCost.apply(cost, GAMMA, 0)}
    return [Peer("pytorch-softdtw-cuda", calls, most=1024)]


def sdtwCudaTorch(device):
    third_party.add("sdtw-cuda-torch")
    import softdtw_cuda
    from softdtw_cuda.autograd import SoftDTWAutograd

    calls = {"series": softdtw_cuda.SoftDTW(gamma=GAMMA, fused=False), "cost": lambda cost: SoftDTWAutograd.apply(cost, GAMMA, None)}
    fused = [Peer("sdtw-cuda-torch, fused", {"series": softdtw_cuda.SoftDTW(gamma=GAMMA, fused=True)})] if device == "cuda" else []
    return [Peer("sdtw-cuda-torch", calls), *fused]


def inputsOf(kind, shape, device, dtype):
    import torch

    batch, length, channels = shape
    shapes = [(batch, length, channels)] * 2 if kind == "series" else [(batch, length, length)]
    generator = torch.Generator().manual_seed(1)
    return [torch.rand(each, generator=generator, dtype=torch.float64).to(device=device, dtype=dtype).requires_grad_() for each in shapes]


def gradients(call, inputs):
    import torch

    values = call(*inputs)
    return [values, *torch.autograd.grad(values.sum(), inputs)]


def reference(*inputs):
    """The recursion itself, cell by cell in float64, for autograd."""
    import torch

    cost = inputs[0] if len(inputs) == 1 else ((inputs[0][:, :, None] - inputs[1][:, None]) ** 2).sum(-1)
    _, rows, cols = cost.shape
    infinity = torch.full_like(cost[:, 0, 0], torch.inf)
    above = [torch.zeros_like(infinity)] + [infinity] * cols
    for i in range(rows):
        row = [infinity]
        for j in range(cols):
            moves = torch.stack([above[j], above[j + 1], row[j]])
            row.append(cost[:, i, j] - GAMMA * torch.logsumexp(-moves / GAMMA, 0))
        above = row
    return above[cols]


def check(peer, device):
    import torch

    shape = (3, 20, 2)
    for kind, call in peer.calls.items():
        got = gradients(call, inputsOf(kind, shape, device, torch.float32))
        want = gradients(reference, inputsOf(kind, shape, "cpu", torch.float64))
        if not all(torch.allclose(g.cpu().double(), w, rtol=1e-3, atol=1e-3) for g, w in zip(got, want)):
            raise ValueError(f"{peer.name} differs from the recursion in float64: {kind}")


def timed(peer, kind, shape, arguments):
    import torch

    if peer.most and shape[1] > peer.most:
        return {"cannot": f"lengths over {peer.most}"}
    if peer.bytes(kind, shape) > LARGEST_BUFFERS:
        return {"cannot": "buffers over 70 GB"}
    seconds = []
    try:
        inputs = inputsOf(kind, shape, arguments.device, torch.float32)
        while len(seconds) < 4 or sum(seconds) < arguments.seconds:
            seconds.append(secondsOf(lambda: gradients(peer.calls[kind], inputs), arguments.device))
    except Exception as error:  # such as too little memory: the row says so, and the race goes on
        return {"cannot": str(error).splitlines()[0]}
    finally:
        inputs = None
        if arguments.device == "cuda":
            torch.cuda.empty_cache()  # or gpu_bench, another process, would find no memory
    return {"seconds": statistics.median(seconds[1:])}  # the first one compiles


def secondsOf(call, device):
    import torch

    if device == "cpu":
        begin = time.perf_counter()
        call()
        return time.perf_counter() - begin
    events = [torch.cuda.Event(enable_timing=True) for _ in range(2)]
    events[0].record()
    call()
    events[1].record()
    torch.cuda.synchronize()
    return 1e-3 * events[0].elapsed_time(events[1])


def deviceName(device):
    if device == "cpu":
        return "cpu"
    import torch

    return torch.cuda.get_device_name()


def line(row):
    wetas = row["wetas"]
    peers = "; ".join(f"{name} {milliseconds(each)}" for name, each in row["peers"].items())
    ratio = f"ratio {row['ratio']:.1f}, of calls {row['ratioOfCalls']:.1f}" if row["ratio"] else "no ratio"
    shape = " x ".join(map(str, row["shape"]))
    percent = f"{100 * wetas['ofMemory']:.1f} % of memory, {100 * wetas['ofArithmetic']:.1f} % of arithmetic"
    return f"{row['kind']:6} {shape:16} wetas {wetas['kernelSeconds'] * 1e3:.3f} ms ({percent}), call {wetas['seconds'] * 1e3:.3f} ms; {peers}; {ratio}"


def milliseconds(result):
    return f"{result['seconds'] * 1e3:.3f} ms" if "seconds" in result else f"cannot ({result['cannot']})"


if __name__ == "__main__":
    main()
