"""Networks of many kinds, trained beside their tangent models: what each is, and what `noisebook regime` says of it.

    python regime_zoo.py rows FILE.csv [SECONDS]     trains (an hour on one core), one row per network and stop
    python regime_zoo.py table FILE.csv ...          the confusion table of these rows
"""
import csv
import gzip
import math
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "environment" / "export"))
LAZY, RICH = 0.1, 2 / 3  # limits of the verdict
TRUE_LAZY, TRUE_RICH = 0.1, 0.5  # distance of the tangent model that is trained itself
SEEDS, TRAIN, TEST, PROBES, STEPS, STOPS = 3, 160, 200, 100, 200, (0.5, 0.1, 0.02)
# Families on which the limits of your-network.md, section 3b, were set.
SET_ON = {"mlp relu digits", "biases digits", "standard digits"}


def data(name, torch):
    if name == "digits":
        rows = [[float(v) for v in line.split(b",")] for line in gzip.open(ROOT / "datasets/digits.csv.gz")]
        table = torch.tensor(rows)
        x, y = table[:, :64].reshape(-1, 1, 8, 8) / 8 - 1, table[:, 64].long()
    else:
        folder = ROOT / "datasets/fashion-mnist"
        pixels = gzip.open(folder / "t10k-images-idx3-ubyte.gz").read()[16:]
        x = torch.frombuffer(bytearray(pixels), dtype=torch.uint8).reshape(-1, 1, 28, 28).float() / 128 - 1
        x = torch.nn.functional.avg_pool2d(x[:, :, 2:26, 2:26], 3)
        y = torch.tensor(list(gzip.open(folder / "t10k-labels-idx1-ubyte.gz").read()[8:]))
    return x, y


def network(kind, act, k, torch):
    nn = torch.nn
    act = {"relu": nn.ReLU, "gelu": nn.GELU, "tanh": nn.Tanh}[act]
    if kind == "rnn":
        class Recurrent(nn.Module):
            def __init__(self):
                super().__init__()
                self.read, self.again, self.last = nn.Linear(8, 48), nn.Linear(48, 48), nn.Linear(48, k)

            def forward(self, x):
                h = x.new_zeros(len(x), 48)
                for row in x[:, 0].unbind(1):
                    h = torch.tanh(self.read(row) + self.again(h))
                return self.last(h)
        return Recurrent()
    if kind == "cnn":
        return nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), act(), nn.Conv2d(16, 24, 3, stride=2, padding=1), act(),
                             nn.Flatten(), nn.Linear(384, k))
    if kind == "transformer":
        class Block(nn.Module):
            def __init__(self, d):
                super().__init__()
                self.one, self.two, self.qkv, self.out = nn.LayerNorm(d), nn.LayerNorm(d), nn.Linear(d, 3 * d), nn.Linear(d, d)
                self.mlp = nn.Sequential(nn.Linear(d, 2 * d), act(), nn.Linear(2 * d, d))

            def forward(self, h):
                q, key, v = (t.unflatten(-1, (4, -1)).transpose(1, 2) for t in self.qkv(self.one(h)).chunk(3, -1))
                a = (q @ key.transpose(-1, -2) / math.sqrt(q.shape[-1])).softmax(-1) @ v
                h = h + self.out(a.transpose(1, 2).flatten(2))
                return h + self.mlp(self.two(h))

        class Transformer(nn.Module):
            def __init__(self):
                super().__init__()
                self.place = nn.Parameter(torch.randn(8, 32) / 4)
                self.read, self.blocks, self.last = nn.Linear(8, 32), nn.Sequential(Block(32), Block(32)), nn.Linear(32, k)

            def forward(self, x):
                return self.last(self.blocks(self.read(x[:, 0]) + self.place).mean(1))
        return Transformer()
    width = int(kind.partition(":")[2] or 64)
    return nn.Sequential(nn.Flatten(), nn.Linear(64, width), act(), nn.Linear(width, width), act(), nn.Linear(width, k))


