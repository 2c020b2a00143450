"""Bare SGD steps of a 784-128-128-128-1 ReLU network by hand, the PyTorch and NumPy peers of the speed test (README.md).

The argument is torch or numpy. For each line "WHAT BATCH" on standard input it prints calls per CPU second; WHAT is step,
multiply (batch x 784 x 128), transposed (batch x 128 x 128) or outer (784 x batch x 128).
"""

import sys
import time

import numpy as np

POINTS, INPUTS, WIDTH, LARGEST = 2048, 784, 128, 512
RATE = 1e-4
FACTOR = float(1 / np.sqrt(WIDTH))
CHUNK = 512  # steps whose indices are drawn at once
BLOCK = 0.3

rng = np.random.Generator(np.random.SFC64(1))
points = (rng.standard_normal((POINTS, INPUTS)) / np.sqrt(INPUTS)).astype(np.float32)
labels = np.sign(rng.standard_normal(POINTS)).astype(np.float32)
sizes = [(INPUTS, WIDTH), (WIDTH, WIDTH), (WIDTH, WIDTH), (WIDTH, 1)]
initial = [rng.standard_normal(size).astype(np.float32) for size in sizes]


class Numpy:
    def __init__(self, batch):
        self.batch = batch
        self.weights = [w.copy() for w in initial]
        self.x = np.empty((batch, INPUTS), np.float32)
        self.z = [np.empty((batch, WIDTH), np.float32) for _ in range(3)]
        self.e = [np.empty((batch, WIDTH), np.float32) for _ in range(3)]
        self.f = np.empty((batch, 1), np.float32)
        self.g = [np.empty(w.shape, np.float32) for w in initial]

    def draw(self):
        return rng.integers(0, POINTS, size=(CHUNK, self.batch), dtype=np.intp)

    def step(self, index):
        w, z, e, g = self.weights, self.z, self.e, self.g
        np.take(points, index, 0, self.x, "clip")
        a = self.x
        for layer in range(3):
            np.dot(a, w[layer], out=z[layer])
            np.maximum(z[layer], 0, out=z[layer])
            np.multiply(z[layer], np.float32(FACTOR), out=z[layer])
            a = z[layer]
        np.dot(a, w[3], out=self.f)
        y = labels[index].reshape(-1, 1)
        d = np.where(y * self.f < np.inf, y * np.float32(RATE / self.batch), np.float32(0))
        np.multiply(d, w[3].T, out=e[2])
        np.multiply(e[2], (z[2] > 0) * np.float32(FACTOR), out=e[2])
        for layer in (2, 1):
            np.dot(e[layer], w[layer].T, out=e[layer - 1])
            np.multiply(e[layer - 1], (z[layer - 1] > 0) * np.float32(FACTOR), out=e[layer - 1])
        for layer, (left, right) in enumerate(((self.x, e[0]), (z[0], e[1]), (z[1], e[2]), (z[2], d))):
            np.dot(left.T, right, out=g[layer])
            w[layer] += g[layer]

    def multiply(self):
        np.dot(self.x, self.weights[0], out=self.z[0])

    def transposed(self):
        np.dot(self.e[2], self.weights[2].T, out=self.e[1])

    def outer(self):
        np.dot(self.x.T, self.e[0], out=self.g[0])
        self.weights[0] += self.g[0]


def torch_class():
    import torch

    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    all_points, all_labels = torch.from_numpy(points), torch.from_numpy(labels)

    class Torch:
        def __init__(self, batch):
            self.batch = batch
            self.weights = [torch.from_numpy(w.copy()) for w in initial]
            self.x = torch.zeros(batch, INPUTS)
            self.z = [torch.zeros(batch, WIDTH) for _ in range(3)]
            self.e = [torch.zeros(batch, WIDTH) for _ in range(3)]
            self.f = torch.zeros(batch, 1)

        def draw(self):
            return torch.randint(POINTS, (CHUNK, self.batch))

        def step(self, index):
            w, z, e = self.weights, self.z, self.e
            torch.index_select(all_points, 0, index, out=self.x)
            a = self.x
            for layer in range(3):
                torch.mm(a, w[layer], out=z[layer])
                a = z[layer].clamp_(min=0).mul_(FACTOR)
            torch.mm(a, w[3], out=self.f)
            y = all_labels[index].unsqueeze(1)
            d = (y * self.f < float("inf")) * y * (RATE / self.batch)
            torch.mul(d, w[3].t(), out=e[2])
            e[2].mul_(z[2] > 0).mul_(FACTOR)
            for layer in (2, 1):
                torch.mm(e[layer], w[layer].t(), out=e[layer - 1])
                e[layer - 1].mul_(z[layer - 1] > 0).mul_(FACTOR)
            w[0].addmm_(self.x.t(), e[0])
            w[1].addmm_(z[0].t(), e[1])
            w[2].addmm_(z[1].t(), e[2])
            w[3].addmm_(z[2].t(), d)

        def multiply(self):
            torch.mm(self.x, self.weights[0], out=self.z[0])

        def transposed(self):
            torch.mm(self.e[2], self.weights[2].t(), out=self.e[1])

        def outer(self):
            self.weights[0].addmm_(self.x.t(), self.e[0])

    return Torch


def rate(peer, what, seconds):
    """Calls a second by CPU time."""
    start, count, call = time.thread_time(), 0, None if what == "step" else getattr(peer, what)
    while time.thread_time() - start < seconds:
        if call is None:
            for index in peer.draw()[: max(4, 2048 // peer.batch)]:
                peer.step(index)
                count += 1
        else:
            for _ in range(16):
                call()
            count += 16
    return count / (time.thread_time() - start)


def main():
    kind = torch_class() if sys.argv[1] == "torch" else Numpy
    for line in sys.stdin:
        what, batch = line.split()
        peer = kind(int(batch))
        rate(peer, "step", BLOCK / 4)
        print(f"{rate(peer, what, BLOCK):.6g}", flush=True)


main()
