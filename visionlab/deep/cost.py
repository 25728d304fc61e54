"""What a network costs: parameters, and multiplications for one picture."""

from typing import Any

import torch
from torch import Tensor, nn


def parameters(net: nn.Module) -> int:
    """Return the number of learned values."""
    return sum(p.numel() for p in net.parameters())


@torch.inference_mode()
def multiplications(net: nn.Module, channels: int, size: int) -> int:
    """Return the multiplications of convolutions and linear layers for one picture.

    Parameters
    ----------
    net : Module
    channels, size : int
        Of the input, (1, channels, size, size).
    """
    total = 0

    def count(layer: nn.Module, _: Any, output: Tensor) -> None:
        nonlocal total
        weight = layer.weight
        assert isinstance(weight, Tensor)
        total += output.numel() * weight[0].numel()  # each output is a sum over one filter

    layers = [layer for layer in net.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    hooks = [layer.register_forward_hook(count) for layer in layers]
    try:
        net.eval()(torch.zeros(1, channels, size, size, device=next(net.parameters()).device))
    finally:
        for hook in hooks:
            hook.remove()
    return total
