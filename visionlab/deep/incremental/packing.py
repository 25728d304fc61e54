"""Convolutions whose weights are brought into the processor's order once, not at every call.

PyTorch's own convolution orders them anew each time, which for a few small boxes takes up to a
third of the time. What orders them once is what its compiler calls; where that is missing or does
not serve, the convolution is PyTorch's own. A 1x1 convolution is one product of matrices, and
sooner as such. So is one of many channels and few columns, what the windows see being written out
first: an ordered convolution goes row by row, and short rows keep less of the processor busy.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property, partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from visionlab.deep.incremental.products import CHOOSY, LEAST_ROWS, Product, one_is_sooner, product

Pair = tuple[int, int]
Convolution = Callable[[Tensor, Pair, Pair], Tensor]
"""Takes maps (N, C, H, W), stride and padding."""


USUAL = (16, 7)  # maps, and places along each side of the output, for which an order is asked
MOST_ORDERS = 8  # that are kept for these
NARROW = 6  # columns of an output that is sooner as a product,
MANY = (128, 64)  # from so many output and input channels on


def convolution(
    weight: Tensor, bias: Tensor | None, stride: Pair, dilation: Pair, groups: int
) -> Convolution:
    """Return a convolution by `weight`; `stride` is the one it will mostly be called with."""
    if weight.shape[2:] == (1, 1) and groups == 1:
        return _Windows(weight, bias, dilation)
    usual = ordered(weight, bias, stride, dilation, groups)
    if not isinstance(usual, _Ordered) or groups > 1 or not _many_channels(weight):
        return usual
    if not one_is_sooner():
        return usual
    return partial(_by_width, usual, _Windows(weight, bias, dilation))


def ordered(
    weight: Tensor, bias: Tensor | None, stride: Pair, dilation: Pair, groups: int
) -> Convolution:
    """Return the same, always row by row: what lies around the maps is not multiplied then."""
    if (
        weight.device.type == "cpu"
        and weight.dtype == torch.float32
        and not _spoiled(weight, stride, groups)
    ):
        with suppress(AttributeError, RuntimeError):  # there is no such order
            return _Ordered(weight, bias, stride, dilation, groups)
    return partial(_plain, weight, bias, dilation, groups)


def _spoiled(weight: Tensor, stride: Pair, groups: int) -> bool:
    """Return whether oneDNN 3.12, given ordered weights, may answer with what it did not write.

    It does with one input channel, another stride down than across, and a single column.
    """
    return weight.shape[1] == groups == 1 and stride[0] != stride[1]


def _many_channels(weight: Tensor) -> bool:
    return weight.shape[0] >= MANY[0] and weight.shape[1] >= MANY[1]


class _Ordered:
    """A convolution that keeps its weights in the orders that the processor wants.

    With another order than that it would be made anew at every call, which takes some
    milliseconds, longer than the convolution of many boxes.

    Raises
    ------
    RuntimeError, AttributeError
        There is no such order.
    """

    def __init__(
        self, weight: Tensor, bias: Tensor | None, stride: Pair, dilation: Pair, groups: int
    ) -> None:
        functions: Any = torch.ops.mkldnn
        self._convolve = functions._convolution_pointwise
        self._weight = weight.detach()
        self._bias = None if bias is None else bias.detach().contiguous()  # it is taken as such
        self._dilation, self._groups = dilation, groups
        count, side = USUAL
        reach = [(size - 1) * by + 1 for size, by in zip(weight.shape[2:], dilation, strict=True)]
        size = [(side - 1) * step + seen for step, seen in zip(stride, reach, strict=True)]
        self._usual = (count, weight.shape[1] * groups, *size)
        self._orders: dict[tuple[Pair, tuple[int, ...]], Tensor] = {}
        self._order(self._usual, stride, (0, 0))

    def _order(self, shape: tuple[int, ...], stride: Pair, padding: Pair) -> Tensor:
        """Return the weights in the order for maps (N, C, H, W)."""
        if self._weight.shape[0] % CHOOSY:
            shape, padding = self._usual, (0, 0)
        name = (stride, shape)
        if name not in self._orders:
            if len(self._orders) == MOST_ORDERS:
                del self._orders[next(iter(self._orders))]
            functions: Any = torch._C._nn
            self._orders[name] = functions.mkldnn_reorder_conv2d_weight(
                self._weight.contiguous().to_mkldnn(), padding, stride, self._dilation,
                self._groups, shape,
            )  # fmt: skip
        return self._orders[name]

    def __call__(self, x: Tensor, stride: Pair, padding: Pair) -> Tensor:
        order = self._order(tuple(x.shape), stride, padding)
        y: Tensor = self._convolve(
            x, order, self._bias, padding, stride, self._dilation, self._groups, "none", [], ""
        )
        return y


class _Windows:
    """A convolution as one product of matrices: what the windows see, by the weights."""

    def __init__(self, weight: Tensor, bias: Tensor | None, dilation: Pair) -> None:
        self._weight, self._bias, self._dilation = weight, bias, dilation

    @cached_property
    def _multiply(self) -> Product:
        return product(self._weight.permute(0, 2, 3, 1).flatten(1), self._bias)

    def size(self, x: Tensor, stride: Pair, padding: Pair) -> Pair:
        """Return rows and columns of the output."""
        kernel, dilation = self._weight.shape[2:], self._dilation
        height, width = (
            (x.shape[2 + n] + 2 * padding[n] - dilation[n] * (kernel[n] - 1) - 1) // stride[n] + 1
            for n in (0, 1)
        )
        return height, width

    def __call__(self, x: Tensor, stride: Pair, padding: Pair) -> Tensor:
        size = self.size(x, stride, padding)
        if padding != (0, 0):
            x = functional.pad(x, (padding[1], padding[1], padding[0], padding[0]))
        picture, channel, row, column = x.stride()
        windows = x.as_strided(
            (len(x), *size, *self._weight.shape[2:], x.shape[1]),
            (
                picture, stride[0] * row, stride[1] * column,
                self._dilation[0] * row, self._dilation[1] * column, channel,
            ),
        )  # fmt: skip
        y = self._multiply(windows.flatten(3).flatten(0, 2))
        return y.view(len(x), *size, len(self._weight)).permute(0, 3, 1, 2)


def _by_width(usual: _Ordered, windows: _Windows, x: Tensor, stride: Pair, padding: Pair) -> Tensor:
    height, width = windows.size(x, stride, padding)
    narrow = width <= NARROW and len(x) * height * width >= LEAST_ROWS
    return windows(x, stride, padding) if narrow else usual(x, stride, padding)


def _plain(
    weight: Tensor, bias: Tensor | None, dilation: Pair, groups: int,
    x: Tensor, stride: Pair, padding: Pair,
) -> Tensor:  # fmt: skip
    return functional.conv2d(x, weight, bias, stride, padding, dilation, groups)
