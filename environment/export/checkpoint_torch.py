"""Writes what `noisebook regime` reads of a PyTorch training. Needs PyTorch, nothing else.

    export(net, before, after, x, "training.npz", loss=(2.30, 0.05))

or, in a shell, where mymodel.py has a function or class `Net` that makes the module:

    python checkpoint_torch.py mymodel:Net before.pt after.pt x.pt training.npz
"""
import argparse
import contextlib
import ctypes
import hashlib
import importlib
import json
import os
import struct
import sys
import warnings
import zipfile

import torch
from torch.autograd import forward_ad
from torch.func import functional_call

STEP = 0.01  # of central differences, in units of the whole change of the weights
BLOCK = 1 << 28  # bytes of gradients that a kernel keeps at once
TYPES = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


def export(net, before, after, x, file, *, loss=None, output=None, targets=None, hidden=(), kernel=0, batch=0,
           dtype=torch.float32, method="auto"):
    """Evaluates the outputs at both ends and their derivatives along the change of the weights.

    net: the module. before, after: state dictionaries, modules, or paths of .pt or .safetensors files.
    x: probes of the task, about 100; a tensor, a tuple or a dict of tensors, probes first.
    loss: the training loss at the end, (at the start, at the end), or a history.
    output: a function of what net returns, to a tensor with probes first (default: the value itself).
    targets: what the outputs are trained to. hidden: names of submodules whose activations are compared.
    kernel: combinations of outputs in tangent kernels; 0 for none, at least the number of outputs for the exact kernel.
    batch: probes at a time (0: all). dtype: of the evaluation. method: "forward", "differences" or "auto".
    """
    parameters, buffers = dict(net.named_parameters()), dict(net.named_buffers())
    device = next(iter(parameters.values())).device
    first, last = (_state(net, end) for end in (before, after))
    trained = [name for name in parameters if parameters[name].is_floating_point()]
    for end in first, last:
        for name in trained:
            if name not in end or end[name].shape != parameters[name].shape:
                raise ValueError(f"{name}: expected shape {list(parameters[name].shape)} in the weights, found "
                                 + (str(list(end[name].shape)) if name in end else "no such array"))
    if all(first[name].data_ptr() == last[name].data_ptr() for name in trained):
        raise ValueError("before and after are the same tensors; keep copy.deepcopy(net.state_dict()) before training")
    cast = lambda t: t.detach().to(device, dtype if t.is_floating_point() else t.dtype)
    x = _each(x, cast)
    with _evaluation(net):
        start, end = ({name: cast(state[name]) for name in trained} for state in (first, last))
        # The end's buffers at both ends: a change of running statistics is not one of the weights.
        shared = {name: cast(last.get(name, value)) for name, value in buffers.items()}
        change = {name: end[name] - start[name] for name in trained}
        norm = lambda t: float(torch.linalg.vector_norm(t, dtype=torch.float64))
        arrays = {"moved." + name: torch.tensor([norm(change[name]), norm(start[name])], dtype=torch.float64)
                  for name in trained}
        count = len(_leaves(x)[0])
        parts = [_each(x, lambda t: t[i:i + (batch or count)]) for i in range(0, count, batch or count)]

        def f(weights, part):
            args, kwargs = ((), part) if isinstance(part, dict) else (part if isinstance(part, tuple) else (part,), {})
            out = functional_call(net, {**weights, **shared}, args, kwargs)
            out = out if output is None else output(out)
            return out.reshape(len(_leaves(part)[0]), -1)

        with torch.no_grad():
            one = parts[0]
            again = f(end, one)
            if (again - f(end, one)).norm() > 1e-3 * again.norm():
                raise ValueError("two evaluations differ: the network draws random numbers in eval mode; switch them off")
            method = _method(f, start, change, one, method)
            for moment, weights in ("start", start), ("end", end):
                found = [_linearise(f, weights, change, part, method) for part in parts]
                arrays["output." + moment] = torch.cat([value for value, _ in found])
                arrays["linear." + moment] = torch.cat([slope for _, slope in found])
                for name, value in _activations(net, hidden, f, weights, parts).items():
                    arrays[f"hidden.{moment}.{name}"] = value
        if kernel:
            width = arrays["output.start"].shape[1]
            mix = torch.eye(width) if kernel >= width else torch.randn(kernel, width, generator=torch.manual_seed(1))
            for moment, weights in ("start", start), ("end", end):
                arrays["kernel." + moment] = _kernel(f, weights, x, count, mix.to(device, dtype)) * width / len(mix)
    digest = hashlib.sha256()
    for leaf in _leaves(x):
        digest.update(str(list(leaf.shape)).encode() + _bytes(leaf))
    arrays["probes"] = torch.tensor(struct.unpack(">8I", digest.digest()), dtype=torch.float64)
    if targets is not None:
        arrays["targets"] = torch.as_tensor(targets).to(torch.float64).reshape(count, -1)
    if loss is not None:
        arrays["loss"] = torch.as_tensor(loss, dtype=torch.float64).reshape(-1)
    _write(file, arrays)
    return method


