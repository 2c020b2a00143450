"""Writes what `noisebook regime` reads of a JAX training; needs JAX, nothing else. Not run by the kit's tests.

    export(f, before, after, x, "training.npz", loss=(2.30, 0.05))
"""
import hashlib

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
            try:
                value, slope = jax.jvp(g, (w,), (change,))
            except TypeError:  # of functions with a reverse rule alone
                value, slope = g(w), (g(along(w, STEP)) - g(along(w, -STEP))) / (2 * STEP)
            values.append(np.asarray(value))
            slopes.append(np.asarray(slope))
        arrays["output." + moment], arrays["linear." + moment] = np.concatenate(values), np.concatenate(slopes)
    norms = lambda tree: jax.tree_util.tree_leaves_with_path(tree)
    for (path, d), (_, w) in zip(norms(change), norms(start)):
        arrays["moved" + jax.tree_util.keystr(path)] = np.array([np.linalg.norm(d), np.linalg.norm(w)], np.float64)
    probes = np.ascontiguousarray(x)
    digest = hashlib.sha256(str(list(probes.shape)).encode() + probes.tobytes()).digest()
    arrays["probes"] = np.frombuffer(digest, ">u4").astype(np.float64)
    if targets is not None:
        arrays["targets"] = np.asarray(targets, np.float64).reshape(count, -1)
    if loss is not None:
        arrays["loss"] = np.asarray(loss, np.float64).reshape(-1)
    np.savez_compressed(file, **arrays)
