"""From a layer of torch.nn to an operation of a plan."""

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from visionlab.deep.incremental.ops import (
    AvgPool,
    Conv,
    Flatten,
    Linear,
    MaxPool,
    Mean,
    Norm,
    Op,
    Pad,
    Pair,
    Pointwise,
    Pooled,
    Window,
)
from visionlab.deep.incremental.plan import CannotTrace

POINTWISE = (
    nn.ReLU, nn.ReLU6, nn.Hardswish, nn.Hardsigmoid, nn.Hardtanh, nn.Sigmoid, nn.LogSigmoid,
    nn.Tanh, nn.GELU, nn.SiLU, nn.Mish, nn.LeakyReLU, nn.ELU, nn.SELU, nn.CELU, nn.Softplus,
    nn.Softsign,
)  # fmt: skip
NOTHING = (
    nn.Identity, nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout,
    nn.FeatureAlphaDropout,
)  # fmt: skip


def pointwise(layer: nn.Module) -> Pointwise:
    """Return the activation as a function that overwrites its argument where it can."""
    if isinstance(layer, nn.ReLU):
        return torch.relu_
    if hasattr(layer, "inplace"):
        layer = copy.copy(layer)  # the network's own stays as it is
        layer.inplace = True  # type: ignore[assignment]
    function: Pointwise = layer.forward
    return function


def operation(layer: nn.Module, size: Pair) -> Op:
    """Return the operation of a layer that reads a map of this height and width.

    Raises
    ------
    CannotTrace
        Changes cannot be followed through it.
    """
    build = LAYERS.get(type(layer))
    if build is None:
        raise CannotTrace(f"Changes cannot be followed through {type(layer).__name__} layers.")
    return build(layer, size)