def _linearise(f, weights, change, part, method):
    """The output and its derivative along the change."""
    if method == "differences":
        ends = [f({name: torch.add(w, change[name], alpha=sign * STEP) for name, w in weights.items()}, part)
                for sign in (1, -1)]
        return f(weights, part), (ends[0] - ends[1]) / (2 * STEP)
    with forward_ad.dual_level():
        value, slope = forward_ad.unpack_dual(
            f({name: forward_ad.make_dual(w, change[name]) for name, w in weights.items()}, part))
    if slope is None:
        raise RuntimeError("forward-mode differentiation lost the derivative")
    return value, slope


def _method(f, weights, change, part, method):
    """Forward mode where it works and agrees with differences on the first probes; else differences."""
    if method != "auto":
        return method
    few = _each(part, lambda t: t[:8])
    try:
        value, slope = _linearise(f, weights, change, few, "forward")
    except (RuntimeError, NotImplementedError, TypeError):
        return "differences"
    other = _linearise(f, weights, change, few, "differences")[1]
    # Rounding of the outputs, which differences divide by the step, is no disagreement.
    rounding = 16 * torch.finfo(value.dtype).eps * value.norm() / STEP
    if (slope - other).norm() > 0.5 * other.norm() + rounding:
        warnings.warn("forward mode and central differences disagree (a detached part?); differences are used")
        return "differences"
    return "forward"


