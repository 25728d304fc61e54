"""A network's operations recorded once, to be run in one call without Python between them.

Each call from Python into PyTorch takes Python's lock anew. Beside a busy picture lane that wait is
longer than the operation itself: recorded, a small network answers twice as often.
"""

import warnings
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn

from visionlab.deep.nets.plain import PlainNet
from visionlab.deep.nets.residual import ResidualNet


def recorded(net: nn.Module, x: Tensor) -> nn.Module:
    """Return one of our networks as recorded operations, for the CPU; any other as it is.

    Parameters
    ----------
    net : Module
        In evaluation mode. Our networks do the same whatever the input: one record serves all.
    x : Tensor
        An input, (N, C, H, W); others may differ in N, H and W.

    Notes
    -----
    PyTorch calls these functions deprecated; what it names instead needs a C++ compiler on the
    person's computer. Where they are gone, the network runs as it is.
    """
    if not isinstance(net, PlainNet | ResidualNet):
        return net
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore", DeprecationWarning)
            record: nn.Module = torch.jit.trace(net, x, check_trace=False)  # type: ignore[no-untyped-call]
            return record
    except (AttributeError, RuntimeError):
        return net


def by_operations() -> AbstractContextManager[object]:
    """Let recorded networks run operation by operation, so that each is seen on the way back.

    PyTorch would join several into one for speed, and rules for one kind of them found none.
    """
    plainly = getattr(torch.jit, "optimized_execution", None)
    return plainly(False) if plainly else nullcontext()
