"""Calls of torch.nn.functional as the layers of torch.nn that do the same."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional

Layer = TypeVar("Layer", bound=nn.Module)


def _conv(
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> nn.Conv2d:
    out, each, height, width = weight.shape
    layer = nn.Conv2d(
        each * groups, out, (height, width), stride, padding, dilation, groups, bias is not None,
        device="meta",
    )  # fmt: skip
    return _with(layer, weight, bias)


def _linear(weight: Tensor, bias: Tensor | None = None) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias is not None, device="meta")
    return _with(layer, weight, bias)


def _norm(
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> nn.BatchNorm2d:
    if training or (weight is None) != (bias is None):
        raise ValueError("it normalises by the batch")
    layer = nn.BatchNorm2d(len(running_mean), eps, momentum, weight is not None, device="meta")
    layer.running_mean, layer.running_var = running_mean, running_var
    return _with(layer, weight, bias)


def _with(layer: Layer, weight: Tensor | None, bias: Tensor | None) -> Layer:
    """Give a layer its parameters."""
    for name, value in (("weight", weight), ("bias", bias)):
        if value is not None:
            setattr(layer, name, nn.Parameter(value, requires_grad=False))
    return layer


def _max_pool(
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> nn.MaxPool2d:
    return nn.MaxPool2d(kernel_size, stride, padding, dilation, return_indices, ceil_mode)


def _adaptive_max_pool(output_size: Any, return_indices: bool = False) -> nn.AdaptiveMaxPool2d:
    if return_indices:
        raise ValueError("it returns indices")
    return nn.AdaptiveMaxPool2d(output_size)


def _dropout(p: float = 0.5, training: bool = True, inplace: bool = False) -> nn.Identity:  # noqa: ARG001
    if training:
        raise ValueError("it drops values at random")
    return nn.Identity()


def _pad(pad: Any, mode: str = "constant", value: float | None = None) -> nn.ConstantPad2d:
    if mode != "constant" or len(pad) != 4:
        raise ValueError("only zeros around height and width are known")
    return nn.ConstantPad2d(tuple(pad), value or 0)


def _in_place(kind: type[nn.Module]) -> Callable[[], nn.Module]:
    return partial(kind, inplace=True)


FUNCTIONS: dict[Any, Callable[..., nn.Module]] = {
    torch.conv2d: _conv,
    functional.linear: _linear,
    functional.batch_norm: _norm,
    functional.max_pool2d: _max_pool,
    torch.max_pool2d: _max_pool,
    functional.avg_pool2d: nn.AvgPool2d,
    functional.adaptive_avg_pool2d: nn.AdaptiveAvgPool2d,
    functional.adaptive_max_pool2d: _adaptive_max_pool,
    functional.pad: _pad,
    functional.dropout: _dropout,
    functional.dropout2d: _dropout,
    functional.relu: nn.ReLU, torch.relu: nn.ReLU, "relu": nn.ReLU,
    torch.relu_: _in_place(nn.ReLU), "relu_": _in_place(nn.ReLU),
    functional.relu6: nn.ReLU6,
    functional.hardtanh: nn.Hardtanh,
    functional.hardswish: nn.Hardswish,
    functional.hardsigmoid: nn.Hardsigmoid,
    functional.sigmoid: nn.Sigmoid, torch.sigmoid: nn.Sigmoid, "sigmoid": nn.Sigmoid,
    functional.tanh: nn.Tanh, torch.tanh: nn.Tanh, "tanh": nn.Tanh,
    functional.gelu: nn.GELU,
    functional.silu: nn.SiLU,
    functional.mish: nn.Mish,
    functional.leaky_relu: nn.LeakyReLU,
    functional.elu: nn.ELU,
    functional.selu: nn.SELU,
    functional.softplus: nn.Softplus,
    "contiguous": nn.Identity,
}  # fmt: skip
"""What a traced graph may call, and the layer that does the same; a string is a method's name."""
