"""Plain SGD on a ReLU network with centred hinge loss: the PyTorch and NumPy peers of the speed test (README.md).

The arguments are dense, eager, rows, autograd or numpy, and a folder with the points, labels and weights of the trainings. For
a line "step BATCH" on standard input it prints steps a CPU second; for "train MARGIN TEMPERATURE SEED" CPU seconds, the
last step with an unfitted point, and how many steps had one.

A ReLU network is homogeneous, so all its factors are put into one: f = scale * relu(... relu(x W_1) ... W_D) v. Then no
layer and no gradient needs a factor of its own. A point is unfitted if gap = limit - label * f > 0; limit holds f(w_0).
"""

import math
import sys
import time
from typing import List

import numpy as np
import torch

WIDTH, INPUTS = 128, 784
STEP_POINTS, STEP_DEPTH, STEP_RATE, STEP_MARGIN = 2048, 3, 1e-3, 1e30
TRAIN_POINTS, TRAIN_DEPTH, TRAIN_BATCH = 1024, 5, 16
SAMPLES = 1 << 17  # in a block of steps
MOST_STEPS = 1 << 20  # of a training
ROUNDING = 1e-2  # of the margin
SMALL_PRODUCT = 10**6  # multiply-adds up to which OpenBLAS multiplies without copying

torch.set_num_threads(1)
torch.set_grad_enabled(False)


def split(flat, depth):
    sizes = [(INPUTS, WIDTH)] + [(WIDTH, WIDTH)] * (depth - 1) + [(WIDTH,)]
    ends = np.cumsum([math.prod(size) for size in sizes])
    return [part.reshape(size) for part, size in zip(np.split(flat, ends[:-1]), sizes)]


def step_problem():
    rng = np.random.Generator(np.random.SFC64(1))
    x = rng.standard_normal((STEP_POINTS, INPUTS), np.float32)
    labels = np.sign(rng.standard_normal(STEP_POINTS, np.float32))
    count = INPUTS * WIDTH + (STEP_DEPTH - 1) * WIDTH**2 + WIDTH
    return x, labels, split(rng.standard_normal(count, np.float32), STEP_DEPTH)


def train_problem(folder):
    x, labels, weights = (np.fromfile(f"{folder}/{name}", "<f4") for name in ("points", "labels", "weights"))
    return x.reshape(TRAIN_POINTS, INPUTS), labels, split(weights, TRAIN_DEPTH)


class Peer:
    """A network with its points. For each point: signed = label * scale, push = the factor of its gradient."""

    def __init__(self, problem, batch, margin, rate):
        x, labels, weights = problem
        self.batch, self.depth, self.margin = batch, len(weights) - 1, margin
        scale = math.sqrt(2) ** self.depth / (math.sqrt(WIDTH) ** (self.depth - 1) * WIDTH)
        self.x = torch.from_numpy(x) / math.sqrt(INPUTS)
        self.signed = torch.from_numpy(labels) * scale
        self.push = self.signed * (rate / batch)
        self.w = [torch.from_numpy(w.copy()) for w in weights]
        self.limit = margin + self.signed * self.raw()
        self.a = [torch.empty(batch, INPUTS)] + [torch.empty(batch, WIDTH) for _ in range(self.depth)]
        self.e = [torch.empty(batch, WIDTH) for _ in range(self.depth)]
        self.f = torch.empty(batch)
        self.prepare()

    def raw(self):
        """f / scale of all points."""
        a = self.x
        for w in self.w[:-1]:
            a = torch.mm(a, w).relu_()
        return torch.mv(a, self.w[-1])

    def unfitted(self):
        """How many points are; nan if an output is not finite.

        Products of many rows round otherwise than those of a batch; a point that is fitted there must be fitted here.
        """
        gap = self.limit - self.signed * self.raw()
        return int((gap > ROUNDING * self.margin).sum()) if bool(gap.isfinite().all()) else math.nan


