"""A convolution and its way back, with weights in the order that the processor wants.

PyTorch brings weights into that order at each call, which for a single picture takes up to as long
as the convolution itself.
"""

import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from visionlab.deep.passes.tape import Pair, Part, Tape


class Functions(NamedTuple):
    """What convolves: forward and back, and what brings weights into the order for each."""

    forward: Callable[..., Tensor]
    back: Callable[..., Tensor]
    order: Callable[..., Tensor]
    order_back: Callable[..., Tensor]


class Convolution(Part):
    """A convolution of maps of one size.

    Parameters
    ----------
    conv : Conv2d
        On the CPU, not in groups, padded with zeros.
    size : tuple of int
        Height and width of the maps that come.

    Attributes
    ----------
    size : tuple of int
        Height and width of the maps that it gives.
    forward_weight, back_weight : Tensor
        The weights, ordered for the way forth and back.
    """

    def __init__(self, conv: nn.Conv2d, size: Pair) -> None:
        self._bias = None if conv.bias is None else conv.bias.detach().contiguous()
        self._padding, self._stride = list(_pair(conv.padding)), list(_pair(conv.stride))
        kernel = conv.weight.shape[2:]
        given = list(zip(size, kernel, self._padding, self._stride, strict=True))
        self.size: Pair = _pair([(s + 2 * p - k) // step + 1 for s, k, p, step in given])
        made = zip(self.size, given, strict=True)
        self._left_out = [s - ((n - 1) * step - 2 * p + k) for n, (s, k, p, step) in made]
        weight = conv.weight.detach().contiguous()
        self._functions = functions() if weight.dtype == torch.float32 else PLAIN
        maps, slopes = (1, weight.shape[1], *size), (1, weight.shape[0], *self.size)
        self.forward_weight = self._functions.order(weight, self._padding, self._stride, maps)
        self.back_weight = self._functions.order_back(
            weight, self._padding, self._left_out, self._stride, slopes
        )

    def forward(self, x: Tensor, tape: Tape) -> Tensor:
        """Return the convolved maps."""
        weight = tape.weights[self]
        return self._functions.forward(x, weight, self._bias, self._padding, self._stride)

    def back(self, slope: Tensor, tape: Tape) -> Tensor:
        """Return the transposed convolution."""
        weight = tape.weights[self]
        return self._functions.back(slope, weight, self._padding, self._left_out, self._stride)


def _pair(value: Any) -> Pair:
    first, second = value
    return int(first), int(second)


def _plain_forward(
    x: Tensor, weight: Tensor, bias: Tensor | None, padding: list[int], stride: list[int]
) -> Tensor:
    return functional.conv2d(x, weight, bias, stride, padding)


def _plain_back(
    slope: Tensor, weight: Tensor, padding: list[int], left_out: list[int], stride: list[int]
) -> Tensor:
    return functional.conv_transpose2d(slope, weight, None, stride, padding, left_out)


def _same(weight: Tensor, *_: object) -> Tensor:
    return weight


PLAIN = Functions(_plain_forward, _plain_back, _same, _same)


@lru_cache(maxsize=1)
def functions() -> Functions:
    """Return oneDNN's functions, or PyTorch's own where it has none of these."""
    library: Any = torch.ops.mkldnn
    reorder: Any = getattr(torch._C._nn, "mkldnn_reorder_conv2d_weight", None)
    try:
        reorder_back = library._reorder_convolution_transpose_weight
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            forward: Any = torch.jit.script(_ordered_forward)
            back: Any = torch.jit.script(_ordered_back)
    except (AttributeError, RuntimeError, OSError):  # the last where sources are missing
        return PLAIN
    if reorder is None:
        return PLAIN
    once = (1, 1)

    def order(weight: Tensor, padding: list[int], stride: list[int], maps: tuple[int, ...]) -> Any:
        return reorder(weight.to_mkldnn(), padding, stride, once, 1, maps)

    def order_back(
        weight: Tensor, padding: list[int], left_out: list[int], stride: list[int],
        slopes: tuple[int, ...],
    ) -> Any:  # fmt: skip
        return reorder_back(weight, padding, left_out, stride, once, 1, slopes)

    return Functions(forward, back, order, order_back)


def _ordered_forward(
    x: Tensor, weight: Tensor, bias: Tensor | None, padding: list[int], stride: list[int]
) -> Tensor:
    nothing: list[int | float | complex | None] = []
    return torch.ops.mkldnn._convolution_pointwise(  # type: ignore[no-any-return]
        x, weight, bias, padding, stride, [1, 1], 1, "none", nothing, ""
    )


def _ordered_back(
    slope: Tensor, weight: Tensor, padding: list[int], left_out: list[int], stride: list[int]
) -> Tensor:
    nothing: list[int | float | complex | None] = []
    return torch.ops.mkldnn._convolution_transpose_pointwise(  # type: ignore[no-any-return]
        slope, weight, None, padding, left_out, stride, [1, 1], 1, "none", nothing, ""
    )
