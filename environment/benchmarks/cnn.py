"""Plain SGD on a convolutional network with centred hinge loss: the PyTorch peers of the speed test (README.md).

The arguments are the form of the network and a folder with the points, labels and weights of each size. For a line "step SIZE
STEPS" on standard input it prints training steps a CPU second, for "evaluate SIZE REPEATS" evaluated points a CPU second,
and for "check SIZE STEPS RATE" the mean of label * (f - f(w_0)) after some steps. SIZE is WIDTH SIDE BATCH.

A ReLU network is homogeneous, so all its factors are put into one, but for those that weigh a block against its shortcut:
f = scale * raw. A point is unfitted if gap = limit - label * f > 0; limit holds f(w_0).
"""

import math
import sys
import time

import numpy as np
import torch
from torch.nn.functional import conv2d, pad, relu

POINTS, BLOCK, RATE, MARGIN = 512, 128, 1e-3, 1e30
KERNEL, EXPANSION, GAIN = 5, 3, math.sqrt(2)

torch.set_num_threads(1)
torch.set_grad_enabled(False)


def spatial(x, w, stride, groups):
    """The padding of TensorFlow's SAME."""
    side = int(x.shape[2])
    total = max((math.ceil(side / stride) - 1) * stride + KERNEL - side, 0)
    before, after = total // 2, total - total // 2
    if before == after:
        return conv2d(x, w, stride=stride, padding=before, groups=groups)
    return conv2d(pad(x, (before, after, before, after)), w, stride=stride, groups=groups)


class Net(torch.nn.Module):
    def __init__(self, width, channels=1):
        super().__init__()
        sizes, self.blocks, gain = [], [], 1.0

        def layer(inputs, outputs, kernel, groups=1):
            nonlocal gain
            gain /= kernel * math.sqrt(inputs / groups)
            sizes.append((inputs, outputs, kernel, groups))

        layer(channels, 4 * width, KERNEL)
        layer(4 * width, 4 * width, KERNEL, 4 * width)
        layer(4 * width, 2 * width, 1)
        gain *= GAIN**3
        inputs = 2 * width
        for factor, stride in ((1, 2), (1, 1), (3, 2), (3, 1)):
            outputs, inside, before = factor * width, EXPANSION * inputs, gain
            layer(inputs, inside, 1)
            layer(inside, inside, KERNEL, inside)
            layer(inside, outputs, 1)
            gain *= GAIN**2
            share = None
            if stride == 1 and inputs == outputs:
                share, gain = gain / before, before / math.sqrt(2)
            self.blocks.append((stride, inside, share))
            inputs = outputs
        layer(inputs, 20 * width, 1)
        self.scale, self.sizes = gain * GAIN / (20 * width), sizes

    def set(self, flat, memory_format):
        parts, at = [], 0
        for inputs, outputs, kernel, groups in self.sizes:
            inner = inputs // groups
            count = kernel * kernel * inner * outputs
            w = flat[at : at + count].reshape(kernel, kernel, inner, outputs)
            parts.append(w.permute(3, 2, 0, 1).contiguous(memory_format=memory_format))
            at += count
        self.w = torch.nn.ParameterList([*parts, flat[at:].clone()])

    def forward(self, x):
        w = self.w
        x = relu(spatial(x, w[0], 2, 1))
        x = relu(spatial(x, w[1], 1, int(w[1].shape[0])))
        x = relu(conv2d(x, w[2]))
        at = 3
        for stride, inside, share in self.blocks:
            y = relu(conv2d(x, w[at]))
            y = relu(spatial(y, w[at + 1], stride, inside))
            y = conv2d(y, w[at + 2])
            x = y if share is None else torch.add(x, y, alpha=share)
            at += 3
        x = relu(conv2d(x, w[at]))
        return torch.mv(x.mean((2, 3)), w[at + 1])


class Peer:
    """A network with its points. For each point: signed = label * scale; push = what its gradient is multiplied by."""

    def __init__(self, form, folder, size, margin, rate):
        width, side, self.batch = size
        x, labels, flat = (
            torch.from_numpy(np.fromfile(f"{folder}/{name}-{width}-{side}", "<f4"))
            for name in ("points", "labels", "weights")
        )
        self.format = torch.contiguous_format if form == "contiguous" else torch.channels_last
        net = Net(width)
        net.set(flat, self.format)
        self.x = x.reshape(POINTS, 1, side, side).contiguous(memory_format=self.format)
        self.w, self.net = list(net.w), net
        if form == "traced":
            self.net = torch.jit.trace(net, self.x[: self.batch], check_trace=False)
        elif form == "compiled":
            self.net = torch.compile(net)
        self.labels, self.scale = labels, net.scale
        self.signed = labels * net.scale
        self.start = self.outputs()
        self.limit = margin + labels * self.start
        self.rate = rate / self.batch

    def outputs(self):
        return torch.cat([self.net(x) for x in self.x.split(BLOCK)]) * self.scale

    def steps(self, indices):
        for index in indices:
            x, signed, limit = (part.index_select(0, index) for part in (self.x, self.signed, self.limit))
            with torch.enable_grad():
                raw = self.net(x.contiguous(memory_format=self.format))
                relu(torch.addcmul(limit, signed, raw, value=-1)).sum().backward()
            torch._foreach_add_(self.w, [weights.grad for weights in self.w], alpha=-self.rate)
            for weights in self.w:
                weights.grad = None


def answer(form, folder, what, size, numbers):
    if what == "check":
        peer = Peer(form, folder, size, MARGIN, float(numbers[1]))
        peer.steps(torch.arange(int(numbers[0]) * peer.batch).reshape(-1, peer.batch) % POINTS)
        return f"{float((peer.labels * (peer.outputs() - peer.start)).mean()):.9g}"
    peer = Peer(form, folder, size, MARGIN, RATE)
    count = int(numbers[0])
    peer.steps(torch.randint(POINTS, (4, peer.batch)))
    start = time.thread_time()
    if what == "step":
        peer.steps(torch.randint(POINTS, (count, peer.batch)))
    else:
        for _ in range(count):
            peer.outputs()
        count *= POINTS
    return f"{count / (time.thread_time() - start):.6g}"


def main():
    form, folder = sys.argv[1:]
    for line in sys.stdin:
        what, width, side, batch, *numbers = line.split()
        print(answer(form, folder, what, (int(width), int(side), int(batch)), numbers), flush=True)


main()
