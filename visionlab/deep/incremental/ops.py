"""What the steps of a plan compute, on whole maps and on boxes cut out of them.

`whole` takes maps (N, C, H, W) and pads them as the layer does; `local` takes regions of them that
already hold what lies around the map, and pads nothing.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, Self

import torch
from torch import Tensor
from torch.nn import functional

from visionlab.deep.incremental.packing import Convolution, convolution
from visionlab.deep.incremental.products import Product, product
from visionlab.deep.incremental.spread import DIRECT, Spread
from visionlab.deep.incremental.toom_cook import tiled_cost
from visionlab.deep.incremental.winograd import (
    SEEN,
    Winograd,
    suits,
    tile_products,
    tiles,
)

Pair = tuple[int, int]
Pointwise = Callable[[Tensor], Tensor]  # may overwrite what it is given

MANY = 64  # maps that are computed at once, where it is not known how many will be
ZERO, LOWEST = 0, 1  # what stands around a map: 0, or less than everything


class Window(NamedTuple):
    """Which inputs an output sees: output r sees the rows r * stride - before + i * dilation."""

    kernel: Pair = (1, 1)
    stride: Pair = (1, 1)
    dilation: Pair = (1, 1)
    before: Pair = (0, 0)
    after: Pair = (0, 0)

    @property
    def own_stride(self) -> Pair:
        """Stride on a region: one of a kernel of one place holds only the places that it sees."""
        return (1, 1) if self.kernel == (1, 1) else self.stride

    def padded(self, x: Tensor) -> Tensor:
        """Return maps with zeros around them."""
        sides = (self.before[1], self.after[1], self.before[0], self.after[0])
        return functional.pad(x, sides)


PLACE = Window()


class Cells(NamedTuple):
    """Where in a map boxes lie: rows (N, h) and columns (N, w)."""

    rows: Tensor
    cols: Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Op(ABC):
    """What all operations share.

    Attributes
    ----------
    around : int
        `ZERO` or `LOWEST`.
    per_place : int
        Multiplications for all channels of one place of the output.
    """

    around: int = ZERO
    per_place: int = 0

    @property
    def weights(self) -> int:
        """Number of weights that every call reads."""
        return 0

    def cost(self, height: int, width: int, count: int = MANY) -> float:  # noqa: ARG002
        """Return what one of so many maps of so many places costs.

        In multiplications that take as long.
        """
        return self.per_place * height * width

    @abstractmethod
    def whole(self, *maps: Tensor) -> Tensor:
        """Return the output for whole maps."""

    def to(self, _: torch.dtype) -> Self:
        """Return the same with parameters in another type."""
        return self


@dataclass(frozen=True, eq=False, kw_only=True)
class Local(Op):
    """An operation whose outputs each see a window of the input."""

    window: Window = PLACE

    def local(self, _: Cells, *regions: Tensor) -> Tensor:
        """Return boxes of the output from regions of the inputs."""
        return self.whole(*regions)


@dataclass(frozen=True, eq=False, kw_only=True)
class Conv(Local):
    """A convolution with what followed it folded in."""

    weight: Tensor
    bias: Tensor | None
    groups: int
    even: bool = True  # whether neither tiles nor sums of changes lose small values beside large

    @property
    def weights(self) -> int:
        """Number of weights that every call reads."""
        return self.weight.numel()

    def whole(self, *maps: Tensor) -> Tensor:
        """Return the convolved maps."""
        w = self.window
        if w.before == w.after:
            return self._conv(maps[0], w.stride, w.before)
        return self._conv(w.padded(maps[0]), w.stride, (0, 0))

    def local(self, _: Cells, *regions: Tensor) -> Tensor:
        """Return boxes of the convolved maps."""
        return self._conv(regions[0], self.window.own_stride, (0, 0))

    @cached_property
    def spread(self) -> Spread | None:
        """What makes of changes of the input those of the output; None where it does not serve."""
        w, weight = self.window, self.weight
        on_cpu = weight.device.type == "cpu" and weight.dtype == torch.float32
        if not self.even or not on_cpu or w.stride != (1, 1) or w.kernel == (1, 1):
            return None
        return Spread(weight, w.dilation, self.groups, lambda: self._products)

    def cost(self, height: int, width: int, count: int = MANY) -> float:
        """Return what one of so many maps of so many places costs."""
        usual = DIRECT * self.per_place * height * width
        if not self._suits:
            return usual
        return min(usual, tiled_cost(self.weight, count, tiles(height, width), SEEN) / count)

    def _conv(self, x: Tensor, stride: Pair, padding: Pair) -> Tensor:
        if self._suits:
            height, width = (
                size + 2 * pad - 2 for size, pad in zip(x.shape[2:], padding, strict=True)
            )
            usual = DIRECT * self.per_place * height * width * len(x)
            if tiled_cost(self.weight, len(x), tiles(height, width), SEEN) < usual:
                return self._tiled(x, padding)
        return self._plain(x, stride, padding)

    @cached_property
    def _suits(self) -> bool:
        w = self.window
        return self.even and suits(self.weight, w.stride, w.dilation, self.groups)

    @cached_property
    def _tiled(self) -> Winograd:
        return Winograd(self.weight, self.bias, self._products)

    @cached_property
    def _products(self) -> Product:
        return tile_products(self.weight)

    @cached_property
    def _plain(self) -> Convolution:
        w = self.window
        return convolution(self.weight, self.bias, w.stride, w.dilation, self.groups)

    def to(self, dtype: torch.dtype) -> Self:
        """Return the same with parameters in another type."""
        bias = None if self.bias is None else self.bias.to(dtype)
        return replace(self, weight=self.weight.to(dtype), bias=bias)


@dataclass(frozen=True, eq=False, kw_only=True)
class MaxPool(Local):
    """The largest value under each window."""

    around: int = LOWEST
    ceil: bool = False

    def whole(self, *maps: Tensor) -> Tensor:
        """Return the pooled maps."""
        w = self.window
        return functional.max_pool2d(maps[0], w.kernel, w.stride, w.before, w.dilation, self.ceil)

    def local(self, _: Cells, *regions: Tensor) -> Tensor:
        """Return boxes of the pooled maps."""
        w = self.window
        return functional.max_pool2d(regions[0], w.kernel, w.own_stride, 0, w.dilation)


@dataclass(frozen=True, eq=False, kw_only=True)
class AvgPool(Local):
    """The mean under each window.

    Attributes
    ----------
    gains : tuple of Tensor, optional
        The kernel's size over the number of values that count, for each output row and for each
        column; None where all count everywhere.
    """

    ceil: bool = False
    include_pad: bool = True
    divisor: int | None = None
    gains: tuple[Tensor, Tensor] | None = None

    def whole(self, *maps: Tensor) -> Tensor:
        """Return the pooled maps."""
        w = self.window
        return functional.avg_pool2d(
            maps[0], w.kernel, w.stride, w.before, self.ceil, self.include_pad, self.divisor
        )

    def local(self, cells: Cells, *regions: Tensor) -> Tensor:
        """Return boxes of the pooled maps."""
        w = self.window
        y = functional.avg_pool2d(regions[0], w.kernel, w.own_stride, divisor_override=self.divisor)
        if self.gains is not None:
            rows, cols = (gain.to(y) for gain in self.gains)
            y *= rows[cells.rows][:, None, :, None]
            y *= cols[cells.cols][:, None, None, :]
        return y


@dataclass(frozen=True, eq=False, kw_only=True)
class Pad(Local):
    """Zeros around the map."""

    def whole(self, *maps: Tensor) -> Tensor:
        """Return the padded maps."""
        return self.window.padded(maps[0])

    def local(self, _: Cells, *regions: Tensor) -> Tensor:
        """Return boxes of the padded maps."""
        return regions[0].clone()


@dataclass(frozen=True, eq=False, kw_only=True)
class Norm(Local):
    """A factor and a summand for each channel."""

    factor: Tensor
    summand: Tensor

    def whole(self, *maps: Tensor) -> Tensor:
        """Return the normalised maps."""
        shape = (-1,) + (1,) * (maps[0].dim() - 2)
        return torch.addcmul(self.summand.view(shape), maps[0], self.factor.view(shape))

    def to(self, dtype: torch.dtype) -> Self:
        """Return the same with parameters in another type."""
        return replace(self, factor=self.factor.to(dtype), summand=self.summand.to(dtype))


@dataclass(frozen=True, eq=False, kw_only=True)
class Copy(Local):
    """The same values in memory of their own, for the pointwise functions that follow."""

    def whole(self, *maps: Tensor) -> Tensor:
        """Return a copy."""
        return maps[0].clone()


@dataclass(frozen=True, eq=False, kw_only=True)
class Join(Local):
    """A pointwise function of several maps, or their concatenation along the channels."""

    function: Callable[..., Tensor]

    def whole(self, *maps: Tensor) -> Tensor:
        """Return the joined maps."""
        return self.function(*maps)


@dataclass(frozen=True, eq=False, kw_only=True)
class Pooled(Op):
    """A pooling that needs the whole map, such as an adaptive one to uneven parts."""

    function: Pointwise

    def whole(self, *maps: Tensor) -> Tensor:
        """Return the pooled maps."""
        return self.function(maps[0])


@dataclass(frozen=True, eq=False, kw_only=True)
class Mean(Op):
    """The mean over the map: (N, C, 1, 1), or (N, C)."""

    keep: bool

    def whole(self, *maps: Tensor) -> Tensor:
        """Return the mean."""
        return maps[0].mean((2, 3), keepdim=self.keep)


@dataclass(frozen=True, eq=False, kw_only=True)
class Flatten(Op):
    """From maps (N, C, H, W) to vectors (N, C * H * W), perhaps in the same memory."""

    def whole(self, *maps: Tensor) -> Tensor:
        """Return the vectors."""
        return maps[0].flatten(1)


@dataclass(frozen=True, eq=False, kw_only=True)
class Linear(Op):
    """A linear layer on vectors (N, F)."""

    weight: Tensor
    bias: Tensor | None

    def whole(self, *maps: Tensor) -> Tensor:
        """Return the vectors of the next layer."""
        return self._product(maps[0])

    @cached_property
    def _product(self) -> Product:
        return product(self.weight, self.bias, ordered=False)  # they may be half a gigabyte

    def to(self, dtype: torch.dtype) -> Self:
        """Return the same with parameters in another type."""
        bias = None if self.bias is None else self.bias.to(dtype)
        return replace(self, weight=self.weight.to(dtype), bias=bias)
