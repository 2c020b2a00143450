"""Training a small U-Net with Adam and averaged weights: the PyTorch peer of the speed test (README.md).

The argument is a memory format: contiguous or channels_last. For a line "train" on standard input it prints training steps a CPU
second, for "evaluate" forward passes a CPU second. Adam is fused.
"""

import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

SIDE, CHANNELS, WIDTH, OTHERS, BATCH = 28, (16, 32, 64), 128, 19, 64
RATE, DECAY, GROUP, STEPS = 1e-3, 0.999, 4, 8

torch.set_num_threads(1)
torch.manual_seed(1)


def convolution(below, above, stride=1):
    return nn.Conv2d(below, above, 3, stride, 1, bias=False)


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm1 = nn.GroupNorm(channels // GROUP, channels)
        self.conv1 = convolution(channels, channels)
        self.shift = nn.Linear(WIDTH, channels)
        self.norm2 = nn.GroupNorm(channels // GROUP, channels)
        self.conv2 = convolution(channels, channels)

    def forward(self, x, embedded):
        z = self.conv1(F.silu(self.norm1(x))) + self.shift(embedded)[:, :, None, None]
        return x + self.conv2(F.silu(self.norm2(z)))


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        pairs = list(zip(CHANNELS[:-1], CHANNELS[1:]))
        self.embedding = nn.Linear(OTHERS, WIDTH)
        self.entry = convolution(1, CHANNELS[0])
        self.down = nn.ModuleList(Block(c) for c in CHANNELS)
        self.halvings = nn.ModuleList(convolution(a, b, 2) for a, b in pairs)
        self.doublings = nn.ModuleList(convolution(b, a) for a, b in reversed(pairs))
        self.up = nn.ModuleList(Block(c) for c in reversed(CHANNELS[:-1]))
        self.norm = nn.GroupNorm(CHANNELS[0] // GROUP, CHANNELS[0])
        self.exit = convolution(CHANNELS[0], 1)

    def forward(self, x, others):
        embedded = F.silu(self.embedding(others))
        x = self.entry(x)
        kept = []
        for level, block in enumerate(self.down):
            x = block(x, embedded)
            if level + 1 < len(CHANNELS):
                kept.append(x)
                x = self.halvings[level](x)
        for doubling, block in zip(self.doublings, self.up):
            x = doubling(F.interpolate(x, scale_factor=2, mode="nearest")) + kept.pop()
            x = block(x, embedded)
        return self.exit(F.silu(self.norm(x)))


class Peer:
    def __init__(self, memory):
        self.network = UNet().to(memory_format=memory)
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=RATE, fused=True)
        self.parameters = list(self.network.parameters())
        self.averages = [p.detach().clone() for p in self.parameters]
        self.x = torch.randn(BATCH, 1, SIDE, SIDE).to(memory_format=memory)
        self.target = self.x.roll(1, 0)
        self.others = torch.randn(BATCH, OTHERS)

    def train(self):
        loss = F.mse_loss(self.network(self.x, self.others), self.target)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        with torch.no_grad():
            torch._foreach_lerp_(self.averages, self.parameters, 1 - DECAY)

    def evaluate(self):
        with torch.inference_mode():
            self.network(self.x, self.others)


def main():
    peer = Peer({"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}[sys.argv[1]])
    for _ in range(3):
        peer.train()
    for line in sys.stdin:
        run = {"train": peer.train, "evaluate": peer.evaluate}[line.strip()]
        start = time.thread_time()
        for _ in range(STEPS):
            run()
        print(f"{STEPS / (time.thread_time() - start):.6g}", flush=True)


main()