def members():
    """(family, kind, activation, data, scale, optimiser, trained, loss)"""
    for family, kind, act, name, scales in (
            ("mlp relu digits", "mlp", "relu", "digits", (0.3, 1, 3, 10, 30, 100, 300, 1000, 3000)),
            ("mlp gelu digits", "mlp", "gelu", "digits", (1, 3, 10, 30, 100, 300)),
            ("cnn digits", "cnn", "relu", "digits", (1, 3, 10, 30, 100, 300, 1000)),
            ("transformer digits", "transformer", "gelu", "digits", (1, 3, 10, 30, 100)),
            ("rnn digits", "rnn", "tanh", "digits", (1, 3, 10, 30, 100)),
            ("mlp relu fashion", "mlp", "relu", "fashion", (1, 3, 10, 30, 100, 300, 1000, 3000)),
            ("cnn fashion", "cnn", "gelu", "fashion", (1, 3, 10, 30, 100, 300)),
            ("wide mlp fashion", "mlp:256", "gelu", "fashion", (1, 3, 10, 30, 100))):
        for scale in scales:
            yield family, kind, act, name, scale, "momentum", "all", "ce"
    for scale in (1, 3, 10, 30, 100, 300):
        yield "biases digits", "mlp", "relu", "digits", scale, "momentum", "bias", "ce"
        yield "regression digits", "mlp", "relu", "digits", scale, "momentum", "all", "mse"
        yield "fine-tuning digits", "mlp", "relu", "digits", scale, "momentum", "tune", "ce"
        yield "fine-tuning fashion", "cnn", "relu", "fashion", scale, "momentum", "tune", "ce"
    yield "standard digits", "mlp", "relu", "digits", 1, "adam", "all", "ce"
    for scale in (1, 10, 100, 1000):
        yield "adam digits", "mlp", "gelu", "digits", scale, "adam", "all", "ce"
        yield "minibatches fashion", "mlp", "relu", "fashion", scale, "sgd", "all", "ce"
    for name in ("digits", "fashion"):
        yield "linear probe", "cnn", "relu", name, 1, "momentum", "last", "ce"


