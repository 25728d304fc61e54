"""What a box of changes adds to the outputs of a convolution.

A convolution is linear: its outputs change by what it makes of the changes alone. So only the
changed inputs are multiplied, `h * w` of them, not all that `(h + 2) * (w + 2)` changed outputs
see; and where there are many channels, tiles of `n * n` changes by few products (`toom_cook.py`).
The 7 x 7 outputs that see 5 x 5 changes take 441 products from all that they see, 225 from the
changes, and 49 by a tile of these.
"""

from collections.abc import Callable
from functools import cached_property

import torch
from torch import Tensor

from visionlab.deep.incremental import winograd
from visionlab.deep.incremental.packing import Convolution, Pair, ordered
from visionlab.deep.incremental.products import Product, products
from visionlab.deep.incremental.toom_cook import (
    KERNEL,
    Rules,
    padded,
    rooms,
    rules,
    tiled_cost,
    together,
    transformed,
    transformed_kernels,
    turned,
)

POINTS = (0.25, -0.25, 0.8, -0.8, 5 / 3, -5 / 3)  # and infinity; they err least of some hundred
LARGE = len(POINTS) + 1 - KERNEL + 1  # rows and columns of a tile of these,
SMALL = winograd.TILE  # and of one whose kernels are those for whole maps
DIRECT = 1.25  # a multiplication without tiles takes as long as so many
LEAST_CHANNELS = 64  # with fewer the transforms take what the products save


class Spread:
    """Makes of changes (N, C, h, w) what they add to the outputs that see them, (N, K, H, W).

    These are `(kernel - 1) * dilation` more rows and columns; stride 1.

    Parameters
    ----------
    weight : Tensor, (K, C / groups, kh, kw)
        float32 on the CPU.
    dilation : tuple of int
    groups : int
    whole : callable
        Returns the `tile_products` of the weight.
    """

    def __init__(
        self, weight: Tensor, dilation: Pair, groups: int, whole: Callable[[], Product]
    ) -> None:
        self._weight, self._dilation, self._groups, self._whole = weight, dilation, groups, whole
        (height, width), (down, across) = weight.shape[2:], dilation
        self.reach = (height - 1) * down, (width - 1) * across

    def __call__(self, change: Tensor) -> Tensor:
        """Return what changes add."""
        way, _ = self._best(change.shape[2], change.shape[3], len(change))
        if way == SMALL:
            return self._small(change)
        return self._large(change) if way == LARGE else self._usual(change, (1, 1), self.reach)

    def cost(self, height: int, width: int, count: int) -> float:
        """Return what one of so many boxes of changed places costs, in multiplications."""
        return self._best(height, width, count)[1] / count

    def _best(self, height: int, width: int, count: int) -> tuple[int, float]:
        """Return the side of the tiles that cost least, or 0 for none; and what all boxes cost."""
        seen = width + self.reach[1] / 2  # rows of zeros cost nothing, columns half
        usual = 0, DIRECT * self._weight.numel() * height * seen * count
        outputs, inputs, *kernel = self._weight.shape
        tiled = kernel == [KERNEL, KERNEL] and self._dilation == (1, 1) and self._groups == 1
        if not tiled or min(outputs, inputs) < LEAST_CHANNELS:
            return usual
        ways = [usual]
        for side in (SMALL, LARGE):
            tiles = -(-height // side) * -(-width // side)
            ways.append((side, tiled_cost(self._weight, count, tiles, side + KERNEL - 1)))
        return min(ways, key=lambda way: way[1])

    @cached_property
    def _usual(self) -> Convolution:
        """The convolution with zeros around, which are not multiplied."""
        return ordered(self._weight, None, (1, 1), self._dilation, self._groups)

    @cached_property
    def _small(self) -> "_Tiled":
        rule = turned(rules(winograd.POINTS))
        return _Tiled(self._weight, rule, self._whole())

    @cached_property
    def _large(self) -> "_Tiled":
        rule = rules(POINTS)
        kernels = transformed_kernels(self._weight.flip(2, 3), rule.kernels)
        return _Tiled(self._weight, rule, products(kernels))


class _Tiled:
    """The same for 3 x 3 kernels, by tiles of `side * side` changes."""

    def __init__(self, weight: Tensor, rule: Rules, multiply: Product) -> None:
        self._points, self._side = rule.values.shape
        self._values, self._between = rule.values.to(weight), rule.between.to(weight)
        self._outputs, self._channels = weight.shape[:2]
        self._multiply = multiply

    def __call__(self, change: Tensor) -> Tensor:
        height, width = change.shape[2:]
        down, across = -(-height // self._side), -(-width // self._side)
        change = change.permute(0, 2, 3, 1)
        rows, cols = (count * self._side + KERNEL - 1 for count in (down, across))
        sums = change.new_empty(len(change), rows, cols, self._outputs)
        most = together(down * across, self._channels, self._outputs, self._points)
        for part, place in zip(torch.split(change, most), torch.split(sums, most), strict=True):
            self._add(self._cut(part, down, across), place, down, across)
        sums = sums[:, : height + KERNEL - 1, : width + KERNEL - 1]
        return sums.permute(0, 3, 1, 2)

    def _cut(self, change: Tensor, down: int, across: int) -> Tensor:
        """Return tiles (n, side, side * C), the last ones with zeros behind the changes."""
        count, height, width, channels = change.shape
        side = self._side
        size = down * side, across * side
        if (height, width) != size:
            framed = rooms.room("framed", count, *size, channels)
            framed[:, height:], framed[:, :height, width:] = 0, 0
            framed[:, :height, :width] = change
            change = framed
        tiles = change.reshape(count, down, side, across, side, channels).transpose(2, 3)
        return tiles.reshape(-1, side, side * channels)

    def _add(self, tiles: Tensor, sums: Tensor, down: int, across: int) -> None:
        """Fill sums (N, rows, cols, K) with what the tiles of N pictures add."""
        count, points = len(tiles), self._points
        values = rooms.room("values", padded(count), points**2, self._channels)
        transformed(tiles, self._values, values[:count])
        made = self._multiply(values)[:count].view(count, points, -1)
        if down == across == 1:
            transformed(made, self._between, sums.view(count, points**2, -1))
            return
        apart = rooms.room("tiles", count, points**2, self._outputs)
        transformed(made, self._between, apart)
        self._overlap(apart.view(-1, down, across, points, points, self._outputs), sums)

    def _overlap(self, tiles: Tensor, sums: Tensor) -> None:
        """Add tiles (N, down, across, p, p, K), each of which reaches into the next ones."""
        side, (down, across) = self._side, tiles.shape[1:3]
        sums[:, down * side :], sums[:, :, across * side :] = 0, 0
        picture, row, col, _ = sums.stride()
        steps = (picture, side * row, side * col, row, col, 1)
        own, further = slice(side), slice(side, self._points)
        for rows in (own, further):
            for cols in (own, further):
                part = tiles[..., rows, cols, :]
                place = sums[:, rows.start or 0 :, cols.start or 0 :].as_strided(part.shape, steps)
                if rows is cols is own:
                    place.copy_(part)
                else:
                    place += part
