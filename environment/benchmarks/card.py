"""Networks on a card in batched products, a CUDA graph a step: the PyTorch peer of card.sh (README.md).

The argument is the seconds of a measurement. For each depth and batch size it prints depth,batch,replicas,replica-steps a second;
lines that begin with # say what was measured, or why nothing was.

A ReLU network is homogeneous, so all its factors are put into one: f = scale * relu(... relu(x W_1) ... W_D) v. A point is unfitted if
label * f < limit, and limit holds the margin and f(w_0).
"""

import math
import sys
import time

INPUTS, WIDTH, POINTS, RATE, MARGIN = 784, 128, 1024, 1e-3, 1e30
UNROLLED = 8  # steps in a graph

try:
    import torch
except ImportError:
    print("# PyTorch: skipped, not there")
    sys.exit()
if not torch.cuda.is_available():
    print("# PyTorch: skipped, it sees no card")
    sys.exit()
torch.set_grad_enabled(False)
torch.backends.cuda.matmul.allow_tf32 = False


def measure(depth, batch, replicas, seconds):
    """Replica-steps a second; every replica has its own weights and draws its own batches from shared points."""
    sizes = [(INPUTS, WIDTH)] + [(WIDTH, WIDTH)] * (depth - 1) + [(WIDTH, 1)]
    torch.manual_seed(1)
    scale = math.sqrt(2) ** depth / (math.sqrt(WIDTH) ** (depth - 1) * WIDTH)
    x = torch.randn(POINTS, INPUTS, device="cuda") / math.sqrt(INPUTS)
    signed = torch.randn(POINTS, 1, device="cuda").sign() * scale
    w = [torch.randn(replicas, *size, device="cuda") for size in sizes]

    def step():
        index = torch.randint(POINTS, (replicas, batch), device="cuda")
        a = [x[index]]
        for part in w[:-1]:
            a.append(torch.bmm(a[-1], part).relu_())
        sign = signed[index]
        gap = MARGIN - sign * torch.bmm(a[-1], w[-1])
        d = torch.where(gap > 0, sign * (RATE / batch), 0.0)
        e = d * w[-1].transpose(1, 2)
        w[-1].baddbmm_(a[-1].transpose(1, 2), d)
        for l in range(depth - 1, -1, -1):
            e = torch.where(a[l + 1] > 0, e, 0.0)
            below = torch.bmm(e, w[l].transpose(1, 2)) if l > 0 else e
            w[l].baddbmm_(a[l].transpose(1, 2), e)
            e = below

    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for _ in range(UNROLLED):
            step()
    count = 4
    while True:
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(count):
            graph.replay()
        torch.cuda.synchronize()
        took = time.perf_counter() - start
        if took >= seconds:
            return replicas * UNROLLED * count / took
        count *= 2


def main():
    print(f"# PyTorch {torch.__version__} on {torch.cuda.get_device_name()}, {UNROLLED} steps a CUDA graph, float32 without TF32")
    for depth in (3, 5):
        for batch in (16, 64, 512):
            # As many replicas as give the best rate.
            rates = []
            for replicas in (64, 256, 1024) if batch < 512 else (64, 256):
                try:
                    rates.append((measure(depth, batch, replicas, float(sys.argv[1]) / 2), replicas))
                except torch.cuda.OutOfMemoryError:
                    break
                torch.cuda.empty_cache()
            if rates:
                rate, replicas = max(rates)
                print(f"{depth},{batch},{replicas},{rate:.6g}", flush=True)


main()
