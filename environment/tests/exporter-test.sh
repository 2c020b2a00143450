#!/usr/bin/env bash
# The exporter for PyTorch writes what `noisebook regime` reads; skipped where no Python has PyTorch.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
python=''
for candidate in python3 /usr/bin/python3; do
    if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c 'import torch.func, numpy' >/dev/null 2>&1; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    printf 'exporter: skipped, no Python with PyTorch\n'
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PYTHONPATH=$root/environment/export "$python" - "$work" <<'PYTHON'
import sys
import torch
from checkpoint_torch import checkpoint

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(24, 5)
y = torch.sign(x[:, 0])
net = torch.nn.Sequential(torch.nn.Linear(5, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
checkpoint(net, x, sys.argv[1] + "/before.npz", targets=y, hidden=lambda p: net[:2](p))
for _ in range(200):
    loss = ((net(x)[:, 0] - y) ** 2).mean()
    net.zero_grad()
    loss.backward()
    with torch.no_grad():
        for w in net.parameters():
            w -= 0.1 * w.grad
checkpoint(net, x, sys.argv[1] + "/after.npz", targets=y, hidden=lambda p: net[:2](p))
# The Jacobian against differences of the output.
import numpy as np

rows = np.load(sys.argv[1] + "/after.npz")["jacobian"]
with torch.no_grad():
    before = net(x)[:, 0].clone()
    net[0].weight[3, 2] += 1e-3
    slope = (net(x)[:, 0] - before) / 1e-3
assert abs(rows[:, 3 * 5 + 2] - slope.numpy()).max() < 1e-2, "the column of a weight is its derivative"
PYTHON
first=$("$root/environment/noisebook" regime "$work/before.npz" "$work/after.npz" | head -n 1)
case $first in
    'verdict: rich' | 'verdict: between') printf 'exporter: passed, %s\n' "$first" ;;
    *)
        printf 'exporter: expected a verdict of a training with unit scale, got %s\n' "$first" >&2
        exit 1
        ;;
esac
