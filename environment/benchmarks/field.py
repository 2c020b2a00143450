"""Training a small field with Adam and averaged weights: the PyTorch peers of the speed test (README.md).

The arguments are a way to train: modules (nn.Sequential, autograd, torch.optim.Adam) or hand (no autograd, preallocated
memory), and for modules an implementation of Adam: loop, foreach or fused. For a line "train ACTIVATION" on standard input it prints
steps a CPU second, for "evaluate ACTIVATION" forward passes a CPU second.
"""

import copy
import math
import sys
import time

import torch

WIDTHS = (3, 128, 128, 128, 2)
BATCH, STEPS, POINTS = 512, 500, 1 << 16
RATE, DECAY = 1e-3, 0.999
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8

torch.set_num_threads(1)
torch.manual_seed(1)


def points():
    x = torch.randn(POINTS, WIDTHS[0])
    return x, torch.stack((x[:, 1], -x[:, 0]), 1)


def sequential(activation):
    layers = []
    for below, above in zip(WIDTHS[:-1], WIDTHS[1:]):
        layers += [torch.nn.Linear(below, above), {"RELU": torch.nn.ReLU, "SILU": torch.nn.SiLU}[activation]()]
    return torch.nn.Sequential(*layers[:-1])


class Modules:
    """As one writes it; the average over all parameters in one call."""

    def __init__(self, activation, adam):
        self.network = sequential(activation)
        flags = {"loop": {"foreach": False}, "foreach": {"foreach": True}, "fused": {"fused": True}}[adam]
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=RATE, **flags)
        self.parameters = list(self.network.parameters())
        self.averages = [copy.deepcopy(p).detach() for p in self.parameters]

    def step(self, x, target):
        loss = torch.nn.functional.mse_loss(self.network(x), target)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        with torch.no_grad():
            torch._foreach_lerp_(self.averages, self.parameters, 1 - DECAY)

    def evaluate(self, x):
        with torch.inference_mode():
            return self.network(x)


class Hand:
    """Gradients by hand into memory of its own; all weights, gradients, moments and averages in one vector each."""

    def __init__(self, activation, adam):
        self.relu = activation == "RELU"
        parameters = list(sequential(activation).parameters())
        count = sum(p.numel() for p in parameters)
        flat = {name: torch.zeros(count) for name in ("w", "g", "m", "v", "average")}
        views = {}
        for name in ("w", "g"):
            parts = flat[name].split([p.numel() for p in parameters])
            views[name] = [part.view(p.shape) for part, p in zip(parts, parameters)]
        for view, p in zip(views["w"], parameters):
            view.copy_(p.detach())
        self.flat = flat
        self.w, self.b = views["w"][::2], views["w"][1::2]
        self.gw, self.gb = views["g"][::2], views["g"][1::2]
        self.wt = [w.t() for w in self.w]
        self.z = [torch.empty(BATCH, width) for width in WIDTHS[1:]]
        self.a = [torch.empty(BATCH, width) for width in WIDTHS[1:-1]]
        self.e = [torch.empty(BATCH, width) for width in WIDTHS[1:]]
        self.t = 0

    def forward(self, x):
        a = x
        for l in range(len(self.w)):
            torch.addmm(self.b[l], a, self.wt[l], out=self.z[l])
            if l + 1 < len(self.w):
                if self.relu:
                    a = self.z[l].clamp_(min=0)
                else:
                    a = torch.ops.aten.silu(self.z[l], out=self.a[l])
        return self.z[-1]

    def evaluate(self, x):
        with torch.inference_mode():
            return self.forward(x)

    @torch.no_grad()
    def step(self, x, target):
        y = self.forward(x)
        torch.sub(y, target, out=self.e[-1]).mul_(2 / y.numel())
        activities = [x] + (self.z if self.relu else self.a)
        for l in range(len(self.w) - 1, -1, -1):
            torch.mm(self.e[l].t(), activities[l], out=self.gw[l])
            torch.sum(self.e[l], 0, out=self.gb[l])
            if l > 0:
                torch.mm(self.e[l], self.w[l], out=self.e[l - 1])
                if self.relu:
                    torch.ops.aten.threshold_backward(self.e[l - 1], self.z[l - 1], 0, grad_input=self.e[l - 1])
                else:
                    torch.ops.aten.silu_backward(self.e[l - 1], self.z[l - 1], grad_input=self.e[l - 1])
        self.t += 1
        w, g, m, v, average = (self.flat[name] for name in ("w", "g", "m", "v", "average"))
        m.lerp_(g, 1 - BETA_1)
        v.mul_(BETA_2).addcmul_(g, g, value=1 - BETA_2)
        root = v.sqrt().div_(math.sqrt(1 - BETA_2**self.t)).add_(EPSILON)
        w.addcdiv_(m, root, value=-RATE / (1 - BETA_1**self.t))
        average.lerp_(w, 1 - DECAY)


def rate(peer, what):
    x, target = points()
    steps = STEPS if what == "train" else 2 * STEPS
    for warm in range(20):
        peer.step(x[:BATCH], target[:BATCH])
    start = time.thread_time()
    for step in range(steps):
        at = step * BATCH % POINTS
        if what == "train":
            peer.step(x[at : at + BATCH], target[at : at + BATCH])
        else:
            peer.evaluate(x[at : at + BATCH])
    return f"{steps / (time.thread_time() - start):.6g}"


def main():
    kind = {"modules": Modules, "hand": Hand}[sys.argv[1]]
    for line in sys.stdin:
        what, activation = line.split()
        print(rate(kind(activation, sys.argv[2]), what), flush=True)


main()