def conv(layer: nn.Conv2d, _: Pair) -> Conv:
    """Read a convolution."""
    if layer.padding_mode != "zeros":
        raise CannotTrace(f'Changes cannot be followed through "{layer.padding_mode}" padding.')
    kernel, dilation = pair(layer.kernel_size), pair(layer.dilation)
    before = after = (0, 0)
    if layer.padding == "same":
        total = [spread * (length - 1) for spread, length in zip(dilation, kernel, strict=True)]
        before = (total[0] // 2, total[1] // 2)
        after = (total[0] - before[0], total[1] - before[1])
    elif layer.padding != "valid":
        before = after = pair(layer.padding)
    window = Window(kernel, pair(layer.stride), dilation, before, after)
    weight = layer.weight.detach().contiguous(memory_format=torch.channels_last)
    return Conv(
        window=window,
        per_place=weight.numel(),
        weight=weight,
        bias=None if layer.bias is None else layer.bias.detach(),
        groups=layer.groups,
    )


def norm(layer: nn.BatchNorm2d | nn.BatchNorm1d, _: Pair) -> Norm:
    """Read a batch normalisation with its running statistics."""
    mean, var = layer.running_mean, layer.running_var
    if mean is None or var is None:
        raise CannotTrace("A batch normalisation without running statistics mixes the positions.")
    factor = torch.rsqrt(var.double() + layer.eps)
    if layer.affine:
        factor = factor * layer.weight.detach().double()
    summand = -mean.double() * factor
    if layer.affine:
        summand = summand + layer.bias.detach().double()
    return Norm(factor=factor.to(mean.dtype), summand=summand.to(mean.dtype))


def max_pool(layer: nn.MaxPool2d, _: Pair) -> MaxPool:
    """Read a max pooling."""
    if layer.return_indices:
        raise CannotTrace("Changes cannot be followed through the indices of a max pooling.")
    padding = pair(layer.padding)
    kernel, stride = pair(layer.kernel_size), pair(layer.stride or layer.kernel_size)
    window = Window(kernel, stride, pair(layer.dilation), padding, padding)
    return MaxPool(window=window, ceil=layer.ceil_mode)


def avg_pool(layer: nn.AvgPool2d, size: Pair) -> AvgPool:
    """Read an average pooling."""
    kernel, stride = pair(layer.kernel_size), pair(layer.stride or layer.kernel_size)
    padding = pair(layer.padding)
    window = Window(kernel, stride, (1, 1), padding, padding)
    divisor = layer.divisor_override
    even = layer.count_include_pad or padding == (0, 0)
    gains = None
    if divisor is None and (layer.ceil_mode or not even):
        gains = (
            _gains(window, 0, size, layer.count_include_pad),
            _gains(window, 1, size, layer.count_include_pad),
        )
    return AvgPool(
        window=window,
        ceil=layer.ceil_mode,
        include_pad=layer.count_include_pad,
        divisor=divisor,
        gains=gains,
    )


def _gains(window: Window, axis: int, size: Pair, include_pad: bool) -> Tensor:
    """Return the kernel's length over the number of rows or columns that count, for each output."""
    kernel, pad, length = window.kernel[axis], window.before[axis], size[axis]
    outputs = -(-(length + 2 * pad - kernel) // window.stride[axis]) + 1  # rounded up: one to spare
    start = torch.arange(outputs) * window.stride[axis] - pad
    end = (start + kernel).clamp(max=length + pad)
    if not include_pad:
        start, end = start.clamp(min=0), end.clamp(max=length)
    return kernel / (end - start)


def adaptive(layer: nn.AdaptiveAvgPool2d | nn.AdaptiveMaxPool2d, size: Pair) -> Op:
    """Read an adaptive pooling: a mean, a pooling of even parts, or of uneven ones."""
    asked = layer.output_size
    sides = (asked, asked) if isinstance(asked, int) or asked is None else asked
    out = (sides[0] or size[0], sides[1] or size[1])
    average = isinstance(layer, nn.AdaptiveAvgPool2d)
    if average and out == (1, 1):
        return Mean(keep=True)
    if any(own % side for own, side in zip(size, out, strict=True)) or out == (1, 1):
        pool = functional.adaptive_avg_pool2d if average else functional.adaptive_max_pool2d
        return Pooled(function=partial(pool, output_size=out))
    kernel = (size[0] // out[0], size[1] // out[1])
    window = Window(kernel, kernel)
    return AvgPool(window=window) if average else MaxPool(window=window)


def pad(layer: nn.ZeroPad2d | nn.ConstantPad2d, _: Pair) -> Pad:
    """Read a padding with zeros."""
    left, right, top, bottom = layer.padding
    if getattr(layer, "value", 0) != 0 or min(layer.padding) < 0:
        raise CannotTrace("Changes can be followed only through a padding with zeros.")
    return Pad(window=Window(before=(top, left), after=(bottom, right)))


def flatten(layer: nn.Flatten, _: Pair) -> Flatten:
    """Read a flattening of everything but the batch."""
    if layer.start_dim != 1 or layer.end_dim not in (-1, 3):
        raise CannotTrace("Changes can be followed only through a flattening from dimension 1 on.")
    return Flatten()


def linear(layer: nn.Linear, _: Pair) -> Linear:
    """Read a linear layer."""
    return Linear(
        per_place=layer.weight.numel(),
        weight=layer.weight.detach(),
        bias=None if layer.bias is None else layer.bias.detach(),
    )


def pair(value: Any) -> Pair:
    """Return one number as two."""
    if isinstance(value, int):
        return (value, value)
    numbers = tuple(value)
    return (numbers[0], numbers[-1])


LAYERS: dict[type[nn.Module], Callable[..., Op]] = {
    nn.Conv2d: conv,
    nn.BatchNorm2d: norm,
    nn.BatchNorm1d: norm,
    nn.MaxPool2d: max_pool,
    nn.AvgPool2d: avg_pool,
    nn.AdaptiveAvgPool2d: adaptive,
    nn.AdaptiveMaxPool2d: adaptive,
    nn.ZeroPad2d: pad,
    nn.ConstantPad2d: pad,
    nn.Flatten: flatten,
    nn.Linear: linear,
}
