"""Many replicas of a ReLU network in batched products: the PyTorch peers of the speed test of engines (README.md).

The arguments are script or eager, a folder with the points, labels and weights of the check, and cpu or gpu. For a line "step
R B STEPS" on standard input it prints replica-steps a second; for "check STEPS" the mean of y F over all replicas and points after
so many steps of all points; for "gram N D" Gram matrices of N rows in D dimensions a second, in float64.

A ReLU network is homogeneous, so all its factors are put into one: f = scale * relu(... relu(x W_1) ... W_D) v. A point is unfitted if
label * f < limit, and limit holds the margin and f(w_0).
"""

import math
import sys
import time
from typing import List

import numpy as np
import torch

INPUTS, WIDTH, DEPTH = 784, 128, 3
POINTS, RATE, MARGIN = 512, 1e-3, 1e30
CHECK_REPLICAS, CHECK_POINTS, CHECK_RATE = 4, 16, 1.0
GRAMS = 16
CHUNK = 64  # steps whose batches are drawn at once
SIZES = [(INPUTS, WIDTH)] + [(WIDTH, WIDTH)] * (DEPTH - 1) + [(WIDTH, 1)]

torch.set_num_threads(1)
torch.set_grad_enabled(False)
torch.backends.cuda.matmul.allow_tf32 = False
DEVICE = torch.device("cuda" if sys.argv[3] == "gpu" and torch.cuda.is_available() else "cpu")


def now():
    """CPU seconds of this thread; wall time where another device computes."""
    if DEVICE.type == "cpu":
        return time.thread_time()
    torch.cuda.synchronize()
    return time.perf_counter()


def batched_steps(
    x: torch.Tensor, signed: torch.Tensor, push: torch.Tensor, limit: torch.Tensor, indices: torch.Tensor,
    w: List[torch.Tensor], wt: List[torch.Tensor], a: List[torch.Tensor], at: List[torch.Tensor],
    e: List[torch.Tensor], f: torch.Tensor, rows: torch.Tensor,
):  # fmt: skip
    """Steps of all replicas; every product takes all of them, and the update is in place."""
    depth = len(e)
    signs, pushes, limits = signed[indices].unbind(), push[indices].unbind(), limit[indices].unbind()
    for step, index in enumerate(indices.unbind()):
        torch.index_select(x, 0, index.view(-1), out=rows)
        for l in range(depth):
            torch.bmm(a[l], w[l], out=a[l + 1])
            a[l + 1].relu_()
        torch.bmm(a[depth], w[depth], out=f)
        gap = torch.addcmul(limits[step], signs[step], f, value=-1)
        d = torch.ops.aten.threshold_backward(pushes[step], gap, 0)
        torch.mul(d, wt[depth], out=e[depth - 1])
        w[depth].baddbmm_(at[depth], d)
        for l in range(depth - 1, -1, -1):
            torch.ops.aten.threshold_backward(e[l], a[l + 1], 0, grad_input=e[l])
            if l > 0:
                torch.bmm(e[l], wt[l], out=e[l - 1])
            w[l].baddbmm_(at[l], e[l])


KERNEL = torch.jit.script(batched_steps) if sys.argv[1] == "script" else batched_steps


class Batch:
    """Networks side by side. For each point: signed = label * scale, push = the factor of its gradient."""

    def __init__(self, x, labels, w, batch, margin, rate):
        self.replicas, self.points = x.shape[0], x.shape[1]
        scale = math.sqrt(2) ** DEPTH / (math.sqrt(WIDTH) ** (DEPTH - 1) * WIDTH)
        self.x = (x / math.sqrt(INPUTS)).to(DEVICE)
        self.w = [part.to(DEVICE) for part in w]
        self.signed = labels.to(DEVICE).unsqueeze(2) * scale
        self.limit = margin + self.signed * self.raw()
        self.push = self.signed * (rate / batch)
        shape = (self.replicas, batch)
        self.a = [torch.empty(*shape, n, device=DEVICE) for n in [INPUTS] + [WIDTH] * DEPTH]
        self.e = [torch.empty(*shape, WIDTH, device=DEVICE) for _ in range(DEPTH)]
        self.f = torch.empty(*shape, 1, device=DEVICE)
        self.memory = (
            self.w, [part.transpose(1, 2) for part in self.w], self.a, [part.transpose(1, 2) for part in self.a],
            self.e, self.f, self.a[0].view(-1, INPUTS),
        )  # fmt: skip

    def raw(self):
        """f / scale of all points."""
        a = self.x
        for w in self.w[:-1]:
            a = torch.bmm(a, w).relu_()
        return torch.bmm(a, self.w[-1])

    def steps(self, indices):
        """Batches [steps][replicas][batch]."""
        first = torch.arange(self.replicas, device=DEVICE).unsqueeze(1) * self.points
        flat = [part.reshape(-1, part.shape[-1]) for part in (self.x, self.signed, self.push, self.limit)]
        KERNEL(*flat, indices + first, *self.memory)


def speed(replicas, batch, steps):
    torch.manual_seed(1)
    x = torch.randn(POINTS, INPUTS).expand(replicas, -1, -1).contiguous()
    labels = torch.randn(POINTS).sign().expand(replicas, -1)
    w = [torch.randn(size).repeat(replicas, 1, 1) for size in SIZES]
    net = Batch(x, labels, w, batch, MARGIN, RATE)
    net.steps(torch.randint(POINTS, (4, replicas, batch), device=DEVICE))
    start = now()
    for done in range(0, steps, CHUNK):
        net.steps(torch.randint(POINTS, (min(CHUNK, steps - done), replicas, batch), device=DEVICE))
    return f"{replicas * steps / (now() - start):.6g}"


def check(folder, steps):
    x, labels, flat = (torch.from_numpy(np.fromfile(f"{folder}/{name}", "<f4")) for name in ("points", "labels", "weights"))
    x = x.view(CHECK_POINTS, INPUTS).expand(CHECK_REPLICAS, -1, -1).contiguous()
    labels = labels.expand(CHECK_REPLICAS, -1)
    parts = flat.view(CHECK_REPLICAS, -1).split([math.prod(size) for size in SIZES], 1)
    w = [part.reshape(CHECK_REPLICAS, *size).clone() for part, size in zip(parts, SIZES)]
    net = Batch(x, labels, w, CHECK_POINTS, MARGIN, CHECK_RATE)
    before = net.signed * net.raw()
    net.steps(torch.arange(CHECK_POINTS, device=DEVICE).expand(steps, CHECK_REPLICAS, -1))
    return f"{float((net.signed * net.raw() - before).double().mean()):.6g}"


def grams(rows, dimension):
    x = torch.randn(rows, dimension, dtype=torch.float64, device=DEVICE)
    torch.mm(x, x.t())
    start = now()
    for _ in range(GRAMS):
        torch.mm(x, x.t())
    return f"{GRAMS / (now() - start):.6g}"


def main():
    for line in sys.stdin:
        what, *numbers = line.split()
        if what == "step":
            print(speed(*map(int, numbers)), flush=True)
        elif what == "gram":
            print(grams(*map(int, numbers)), flush=True)
        else:
            print(check(sys.argv[2], int(numbers[0])), flush=True)


main()
