"""Makes the two files beside it with PyTorch 2.6: one network, trained twice with unlike output scales."""
import copy
import sys
from pathlib import Path

import torch

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[1] / "environment" / "export"))
from checkpoint_torch import export  # noqa: E402

torch.manual_seed(1)
torch.set_num_threads(1)
x = torch.randn(40, 6)
y = torch.sign(x[:, 0] * x[:, 1])
start = torch.nn.Sequential(torch.nn.Linear(6, 32), torch.nn.Tanh(), torch.nn.Linear(32, 1))


class Scaled(torch.nn.Module):
    """alpha (f - f at the start)."""

    def __init__(self, alpha):
        super().__init__()
        self.net, self.first, self.alpha = copy.deepcopy(start), [start], alpha

    def forward(self, x):
        with torch.no_grad():
            first = self.first[0](x)
        return self.alpha * (self.net(x) - first)


for name, alpha, rate in (("a", 1000.0, 2e-7), ("b", 0.2, 0.2)):
    model = Scaled(alpha)
    before = copy.deepcopy(model.state_dict())
    for step in range(200_000):
        loss = ((model(x)[:, 0] - y) ** 2).mean()
        if loss < 0.05:
            break
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for w in model.parameters():
                w -= rate * w.grad
    export(model, before, model, x, here / f"{name}.npz", loss=(1, float(loss)), targets=y, hidden=["net.1"], kernel=1)
    print(name, step, float(loss))