class Numpy(Peer):
    def prepare(self):
        self.points = [part.numpy() for part in (self.x, self.signed, self.push, self.limit)]
        self.arrays = [[part.numpy() for part in parts] for parts in (self.w, self.a, self.e)]
        self.g = [np.empty_like(w) for w in self.arrays[0]]

    def steps(self, indices):
        x, signed, push, limit = self.points
        w, a, e = self.arrays
        f, g = self.f.numpy(), self.g
        for index in indices.numpy():
            np.take(x, index, 0, a[0], "clip")
            for l in range(self.depth):
                np.dot(a[l], w[l], out=a[l + 1])
                np.maximum(a[l + 1], 0, out=a[l + 1])
            np.dot(a[-1], w[-1], out=f)
            d = push[index] * (signed[index] * f < limit[index])
            np.multiply(d[:, None], w[-1], out=e[-1])
            for l in range(self.depth - 1, -1, -1):
                np.multiply(e[l], a[l + 1] > 0, out=e[l])
                if l > 0:
                    np.dot(e[l], w[l].T, out=e[l - 1])
            for l in range(self.depth + 1):
                np.dot(a[l].T, e[l] if l < self.depth else d, out=g[l])
                w[l] += g[l]


class Autograd(Peer):
    def prepare(self):
        for w in self.w:
            w.requires_grad_()
        self.rate = float(self.push[0] / self.signed[0])

    def steps(self, indices):
        w = self.w
        for index in indices:
            a, signed, limit = (part.index_select(0, index) for part in (self.x, self.signed, self.limit))
            with torch.enable_grad():
                for weights in w[:-1]:
                    a = torch.relu(torch.mm(a, weights))
                torch.relu(torch.addcmul(limit, signed, torch.mv(a, w[-1]), value=-1)).sum().backward()
            torch._foreach_add_(w, [weights.grad for weights in w], alpha=-self.rate)
            for weights in w:
                weights.grad = None


class Eager(Peer):
    """By hand, a call of the library after the other in Python, into memory of its own; all rows go backward."""

    def prepare(self):
        pass

    def steps(self, indices):
        w, a, e = self.w, self.a, self.e
        gaps = []
        for index in indices.unbind():
            torch.index_select(self.x, 0, index, out=a[0])
            for l in range(self.depth):
                torch.mm(a[l], w[l], out=a[l + 1])
                a[l + 1].clamp_(min=0)
            torch.mv(a[-1], w[-1], out=self.f)
            gap = self.limit[index] - self.signed[index] * self.f
            d = (gap > 0) * self.push[index]
            torch.mul(d.unsqueeze(1), w[-1], out=e[-1])
            for l in range(self.depth - 1, -1, -1):
                e[l].mul_(a[l + 1] > 0)
                if l > 0:
                    torch.mm(e[l], w[l].t(), out=e[l - 1])
            for l in range(self.depth):
                w[l].addmm_(a[l].t(), e[l])
            w[-1].addmv_(a[-1].t(), d)
            gaps.append(gap)
        return torch.stack(gaps)


# From here on in TorchScript, which spares the interpreter.
def forward(
    x: torch.Tensor, index: torch.Tensor, w: List[torch.Tensor], left: List[torch.Tensor], right: List[torch.Tensor],
    a: List[torch.Tensor], f: torch.Tensor,
):  # fmt: skip
    torch.index_select(x, 0, index, out=a[0])
    torch.mm(left[0], right[0], out=a[1])
    for k in range(1, len(left)):
        a[1].addmm_(left[k], right[k])
    a[1].relu_()
    for l in range(2, len(a)):
        torch.mm(a[l - 1], w[l - 1], out=a[l])
        a[l].relu_()
    torch.mv(a[-1], w[-1], out=f)


@torch.jit.script
def dense_steps(
    x: torch.Tensor, signed: torch.Tensor, push: torch.Tensor, limit: torch.Tensor, indices: torch.Tensor,
    w: List[torch.Tensor], wt: List[torch.Tensor], left: List[torch.Tensor], right: List[torch.Tensor],
    a: List[torch.Tensor], at: List[torch.Tensor], e: List[torch.Tensor], f: torch.Tensor,
):  # fmt: skip
    depth = len(e)
    signs, pushes, gaps = signed[indices].unbind(), push[indices].unbind(), limit[indices]
    for step, index in enumerate(indices.unbind()):
        forward(x, index, w, left, right, a, f)
        gap = gaps[step].addcmul_(signs[step], f, value=-1)
        d = torch.ops.aten.threshold_backward(pushes[step], gap, 0)
        torch.mul(d.unsqueeze(1), w[depth], out=e[depth - 1])
        w[depth].addmv_(at[depth], d)
        for l in range(depth - 1, -1, -1):
            torch.ops.aten.threshold_backward(e[l], a[l + 1], 0, grad_input=e[l])
            if l > 0:
                torch.mm(e[l], wt[l], out=e[l - 1])
            w[l].addmm_(at[l], e[l])
    return gaps


