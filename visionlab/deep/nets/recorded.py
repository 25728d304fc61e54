"""A network's operations recorded once, to be run in one call without Python between them.

Each call from Python into PyTorch takes Python's lock anew. Beside a busy picture lane that wait is
longer than the operation itself: recorded, a small network answers twice as often.
"""

import warnings
from collections.abc import Sequence
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
    return _recorded(net, x) or net


def _recorded(net: nn.Module, x: Tensor) -> nn.Module | None:
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore", DeprecationWarning)
            record: nn.Module = torch.jit.trace(net, x, check_trace=False)  # type: ignore[no-untyped-call]
            return record
    except (AttributeError, RuntimeError):
        return None


class Watched(nn.Module):
    """A network that also returns what some of its parts give.

    Parameters
    ----------
    net : Module
    names : sequence of str
        Of parts that run once and whose output nothing changes in place.
    """

    def __init__(self, net: nn.Module, names: Sequence[str]) -> None:
        super().__init__()
        self.net = net
        self.names = tuple(names)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """Return logits (N, classes) of pictures (N, C, H, W), and each part's output."""
        found: dict[str, Tensor] = {}
        handles = [
            self.net.get_submodule(name).register_forward_hook(
                lambda _, __, made, name=name: found.__setitem__(name, made)
            )
            for name in self.names
        ]
        try:
            logits = self.net(x)
        finally:
            for handle in handles:
                handle.remove()
        return (logits, *(found[name] for name in self.names))


def watched(net: nn.Module, names: Sequence[str], x: Tensor) -> nn.Module | None:
    """Return what also gives the named parts' outputs, recorded; None where that cannot be had."""
    if not isinstance(net, PlainNet | ResidualNet):
        return None
    return _recorded(Watched(net, names), x)


def by_operations() -> AbstractContextManager[object]:
    """Let recorded networks run operation by operation, so that each is seen on the way back.

    PyTorch would join several into one for speed, and rules for one kind of them found none.
    """
    plainly = getattr(torch.jit, "optimized_execution", None)
    return plainly(False) if plainly else nullcontext()