def rows(file, seconds):
    import torch
    from torch.func import functional_call, jvp
    torch.set_num_threads(1)
    stop = time.process_time() + seconds

    def run(writer, seed, member):
        family, kind, act, name, alpha, optimiser, trained, loss = member
        torch.manual_seed(1000 * seed + 1)
        x, y = data(name, torch)
        order = torch.randperm(len(x))
        if trained == "tune":  # learned on five classes before, to be tuned to the other five
            early, order = order[y[order] < 5][:400], order[y[order] >= 5]
        need = TRAIN + TEST + PROBES
        x, y, old = x[order[:need]], y[order[:need]] % (5 if trained == "tune" else 10), (x, y)
        k = 1 if loss == "mse" else int(y.max()) + 1
        target = (y % 2 * 2.0 - 1)[:, None] if loss == "mse" else y
        net = network(kind, act, k, torch)
        if trained == "tune":
            adam = torch.optim.Adam(net.parameters(), 2e-3)
            for _ in range(150):
                adam.zero_grad()
                torch.nn.functional.cross_entropy(net(old[0][early]), old[1][early]).backward()
                adam.step()
        names = [n for n, _ in net.named_parameters()]
        free = [n for n in names if trained in ("all", "tune") or (trained == "bias" and n.endswith("bias"))
                or (trained == "last" and n.split(".")[0] == names[-1].split(".")[0])]
        fixed = {n: p.detach() for n, p in net.named_parameters()}
        w0 = [fixed[n].clone() for n in free]
        f = lambda w, at: functional_call(net, {**fixed, **dict(zip(free, w))}, (at,))
        with torch.no_grad():
            base = f(w0, x)
        lin = lambda w, at: jvp(lambda *v: f(v, at), tuple(w0), tuple(a - b for a, b in zip(w, w0)))[1]
        exact = lambda w, at, i: f(w, at) - base[i]

        def measure(out, i):
            out = alpha * out
            return (torch.nn.functional.cross_entropy(out, target[i]) if loss == "ce" else ((out - target[i]) ** 2).mean())

        # The largest eigenvalue of the tangent kernel sets the step.
        train, test = torch.arange(TRAIN), torch.arange(TRAIN, TRAIN + TEST)
        held = torch.arange(TRAIN + TEST, need)
        v = [torch.randn_like(a) for a in w0]
        for _ in range(8):
            size = math.sqrt(sum(float((a * a).sum()) for a in v))
            v = [a / size for a in v]
            u = jvp(lambda *a: f(a, x[train]), tuple(w0), tuple(v))[1]
            leaves = [a.clone().requires_grad_() for a in w0]
            v = torch.autograd.grad((f(leaves, x[train]) * u).sum() / TRAIN, leaves)
        top = math.sqrt(sum(float((a * a).sum()) for a in v))
        rate = {"momentum": 1, "sgd": 1, "adam": 0}[optimiser] / top * (1 if loss == "ce" else 0.25) or 2e-3 / alpha
        models = []
        for model in exact, lin:
            w = [a.clone().requires_grad_() for a in w0]
            rule = (torch.optim.Adam(w, rate) if optimiser == "adam" else
                    torch.optim.SGD(w, rate, momentum=0.9 if optimiser == "momentum" else 0))
            models.append((model, w, rule))
        first = float(measure(0 * base[train], train))
        crossings, losses = [{}, {}], [first, first]
        path, w_stops = [], {}
        draws = torch.Generator().manual_seed(seed)
        for step in range(1, STEPS + 1):
            batch = torch.randperm(TRAIN, generator=draws)[:32] if optimiser == "sgd" else train
            for m, (model, w, rule) in enumerate(models):
                if m == 0 and all(s in crossings[0] for s in STOPS):
                    continue
                now = measure(model(w, x[batch], batch) if m == 0 else model(w, x[batch]), batch)
                gradient = torch.autograd.grad(now / alpha ** 2, w)
                for a, g in zip(w, gradient):
                    a.grad = g
                rule.step()
                if optimiser != "sgd":
                    losses[m] = float(now)
                elif step % 10 == 0:
                    with torch.no_grad():
                        losses[m] = float(measure(model(w, x[train], train) if m == 0 else model(w, x[train]), train))
                with torch.no_grad():
                    for s in STOPS:
                        if losses[m] < s * first and s not in crossings[m]:
                            crossings[m][s] = step
                            if m == 0:
                                w_stops[s] = ([a.detach().clone() for a in models[0][1]], losses[0], None)
                            else:
                                path.append((s, alpha * lin(w, x[test])))
            for s in w_stops:  # the tangent model at the same step
                if w_stops[s][2] is None:
                    with torch.no_grad():
                        w_stops[s] = (*w_stops[s][:2], alpha * lin(models[1][1], x[test]))
            if all(s in crossings[m] for s in STOPS for m in (0, 1)) or not math.isfinite(losses[0]):
                break
        if not math.isfinite(losses[0]):
            return
        if STOPS[-1] not in w_stops:
            with torch.no_grad():
                w_stops[0] = ([a.detach().clone() for a in models[0][1]], losses[0], alpha * lin(models[1][1], x[test]))
        same_loss = dict(path)
        for s, (w, now, tangent) in w_stops.items():
            change = tuple(a - b for a, b in zip(w, w0))
            with torch.no_grad():
                true = alpha * exact(w, x[test], test)
                apart = lambda other: float((other - true).norm() / true.norm())
                row = dict(family=family, scale=alpha, seed=seed, stop=s, loss="%.4g" % now, step=crossings[0].get(s, STEPS),
                           T_S="%.4g" % apart(tangent), T_L="%.4g" % apart(same_loss[s]) if s in same_loss else "")
                for where, i in ("train", train[:PROBES]), ("held", held), ("pool", test):
                    slopes = [jvp(lambda *a: f(a, x[i]), tuple(at), change)[1] for at in (w0, w)]
                    for key, (value, error) in measures(exact(w, x[i], i), *slopes).items():
                        row[f"{key}_{where}"], row[f"se_{key}_{where}"] = "%.4g" % value, "%.3g" % error
                half = exact([(a + b) / 2 for a, b in zip(w, w0)], x[held], held)
                whole = exact(w, x[held], held)
                row["half_held"] = "%.4g" % float((whole - 2 * half).norm() / whole.norm())
            writer.writerow(row)

    keys = ["family", "scale", "seed", "stop", "loss", "step", "T_S", "T_L", "half_held"] + [
        p + m + "_" + w for w in ("train", "held", "pool") for m in ("d1", "d2", "ds") for p in ("", "se_")]
    with open(file, "w", newline="") as out:
        writer = csv.DictWriter(out, keys, lineterminator="\n")
        writer.writeheader()
        for seed in range(1, SEEDS + 1):
            for member in members():
                if time.process_time() < stop:
                    run(writer, seed, member)
                    out.flush()


