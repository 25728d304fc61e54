"""Convolutions whose weights are brought into the processor's order once, not at every call.

PyTorch's own convolution orders them anew each time, which for a few small boxes takes up to a
third of the time. What orders them once is what its compiler calls; where that is missing or does
not serve, the convolution is PyTorch's own. A 1x1 convolution is one product of matrices, and
sooner as such.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

Pair = tuple[int, int]
Convolution = Callable[[Tensor, Pair, Pair], Tensor]
"""Takes maps (N, C, H, W), stride and padding."""


def convolution(
    weight: Tensor, bias: Tensor | None, stride: Pair, dilation: Pair, groups: int
) -> Convolution:
    """Return a convolution by `weight`; `stride` is the one it will mostly be called with."""
    if weight.shape[2:] == (1, 1) and groups == 1:
        return partial(_product, weight[:, :, 0, 0].contiguous().t(), bias)
    ordered = _ordered(weight, stride, dilation, groups)
    if ordered is None:
        return partial(_plain, weight, bias, dilation, groups)
    return partial(_packed, ordered, bias, dilation, groups)


def _ordered(weight: Tensor, stride: Pair, dilation: Pair, groups: int) -> Tensor | None:
    """Return the weights in the processor's own order; None where there is no such order."""
    if weight.device.type != "cpu" or weight.dtype != torch.float32:
        return None
    functions: Any = torch._C._nn
    try:
        torch.ops.mkldnn._convolution_pointwise  # noqa: B018
        plain = weight.detach().contiguous().to_mkldnn()
        ordered: Tensor = functions.mkldnn_reorder_conv2d_weight(
            plain, (0, 0), stride, dilation, groups
        )
    except (AttributeError, RuntimeError):
        return None
    return ordered


def _product(weight: Tensor, bias: Tensor | None, x: Tensor, stride: Pair, padding: Pair) -> Tensor:
    if padding != (0, 0):
        x = functional.pad(x, (padding[1], padding[1], padding[0], padding[0]))
    places = x.permute(0, 2, 3, 1)[:, :: stride[0], :: stride[1]]
    rows = places.reshape(-1, weight.shape[0])
    y = rows @ weight if bias is None else torch.addmm(bias, rows, weight)
    return y.view(*places.shape[:3], -1).permute(0, 3, 1, 2)


def _plain(
    weight: Tensor, bias: Tensor | None, dilation: Pair, groups: int,
    x: Tensor, stride: Pair, padding: Pair,
) -> Tensor:  # fmt: skip
    return functional.conv2d(x, weight, bias, stride, padding, dilation, groups)


def _packed(
    weight: Tensor, bias: Tensor | None, dilation: Pair, groups: int,
    x: Tensor, stride: Pair, padding: Pair,
) -> Tensor:  # fmt: skip
    function: Any = torch.ops.mkldnn._convolution_pointwise
    y: Tensor = function(x, weight, bias, padding, stride, dilation, groups, "none", [], "")
    return y