def _kernel(f, weights, x, count, mix):
    """The tangent kernel summed over combinations of outputs, by blocks of parameters: never all gradients at once."""
    most = max(1, BLOCK // (4 * count))
    blocks, room = [[]], most
    for name, w in weights.items():
        for at in range(0, w.numel(), most):
            size = min(most, w.numel() - at)
            if size > room:
                blocks, room = blocks + [[]], most
            blocks[-1].append((name, at, size))
            room -= size
    kernel = torch.zeros(count, count, dtype=torch.float64)
    for block in blocks:
        names = sorted({name for name, _, _ in block})
        leaves = {name: w.detach().requires_grad_(name in names) for name, w in weights.items()}
        rows = torch.empty(count, sum(size for _, _, size in block))
        for u in mix:
            for i in range(count):
                out = f(leaves, _each(x, lambda t: t[i:i + 1]))[0] @ u
                slopes = torch.autograd.grad(out, [leaves[name] for name in names], allow_unused=True)
                slopes = {name: slope for name, slope in zip(names, slopes)}
                rows[i] = torch.cat([torch.zeros(size) if slopes[name] is None
                                     else slopes[name].reshape(-1)[at:at + size].cpu() for name, at, size in block])
            kernel += (rows @ rows.T).double()
    return kernel


def _activations(net, names, f, weights, parts):
    kept = {name: [] for name in names}
    modules = dict(net.named_modules())
    handles = [modules[name].register_forward_hook(
        lambda _, __, out, name=name: kept[name].append(out.reshape(len(out), -1))) for name in names]
    try:
        for part in parts if names else ():
            f(weights, part)
    finally:
        for handle in handles:
            handle.remove()
    return {name: torch.cat(values) for name, values in kept.items()}


@contextlib.contextmanager
def _evaluation(net):
    """Eval mode, which switches dropout off, and attention that can be differentiated forward; all restored."""
    modes = [(module, module.training) for module in net.modules()]
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(ImportError):
            from torch.nn.attention import SDPBackend, sdpa_kernel
            stack.enter_context(sdpa_kernel(SDPBackend.MATH))
        mha = getattr(torch.backends, "mha", None)
        fast = mha and mha.get_fastpath_enabled()
        try:
            if mha:
                mha.set_fastpath_enabled(False)
            net.eval()
            yield
        finally:
            if mha:
                mha.set_fastpath_enabled(fast)
            for module, mode in modes:
                module.training = mode


def _state(net, source):
    """Arrays by the names of the module, without the prefixes that wrappers add."""
    if isinstance(source, torch.nn.Module):
        source = source.state_dict()
    elif isinstance(source, (str, os.PathLike)):
        path = os.fspath(source)
        source = _safetensors(path) if path.endswith(".safetensors") else torch.load(
            path, map_location="cpu", weights_only=True)
    wanted = set(dict(net.named_parameters()))
    for inner in [source] + [value for value in source.values() if isinstance(value, dict)]:
        for prefix in "", "module.", "_orig_mod.", "model.":
            names = {name.removeprefix(prefix): value for name, value in inner.items() if torch.is_tensor(value)}
            if wanted & names.keys():
                return names
    raise ValueError("the weights hold none of the parameters of the network, such as " + sorted(wanted)[0])


def _safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    return {name: torch.frombuffer(data, dtype=TYPES[one["dtype"]], offset=one["data_offsets"][0],
                                   count=int(torch.Size(one["shape"]).numel())).reshape(one["shape"])
            for name, one in header.items() if one.get("dtype") in TYPES}


def _leaves(x):
    return list(x.values()) if isinstance(x, dict) else list(x) if isinstance(x, tuple) else [x]


def _each(x, change):
    if isinstance(x, dict):
        return {name: change(value) for name, value in x.items()}
    return tuple(change(value) for value in x) if isinstance(x, tuple) else change(x)


def _bytes(tensor):
    tensor = tensor.detach().cpu().contiguous()
    return ctypes.string_at(tensor.data_ptr(), tensor.numel() * tensor.element_size())


def _write(file, arrays):
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in arrays.items():
            array = array if array.dtype == torch.float64 else array.float()
            header = repr({"descr": f"<f{array.element_size()}", "fortran_order": False, "shape": tuple(array.shape)})
            header += " " * (-(len(header) + 11) % 64) + "\n"
            with archive.open(name + ".npy", "w", force_zip64=True) as member:
                member.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + _bytes(array))


def main():
    parser = argparse.ArgumentParser(description="Writes what `noisebook regime` reads of a PyTorch training.")
    for name, text in (("network", "MODULE:NAME of what makes the network"), ("before", "weights, .pt or .safetensors"),
                       ("after", "the same after training"), ("probes", "a .pt file of about 100 inputs"),
                       ("file", "the .npz file to write")):
        parser.add_argument(name, help=text)
    parser.add_argument("--loss", type=float, nargs="+", help="training loss at the end, or at the start and the end")
    parser.add_argument("--kernel", type=int, default=0, help="combinations of outputs in tangent kernels; 0 for none")
    parser.add_argument("--batch", type=int, default=0, help="probes at a time; 0 for all")
    options = parser.parse_args()
    sys.path.insert(0, os.getcwd())
    module, _, name = options.network.partition(":")
    net = getattr(importlib.import_module(module), name)()
    x = torch.load(options.probes, map_location="cpu", weights_only=True)
    method = export(net, options.before, options.after, x, options.file, loss=options.loss, kernel=options.kernel,
                    batch=options.batch)
    print(f"{options.file}: written ({'forward mode' if method == 'forward' else 'central differences'});"
          f" type: noisebook regime {options.file}")


if __name__ == "__main__":
    main()