@torch.jit.script
def row_steps(
    x: torch.Tensor, signed: torch.Tensor, push: torch.Tensor, limit: torch.Tensor, indices: torch.Tensor,
    w: List[torch.Tensor], wt: List[torch.Tensor], left: List[torch.Tensor], right: List[torch.Tensor],
    a: List[torch.Tensor], at: List[torch.Tensor], e: List[torch.Tensor], f: torch.Tensor,
):  # fmt: skip
    depth = len(e)
    signs, pushes, gaps = signed[indices].unbind(), push[indices].unbind(), limit[indices]
    for step, index in enumerate(indices.unbind()):
        forward(x, index, w, left, right, a, f)
        rows = gaps[step].addcmul_(signs[step], f, value=-1).gt(0).nonzero().view(-1)
        if rows.size(0) > 0:
            d = pushes[step].index_select(0, rows)
            above = a[depth].index_select(0, rows)
            delta = d.unsqueeze(1) * w[depth]
            w[depth].addmv_(above.t(), d)
            for l in range(depth - 1, -1, -1):
                delta = torch.ops.aten.threshold_backward(delta, above, 0)
                above = a[l].index_select(0, rows)
                below = torch.mm(delta, wt[l]) if l > 0 else delta
                w[l].addmm_(above.t(), delta)
                delta = below
    return gaps


class Dense(Peer):
    """By hand, into memory of its own; all rows go backward."""

    kernel = staticmethod(dense_steps)

    def prepare(self):
        w, a = self.w, self.a
        terms = self.batch * INPUTS * WIDTH
        half = INPUTS // 2 if SMALL_PRODUCT < terms <= 2 * SMALL_PRODUCT else INPUTS
        transposed = ([part.t() for part in parts] for parts in (w[:-1], a))
        wt, at = transposed
        self.memory = w, wt, a[0].split(half, 1), w[0].split(half), a, at, self.e, self.f

    def steps(self, indices):
        return self.kernel(self.x, self.signed, self.push, self.limit, indices, *self.memory)


class Rows(Dense):
    """By hand; only unfitted rows go backward, and nothing where there are none."""

    kernel = staticmethod(row_steps)


def batches(points, batch, steps, generator):
    """Uniform subsets without repeats: sequences with a repeat are left out."""
    kept, count = [], 0
    while count < steps:
        index = torch.randint(points, (steps, batch), generator=generator)
        ordered = index.sort(1)[0]
        kept.append(index[(ordered[:, 1:] != ordered[:, :-1]).all(1)])
        count += len(kept[-1])
    return torch.cat(kept)[:steps]


def steps_a_second(kind, batch):
    peer = kind(step_problem(), batch, STEP_MARGIN, STEP_RATE)
    steps = SAMPLES // batch
    peer.steps(torch.randint(STEP_POINTS, (16, batch)))
    start = time.thread_time()
    for index in torch.randint(STEP_POINTS, (steps, batch)).split(64):
        peer.steps(index)
    return f"{steps / (time.thread_time() - start):.6g}"


def train(kind, folder, margin, temperature, seed):
    problem = train_problem(folder)
    start = time.thread_time()
    peer = kind(problem, TRAIN_BATCH, margin, temperature * TRAIN_BATCH)
    generator = torch.Generator().manual_seed(seed)
    chunk = TRAIN_POINTS // TRAIN_BATCH
    last = updates = 0
    for done in range(0, MOST_STEPS, chunk):
        gaps = peer.steps(batches(TRAIN_POINTS, TRAIN_BATCH, chunk, generator))
        active = (gaps > 0).any(1).nonzero().view(-1).tolist()
        updates += len(active)
        if active:
            last = done + active[-1] + 1
            continue
        unfitted = peer.unfitted()
        if unfitted == 0:
            return f"{time.thread_time() - start:.6g} {last} {updates}"
        if math.isnan(unfitted):
            break
    return "never fitted"


def main():
    kind = {"dense": Dense, "eager": Eager, "rows": Rows, "autograd": Autograd, "numpy": Numpy}[sys.argv[1]]
    for line in sys.stdin:
        what, *numbers = line.split()
        if what == "step":
            print(steps_a_second(kind, int(numbers[0])), flush=True)
        else:
            margin, temperature, seed = numbers
            print(train(kind, sys.argv[2], float(margin), float(temperature), int(seed)), flush=True)


main()
