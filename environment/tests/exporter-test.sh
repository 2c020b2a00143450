#!/usr/bin/env bash
# The exporters for JAX and PyTorch write what `noisebook regime` reads; each skipped where no Python has its library.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
noisebook() { "$root/environment/noisebook" regime "$@" --out "$work/report" 2>/dev/null; }
# Sets python to the first that has a module.
python_with() {
    for python in python3 /usr/bin/python3; do
        if command -v "$python" >/dev/null 2>&1 && "$python" -c "import $1" >/dev/null 2>&1; then
            return 0
        fi
    done
    return 1
}
if python_with jax; then
    PYTHONPATH=$root/environment/export "$python" - "$work" <<'PYTHON'
import sys
import warnings
import jax
import jax.numpy as jnp
import numpy as np
from checkpoint_jax import export

rng = np.random.default_rng(1)
x = rng.standard_normal((40, 5)).astype(np.float32)
draw = lambda by: {"a": {"w": by * rng.standard_normal((5, 8)), "b": by * rng.standard_normal(8)}, "read": by * rng.standard_normal((8, 3))}
before = draw(1)
after = jax.tree_util.tree_map(lambda w, d: w + d, before, draw(0.02))
hidden = lambda w, x: jnp.tanh(x @ w["a"]["w"] + w["a"]["b"])


@jax.custom_vjp
def reverse(z):
    return jnp.tanh(z)


reverse.defvjp(lambda z: (jnp.tanh(z), jnp.tanh(z)), lambda y, slope: (slope * (1 - y * y),))
networks = {
    "plain": lambda w, x: hidden(w, x) @ w["read"],
    "custom": lambda w, x: reverse(x @ w["a"]["w"] + w["a"]["b"]) @ w["read"],
    "half": lambda w, x: (hidden(w, x) @ w["read"]).astype(jnp.bfloat16),
    "stopped": lambda w, x: jax.lax.stop_gradient(hidden(w, x) @ w["read"]),
}
warnings.simplefilter("ignore")
for name, f in networks.items():
    export(f, before, after, x, f"{sys.argv[1]}/jax-{name}.npz", loss=(2, 1), targets=np.zeros((40, 3)), batch=7)
plain = np.load(sys.argv[1] + "/jax-plain.npz")
b, c = ({"a": {k: np.float64(np.float32(v)) for k, v in t["a"].items()}, "read": np.float64(np.float32(t["read"]))} for t in (before, after))
h = np.tanh(x @ b["a"]["w"] + b["a"]["b"])  # the derivative by hand
d = {"w": c["a"]["w"] - b["a"]["w"], "b": c["a"]["b"] - b["a"]["b"], "read": c["read"] - b["read"]}
slope = ((1 - h * h) * (x @ d["w"] + d["b"])) @ b["read"] + h @ d["read"]
assert np.allclose(plain["linear.start"], slope, rtol=1e-4, atol=1e-4), abs(plain["linear.start"] - slope).max()
assert np.allclose(plain["moved['read']"], [np.linalg.norm(d["read"]), np.linalg.norm(b["read"])], rtol=1e-4), sorted(plain)
for name in ("custom", "half", "stopped"):  # what forward mode cannot see is seen by differences
    other = np.load(f"{sys.argv[1]}/jax-{name}.npz")["linear.end"]
    assert np.linalg.norm(other - plain["linear.end"]) < 0.02 * np.linalg.norm(plain["linear.end"]), name
# A read-out on a frozen backbone is lazy however far it goes.
export(networks["plain"], before, {**before, "read": before["read"] + 10}, x, sys.argv[1] + "/jax-probe.npz")
PYTHON
    first=$(noisebook "$work/jax-probe.npz" | head -n 1)
    [ "${first%% (*}" = 'verdict: lazy' ] || { printf 'exporter: a linear probe in JAX is lazy, got %s\n' "$first" >&2; exit 1; }
    first=$(noisebook "$work"/jax-{plain,custom,half,stopped}.npz | head -n 1)
    [ "$first" = 'verdict: lazy, at a training loss of 2.000 → 1.000' ] || { printf 'exporter: JAX, %s\n' "$first" >&2; exit 1; }
    printf 'exporter: JAX passed, four kinds of functions\n'
else
    printf 'exporter: skipped, no Python with JAX\n'
fi
if ! python_with torch.func; then
    printf 'exporter: skipped, no Python with PyTorch\n'
    exit 0
fi
PYTHONPATH=$root/environment/export "$python" - "$work" <<'PYTHON'
import copy
import sys
import warnings
import torch
from checkpoint_torch import export

torch.manual_seed(0)
torch.set_num_threads(1)
nn, folder = torch.nn, sys.argv[1]
x = torch.randn(24, 5)