def measures(moved, start, end):
    """delta_1, delta_1' and delta_s with the delete-one error of their logarithms; as in Linearisation.java."""
    import torch
    part = lambda t: (t.double() ** 2).sum(1)
    a, b, c, d, e, m = (part(t) for t in (moved - start, moved - end, end - start, end, start, moved))
    found = {}
    for key, number in (("d1", lambda s: (s(a) / s(m)).sqrt()), ("d2", lambda s: (s(b) / s(m)).sqrt()),
                        ("ds", lambda s: s(c).sqrt() / (s(d).sqrt() + s(e).sqrt()))):
        logs, n = number(lambda t: t.sum() - t).log(), len(a)
        error = ((n - 1) / n * ((logs - logs.mean()) ** 2).sum()).sqrt()
        found[key] = float(number(torch.sum)), float(error)
    return found


def table(files):
    """How often the verdict on held-out probes is what the trained tangent model says, by equal steps and by equal loss."""
    found = [row for file in files for row in csv.DictReader(open(file))]
    groups = {"families that set the limits": lambda f: f in SET_ON, "all others": lambda f: f not in SET_ON}
    groups.update({f: (lambda g: lambda f: f == g)(f) for f in sorted({row["family"] for row in found})})
    kinds = ("lazy", "between", "rich")

    def verdict(row, where="held"):
        d1, d2, ds = (float(row[f"{m}_{where}"]) for m in ("d1", "d2", "ds"))
        return kinds[0] if max(d1, d2) < LAZY else kinds[2] if ds > RICH else kinds[1]

    for truth, title in ("T_S", "equal steps"), ("T_L", "equal loss"):
        print(f"\nTangent model at {title}; rows of the truth lazy, between, rich, in them the verdicts lazy/between/rich\n")
        print(f"{'families':29}{'rows':>5}{'right':>7}{'false lazy':>12}{'false rich':>12}{'swaps':>7}   lazy      between   rich")
        for name, holds in groups.items():
            count = {(t, v): 0 for t in kinds for v in kinds}
            for row in found:
                if holds(row["family"]) and row[truth] not in ("", "nan"):
                    far = float(row[truth])
                    count[kinds[0] if far < TRUE_LAZY else kinds[2] if far > TRUE_RICH else kinds[1], verdict(row)] += 1
            n, said = sum(count.values()), {v: sum(count[t, v] for t in kinds) for v in kinds}
            false = {v: f"{said[v] - count[v, v]} of {said[v]}" for v in kinds}
            cells = "".join(f"{'/'.join(str(count[t, v]) for v in kinds):10}" for t in kinds)
            print(f"{name:29}{n:5}{sum(count[k, k] for k in kinds) / max(n, 1):7.2f}{false['lazy']:>12}{false['rich']:>12}"
                  f"{count['lazy', 'rich'] + count['rich', 'lazy']:7}   {cells}".rstrip())
    other = sum(verdict(row) != verdict(row, "train") for row in found)
    print(f"\nVerdicts on training probes that differ from held-out ones: {other} of {len(found)}")
    for key in "d1", "d2", "ds":
        pairs = [[float(row[f"{p}{key}_{w}"]) for w in ("held", "pool") for p in ("", "se_")] for row in found if row.get(key + "_pool")]
        inside = [abs(math.log(a / b)) < 1.98 * math.hypot(s, t) for a, s, b, t in pairs if 1e-5 < a < 100]
        print(f"95 % jackknife intervals of {key} on 100 probes, against 200 others: {sum(inside) / len(inside):.3f} of {len(inside)} agree")


if __name__ == "__main__":
    if sys.argv[1] == "rows":
        rows(sys.argv[2], float(sys.argv[3]) if len(sys.argv) > 3 else math.inf)
    else:
        table(sys.argv[2:])
