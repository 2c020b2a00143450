"""Writes what `noisebook regime` reads of a PyTorch network: checkpoint(net, x, "before.npz"), the same after training."""
import numpy as np
import torch
from torch.func import functional_call, jacrev, vmap


def checkpoint(net, x, file, targets=None, hidden=None):
    """net: one output a point; x: probes, first axis; hidden: a function of x to activations, or None."""
    weights = {k: v.detach() for k, v in net.named_parameters()}
    one = lambda w, point: functional_call(net, w, (point[None],)).reshape(())
    rows = vmap(jacrev(one), in_dims=(None, 0))(weights, x)
    arrays = {"weights." + k: v for k, v in weights.items()}
    arrays["jacobian"] = torch.cat([rows[k].reshape(len(x), -1) for k in weights], 1)
    arrays["output"] = net(x).reshape(len(x))
    arrays.update({} if targets is None else {"targets": targets})
    arrays.update({} if hidden is None else {"hidden": hidden(x)})
    np.savez_compressed(file, **{k: v.detach().cpu().numpy() for k, v in arrays.items()})
