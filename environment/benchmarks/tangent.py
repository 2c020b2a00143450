"""The tangent kernel of 784-256-256-256-1, ReLU, on 512 points by its factors: the PyTorch peer of the speed test (README.md).

The arguments are cpu, one thread and CPU time, or wall, all cores and wall time; float64 or float32; and a folder with the points and weights.
For a line "kernel" on standard input it prints the median milliseconds of a kernel, for "check" the kernel's norm.

Θ = Σ_l (A_l A_lᵀ) ∘ (D_l D_lᵀ) + A A ᵀ of the read-out, with what a layer reads, A, and the derivatives of the output by its sums, D.
Products go into memory that is there, factors of layers are put into one.
"""

import os
import sys
import time

import torch

POINTS, INPUTS, WIDTH, DEPTH, KERNELS = 512, 784, 256, 3, 9

clock = time.thread_time if sys.argv[1] == "cpu" else time.perf_counter
torch.set_num_threads(1 if sys.argv[1] == "cpu" else len(os.sched_getaffinity(0)))
kind = getattr(torch, sys.argv[2])


class Tangent:
    def __init__(self, numbers):
        numbers = numbers.to(kind)
        self.x = numbers[: POINTS * INPUTS].view(POINTS, INPUTS).clone()
        at = POINTS * INPUTS
        self.weights = []
        for layer in range(DEPTH):
            rows = WIDTH if layer else INPUTS
            self.weights.append(numbers[at : at + rows * WIDTH].view(rows, WIDTH).clone())
            at += rows * WIDTH
        self.read_out = numbers[at:].clone()
        # A ReLU layer takes √2/√h of its sums, the last √2/h, the first reads x/√d.
        self.inner = 2**0.5 / WIDTH**0.5
        self.last = 2**0.5 / WIDTH
        self.scaled = torch.empty(POINTS, INPUTS, dtype=kind)
        self.hidden = [torch.empty(POINTS, WIDTH, dtype=kind) for _ in range(DEPTH)]
        self.slopes = [torch.empty(POINTS, WIDTH, dtype=kind) for _ in range(DEPTH)]
        self.below = torch.empty(POINTS, WIDTH, dtype=kind)
        self.first, self.second, self.out = (torch.empty(POINTS, POINTS, dtype=kind) for _ in range(3))

    def kernel(self):
        a = torch.mul(self.x, INPUTS**-0.5, out=self.scaled)
        read = [a]
        for layer, w in enumerate(self.weights):
            scale = self.last if layer == DEPTH - 1 else self.inner
            z = torch.mm(a, w, out=self.hidden[layer])
            torch.gt(z, 0, out=self.slopes[layer]).mul_(scale)
            a = z.relu_().mul_(scale)
            read.append(a)
        torch.mm(a, a.T, out=self.out)
        delta = self.slopes[-1].mul_(self.read_out)
        for layer in range(DEPTH - 1, -1, -1):
            torch.mm(read[layer], read[layer].T, out=self.first)
            torch.mm(delta, delta.T, out=self.second)
            self.out.addcmul_(self.first, self.second)
            if layer:
                torch.mm(delta, self.weights[layer].T, out=self.below)
                delta = self.slopes[layer - 1].mul_(self.below)
        return self.out


def milliseconds(tangent):
    times = []
    for _ in range(KERNELS):
        start = clock()
        tangent.kernel()
        times.append(1e3 * (clock() - start))
    return sorted(times)[KERNELS // 2]


size = POINTS * INPUTS + INPUTS * WIDTH + (DEPTH - 1) * WIDTH * WIDTH + WIDTH
tangent = None
with torch.inference_mode():
    for line in sys.stdin:
        if tangent is None:
            file = os.path.join(sys.argv[3], "tangent.f64")
            tangent = Tangent(torch.from_file(file, size=size, dtype=torch.float64))
        answer = tangent.kernel().double().norm().item() if line.strip() == "check" else milliseconds(tangent)
        print(f"{answer:.15g}", flush=True)