class Reverse(torch.autograd.Function):
    """tanh with a reverse rule alone."""

    @staticmethod
    def forward(ctx, z):
        ctx.save_for_backward(z)
        return z.tanh()

    @staticmethod
    def backward(ctx, slope):
        return slope * (1 - ctx.saved_tensors[0].tanh() ** 2)


class Of(nn.Module):
    def __init__(self, f, **parts):
        super().__init__()
        self.f, self.read = f, nn.Linear(8, 3)
        for name, part in parts.items():
            self.add_module(name, part)

    def forward(self, x):
        return self.read(self.f(self, x))


def attend(m, x):
    h = m.embed(x[..., None])
    return m.attention(h, h, h)[0].mean(1)


networks = {
    "plain": Of(lambda m, x: m.a(x).tanh(), a=nn.Linear(5, 8)),
    "statistics": Of(lambda m, x: m.b(m.a(x)).relu(), a=nn.Linear(5, 8), b=nn.BatchNorm1d(8)),
    "dropout": Of(lambda m, x: m.b(m.a(x)).tanh(), a=nn.Linear(5, 8), b=nn.Dropout()),
    "attention": Of(attend, embed=nn.Linear(1, 8), attention=nn.MultiheadAttention(8, 2, batch_first=True)),
    "encoder": Of(lambda m, x: m.b(m.a(x[..., None])).mean(1), a=nn.Linear(1, 8),
                  b=nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)),
    "lstm": Of(lambda m, x: m.a(x[..., None])[0][:, -1], a=nn.LSTM(1, 8, batch_first=True)),
    "bag": Of(lambda m, x: m.a((x * 3).long().abs()).tanh(), a=nn.EmbeddingBag(20, 8)),
    "custom": Of(lambda m, x: Reverse.apply(m.a(x)), a=nn.Linear(5, 8)),
    "detached": Of(lambda m, x: m.a(x).tanh().detach(), a=nn.Linear(5, 8)),
}
warnings.simplefilter("ignore")
for name, net in networks.items():
    before = copy.deepcopy(net.state_dict())
    with torch.no_grad():
        for w in net.parameters():
            w += 0.02 * torch.randn_like(w)
    if name == "statistics":
        net(x)  # moves them
    net.train()
    method = export(net, before, net, x, f"{folder}/{name}.npz", batch=7, loss=(2, 1), kernel=3, hidden=["read"])
    assert method == ("differences" if name in ("lstm", "bag", "custom", "detached") else "forward"), (name, method)
    assert all(module.training for module in net.modules()), "modes are restored"
    export(net, before, net, x, f"{folder}/{name}-differences.npz", method="differences")
half = {name: w.to(torch.bfloat16) for name, w in net.state_dict().items()}
torch.save({"model": {"module." + name: w for name, w in half.items()}}, folder + "/half.pt")
export(net, before, folder + "/half.pt", x, folder + "/half.npz")
for wrong, text in ((lambda: export(net, net.state_dict(), net, x, folder + "/no.npz"), "the same tensors"),
                    (lambda: export(Of(lambda m, x: torch.randn(len(x), 8)), Of(None), Of(None), x, ""), "random"),
                    (lambda: export(net, {"a.weight": x}, net, x, ""), "found no such array")):
    try:
        wrong()
        raise AssertionError("expected: " + text)
    except ValueError as error:
        assert text in str(error), error
# A read-out on a frozen backbone, which is lazy however far it goes.
net = Of(lambda m, x: m.a(x).relu(), a=nn.Linear(5, 8))
before = copy.deepcopy(net.state_dict())
with torch.no_grad():
    net.read.weight += 10 * torch.randn(3, 8)
export(net, before, net, x, folder + "/probe.npz")
PYTHON
first=$(noisebook "$work/probe.npz" | head -n 1)
[ "${first%% (*}" = 'verdict: lazy' ] || { printf 'exporter: a linear probe is lazy, got %s\n' "$first" >&2; exit 1; }
noisebook "$work"/{plain,statistics,dropout,attention,encoder,lstm,bag,custom,detached}.npz >/dev/null 2>&1 && exit 1 # nine trainings
for name in plain statistics dropout attention encoder lstm bag custom detached; do
    noisebook "$work/$name.npz" "$work/$name-differences.npz" >/dev/null
    # Forward mode and differences see the same departure, within 3 %.
    awk -F, 'NR > 1 { gsub(/"/, ""); split($3, d, " "); if (NR == 2) first = d[1]; else if (d[1] > 1.03 * first || first > 1.03 * d[1]) bad = 1 }
        END { exit bad || NR != 3 }' "$work/report/stops.csv" || { printf 'exporter: %s\n' "$name" >&2; cat "$work/report/stops.csv" >&2; exit 1; }
done
[ "$(noisebook "$work/half.npz" | cut -d ' ' -f 1 | head -n 1)" = verdict: ]
printf 'exporter: passed, nine kinds of modules\n'
