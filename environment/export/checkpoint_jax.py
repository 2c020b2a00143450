"""Writes what `noisebook regime` reads of a JAX network; not run by the kit's tests."""
import jax
import numpy as np


def checkpoint(f, weights, x, file):
    """f(weights, point): one number; weights: a tree; x: probes, first axis."""
    rows = jax.vmap(jax.grad(f), in_axes=(None, 0))(weights, x)
    leaves = jax.tree_util.tree_leaves_with_path(weights)
    arrays = {"weights." + jax.tree_util.keystr(path): leaf for path, leaf in leaves}
    arrays["jacobian"] = np.concatenate([np.reshape(r, (len(x), -1)) for r in jax.tree_util.tree_leaves(rows)], 1)
    arrays["output"] = jax.vmap(f, in_axes=(None, 0))(weights, x)
    np.savez_compressed(file, **{name: np.asarray(array) for name, array in arrays.items()})
