"""Writes what `noisebook regime` reads of a JAX training; needs JAX, nothing else.

    export(f, before, after, x, "training.npz", loss=(2.30, 0.05))
"""
import hashlib
import warnings

import jax
import jax.numpy as jnp
import numpy as np

STEP = 0.01  # of central differences, in units of the whole change of the weights


def export(f, before, after, x, file, *, loss=None, targets=None, batch=0):
    """Evaluates the outputs at both ends and their derivatives along the change of the weights.

    f(weights, x): outputs, probes first, in evaluation mode, with the running statistics of the end. before, after: trees
    of floating weights of one form. x: probes of the task, about 100. loss: at the end, (at the start, at the end) or a history.
    """
    start, end = (jax.tree_util.tree_map(lambda w: jnp.asarray(w, jnp.float32), tree) for tree in (before, after))
    change = jax.tree_util.tree_map(jnp.subtract, end, start)
    along = lambda w, by: jax.tree_util.tree_map(lambda a, d: a + by * d, w, change)
    count = len(x)
    parts = [x[i:i + (batch or count)] for i in range(0, count, batch or count)]
    arrays = {}
    for moment, w in ("start", start), ("end", end):
        values, slopes = [], []
        for part in parts:
            g = lambda v: f(v, part).reshape(len(part), -1)
            other = (g(along(w, STEP)) - g(along(w, -STEP))) / (2 * STEP)
            try:
                value, slope = jax.jvp(g, (w,), (change,))
            except (TypeError, NotImplementedError, ValueError):  # of functions with a reverse rule alone, and callbacks
                value, slope = g(w), other
            eps = float(jnp.finfo(value.dtype).eps)
            value, slope, other = (np.asarray(a, np.float32) for a in (value, slope, other))  # numpy has no bfloat16
            # Rounding of the outputs, which differences divide by the step, is no disagreement.
            rounding = 16 * eps * np.linalg.norm(value) / STEP
            if np.linalg.norm(slope - other) > 0.5 * np.linalg.norm(other) + rounding:
                warnings.warn("forward mode and central differences disagree (a stopped gradient?); differences are used")
                slope = other
            values.append(value)
            slopes.append(slope)
        arrays["output." + moment], arrays["linear." + moment] = np.concatenate(values), np.concatenate(slopes)
    leaves = jax.tree_util.tree_leaves_with_path
    for (path, d), (_, w) in zip(leaves(change), leaves(start)):
        arrays["moved" + jax.tree_util.keystr(path)] = np.array([np.linalg.norm(d), np.linalg.norm(w)], np.float64)
    probes = np.ascontiguousarray(x)
    digest = hashlib.sha256(str(list(probes.shape)).encode() + probes.tobytes()).digest()
    arrays["probes"] = np.frombuffer(digest, ">u4").astype(np.float64)
    if targets is not None:
        arrays["targets"] = np.asarray(targets, np.float64).reshape(count, -1)
    if loss is not None:
        arrays["loss"] = np.asarray(loss, np.float64).reshape(-1)
    np.savez_compressed(file, **arrays)
