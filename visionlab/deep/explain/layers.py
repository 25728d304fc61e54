"""The layers that class activation maps can look at.

A convolution counts with the normalisation and activation right behind it, under the name of the
last of these: its rectified feature maps are what the papers mean. A block of convolutions, such
as a residual one, counts by itself.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from visionlab.core.errors import ModelError

FOLLOWERS = (
    nn.BatchNorm2d, nn.GroupNorm, nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.PReLU, nn.SiLU, nn.GELU,
    nn.Hardswish, nn.ELU, nn.Mish,
)  # fmt: skip
Hook = Callable[[nn.Module, Any, Any], Any]


@dataclass(frozen=True)
class Layer:
    """Feature maps that a network computes.

    Attributes
    ----------
    name : str
        Of the module whose output they are, such as 'features.5' or 'stages.3.1'.
    channels, height, width : int
        Their shape.
    """

    name: str
    channels: int
    height: int
    width: int


@contextmanager
def hooked(modules: list[nn.Module], hook: Hook) -> Iterator[None]:
    """Call `hook` after each of the modules ran; none is left behind."""
    handles = [module.register_forward_hook(hook) for module in modules]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


_KNOWN: WeakKeyDictionary[nn.Module, dict[tuple[int, ...], tuple[Layer, ...]]] = WeakKeyDictionary()


def layers(net: nn.Module, values: Tensor) -> tuple[Layer, ...]:
    """Return the layers in the order in which they run; the last is the default of all methods.

    The first look at a network with inputs of this shape runs it once.

    Parameters
    ----------
    net : Module
        In evaluation mode.
    values : Tensor
        (1, C, H, W).
    """
    known = _KNOWN.setdefault(net, {})
    shape = tuple(values.shape)
    if shape not in known:
        known[shape] = _look(net, values)
    return known[shape]


@torch.inference_mode()
def _look(net: nn.Module, values: Tensor) -> tuple[Layer, ...]:
    names = {module: name for name, module in net.named_modules() if name}
    calls: list[tuple[nn.Module, Any, Any]] = []  # holds the tensors, so that no address is reused
    with hooked(list(names), lambda module, given, made: calls.append((module, given[:1], made))):
        net(values)
    once = [module for module, _, _ in calls]
    ends: list[tuple[Tensor, Layer | None]] = []
    for module, given, made in calls:
        if not isinstance(made, Tensor) or made.ndim != 4:
            continue
        layer = Layer(names[module], *made.shape[1:])
        if isinstance(module, FOLLOWERS):
            at = next((i for i, (out, _) in enumerate(ends) if given and given[0] is out), None)
            if at is not None:
                # A module that runs several times has no one output.
                kept = layer if once.count(module) == 1 else ends[at][1]
                ends[at] = (made, kept)
        elif _convolves(module) and all(made is not out for out, _ in ends):
            ends.append((made, layer if once.count(module) == 1 else None))
    found = [layer for _, layer in ends if layer is not None]
    return tuple(layer for layer in found if layer.height * layer.width > 1)


def _convolves(module: nn.Module) -> bool:
    if isinstance(module, nn.Sequential):  # its output is that of its last part
        return False
    return any(isinstance(part, nn.Conv2d) for part in module.modules())


def chosen(net: nn.Module, values: Tensor, name: str) -> str:
    """Return `name`, or the last layer's for ''.

    Raises
    ------
    ModelError
        The network has no such part, or no layer at all.
    """
    if name:
        if name not in dict(net.named_modules()):
            some = ", ".join(layer.name for layer in layers(net, values)[-3:])
            raise ModelError(f'The network has no layer "{name}"; the last are {some}.')
        return name
    found = layers(net, values)
    if not found:
        raise ModelError("No convolution of this network gives a map that is larger than a pixel.")
    return found[-1].name


def feature_maps(made: Any, name: str) -> Tensor:
    """Return a layer's output, checked to be maps (1, C, h, w).

    Raises
    ------
    ModelError
        It is something else.
    """
    if not isinstance(made, Tensor) or made.ndim != 4:
        raise ModelError(f'The layer "{name}" gives no maps; choose a convolution or a block.')
    return made
