"""3 x 3 convolutions with a quarter of the multiplications, by tiles of 4 x 4 outputs.

A tile's 6 x 6 inputs and each kernel are transformed so that their 36 products, summed over the
channels, hold the 16 outputs, for which 144 products are needed otherwise. The transforms
themselves cost little where there are many channels.

Lavin, Gray: Fast Algorithms for Convolutional Neural Networks, CVPR 2016.
"""

import torch
from torch import Tensor

from visionlab.deep.incremental.packing import Pair
from visionlab.deep.incremental.products import Product, products
from visionlab.deep.incremental.toom_cook import (
    KERNEL,
    padded,
    rooms,
    rules,
    together,
    transformed,
    transformed_kernels,
)  # fmt: skip

TILE = 4
SEEN = TILE + KERNEL - 1
POINTS = (0.0, 2 / 3, -2 / 3, -1.5, 1.5)  # and infinity; the usual 0, ±1, ±2 err twice as much
LEAST_CHANNELS = 96  # with fewer the transforms take what the products save


def tile_products(weight: Tensor) -> Product:
    """Return the products with kernels (K, C, 3, 3) at all pairs of points."""
    return products(transformed_kernels(weight, rules(POINTS).kernels))


class Winograd:
    """A convolution (N, C, H, W) -> (N, K, H', W') of stride 1.

    Parameters
    ----------
    weight : Tensor, (K, C, 3, 3)
    bias : Tensor, (K,), optional
    multiply : callable
        The `tile_products` of the weight.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None, multiply: Product) -> None:
        rule = rules(POINTS)  # transposed: products give fewer outputs, not more
        self._bias = bias
        self._inputs, self._back = rule.between.t().to(weight), rule.values.t().to(weight)
        self._outputs, self._channels = weight.shape[:2]
        self._multiply = multiply

    def __call__(self, x: Tensor, padding: Pair) -> Tensor:
        """Return the convolved maps."""
        height, width = (
            size + 2 * pad - KERNEL + 1 for size, pad in zip(x.shape[2:], padding, strict=True)
        )
        down, across = -(-height // TILE), -(-width // TILE)
        x = x.permute(0, 2, 3, 1)
        maps = x.new_empty(len(x), down, TILE, across, TILE, self._outputs)
        most = together(down * across, self._channels, self._outputs, SEEN)
        for part, made in zip(torch.split(x, most), torch.split(maps, most), strict=True):
            self._tiled(_framed(part, padding, down, across), made)
        maps = maps.view(len(x), TILE * down, TILE * across, self._outputs)
        return maps[:, :height, :width].permute(0, 3, 1, 2)

    def _tiled(self, x: Tensor, maps: Tensor) -> None:
        """Fill maps (N, down, 4, across, 4, K) from (N, 4 * down + 2, 4 * across + 2, C)."""
        count, down, _, across, _, _ = maps.shape
        tiled = count * down * across
        picture, row, column, _ = x.stride()
        shape = (count, down, across, SEEN, SEEN, self._channels)
        steps = (picture, TILE * row, TILE * column, row, column, 1)
        seen = rooms.room("tiles", tiled, SEEN, SEEN * self._channels)
        seen.view(shape).copy_(x.as_strided(shape, steps))
        values = rooms.room("values", padded(tiled), SEEN**2, self._channels)
        transformed(seen, self._inputs, values[:tiled])
        made = self._multiply(values)[:tiled]
        sums = rooms.room("tiles", tiled, TILE**2, self._outputs)
        transformed(made.view(tiled, SEEN, -1), self._back, sums)
        ordered = sums.view(count, down, across, TILE, TILE, -1).permute(0, 1, 3, 2, 4, 5)
        if self._bias is None:
            maps.copy_(ordered)
        else:
            torch.add(ordered, self._bias, out=maps)


def _framed(x: Tensor, padding: Pair, down: int, across: int) -> Tensor:
    """Return maps (N, H, W, C) with zeros around them, as large as so many tiles see."""
    height, width = TILE * down + KERNEL - 1, TILE * across + KERNEL - 1
    if x.shape[1:3] == (height, width):
        return x.contiguous()
    top, left = padding
    below, right = top + x.shape[1], left + x.shape[2]
    framed = rooms.room("framed", len(x), height, width, x.shape[3])
    framed[:, :top], framed[:, below:] = 0, 0
    framed[:, top:below, :left], framed[:, top:below, right:] = 0, 0
    framed[:, top:below, left:right] = x
    return framed


def suits(weight: Tensor, stride: Pair, dilation: Pair, groups: int) -> bool:
    """Return whether a convolution can be done so, and sooner."""
    return (
        weight.shape[2:] == (KERNEL, KERNEL)
        and stride == dilation == (1, 1)
        and groups == 1
        and min(weight.shape[:2]) >= LEAST_CHANNELS
        and weight.dtype == torch.float32
        and weight.device.type == "cpu"
    )


def tiles(height: int, width: int) -> int:
    """Return into how many tiles so many rows and columns of the output are cut."""
    return -(-height // TILE) * -(-width // TILE)
