"""Makes the four checkpoints beside it with PyTorch 2.6: one network, trained twice with unlike output scales."""
import copy
import sys
from pathlib import Path

import torch

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[1] / "environment" / "export"))
from checkpoint_torch import checkpoint  # noqa: E402

torch.manual_seed(1)
torch.set_num_threads(1)
x = torch.randn(40, 6)
y = torch.sign(x[:, 0] * x[:, 1])
start = torch.nn.Sequential(torch.nn.Linear(6, 32), torch.nn.Tanh(), torch.nn.Linear(32, 1))


class Scaled(torch.nn.Module):
    """alpha (f - f at the start)."""

    def __init__(self, alpha):
        super().__init__()
        self.net, self.first, self.alpha = copy.deepcopy(start), start, alpha

    def forward(self, x):
        with torch.no_grad():
            first = self.first(x)
        return self.alpha * (self.net(x) - first)

    def named_parameters(self, *args, **kwargs):
        return ((k, v) for k, v in super().named_parameters(*args, **kwargs) if k.startswith("net."))


for name, alpha, rate in (("a", 100.0, 2e-5), ("b", 0.2, 0.2)):
    model = Scaled(alpha)
    save = lambda moment: checkpoint(
        model, x, here / f"{name}-{moment}.npz", targets=y, hidden=lambda p: model.net[:2](p))
    save("before")
    for step in range(200_000):
        loss = ((model(x)[:, 0] - y) ** 2).mean()
        if loss < 0.05:
            break
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for _, w in model.named_parameters():
                w -= rate * w.grad
    save("after")
    print(name, step, float(loss))
