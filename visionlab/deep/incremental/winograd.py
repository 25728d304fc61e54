"""3 x 3 convolutions with a quarter of the multiplications, by tiles of 4 x 4 outputs.

A tile's 6 x 6 inputs and each kernel are transformed so that their 36 products, summed over the
channels, hold the 16 outputs, for which 144 products are needed otherwise. The transforms
themselves cost little where there are many channels.

Lavin, Gray: Fast Algorithms for Convolutional Neural Networks, CVPR 2016; the matrices are made
from points by Toom's and Cook's method, as in Barabasz, Anderson, Soodhalter, Gregg: Error
Analysis and Improving the Accuracy of Winograd Convolution for Deep Neural Networks, ACM TOMS 2020.
"""

import math
import threading
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visionlab.deep.incremental.packing import Pair
from visionlab.deep.incremental.products import ROWS, products

TILE, KERNEL = 4, 3
SEEN = TILE + KERNEL - 1
POINTS = (0.0, 0.75, -0.75, 1.5, -1.5)  # and infinity; the usual 0, ±1, ±2 err six times as much
TRANSFORM = 140  # transforming one value takes as long as so many multiplications
PRODUCT = 1.2  # one of the products, as so many
LEAST_CHANNELS = 96  # with fewer the transforms take what the products save
VALUES = 36 << 14  # that are transformed at once,
MOST_LOTS = 4  # or so many times as many
AT_ONCE = 32  # kernels that are transformed at once, in double precision


def _matrices() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the transforms of inputs (6, 6), of kernels (6, 3), and back (4, 6)."""
    points = np.array(POINTS)
    inputs, kernels = np.zeros((SEEN, SEEN)), np.zeros((SEEN, KERNEL))
    back = np.zeros((TILE, SEEN))
    for i, point in enumerate(points):
        others = np.delete(points, i)
        inputs[i, :-1] = np.poly(others)[::-1]
        kernels[i] = point ** np.arange(KERNEL) / np.prod(point - others)
        back[:, i] = point ** np.arange(TILE)
    inputs[-1], kernels[-1, -1], back[-1, -1] = np.poly(points)[::-1], 1, 1
    return inputs, kernels, back


class Winograd:
    """A convolution (N, C, H, W) -> (N, K, H', W') of stride 1.

    Parameters
    ----------
    weight : Tensor, (K, C, 3, 3)
    bias : Tensor, (K,), optional
    """

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        inputs, kernels, back = _matrices()
        self._bias = bias
        self._inputs, self._back = (torch.from_numpy(one).to(weight) for one in (inputs, back))
        rule = torch.from_numpy(kernels)
        self._outputs, self._channels = weight.shape[:2]
        transformed = weight.new_empty(SEEN**2, self._outputs, self._channels)
        parts = zip(
            torch.split(weight.detach(), AT_ONCE),
            torch.split(transformed, AT_ONCE, 1),
            strict=True,
        )
        for part, made in parts:
            exact = torch.einsum("ai,bj,kcij->abkc", rule, rule, part.double())
            made.copy_(exact.reshape(made.shape))
        self._multiply = products(transformed)

    def __call__(self, x: Tensor, padding: Pair) -> Tensor:
        """Return the convolved maps."""
        height, width = (
            size + 2 * pad - KERNEL + 1 for size, pad in zip(x.shape[2:], padding, strict=True)
        )
        down, across = -(-height // TILE), -(-width // TILE)
        x = x.permute(0, 2, 3, 1)
        maps = x.new_empty(len(x), down, TILE, across, TILE, self._outputs)
        most = together(down * across, self._channels, self._outputs)
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
        seen = _rooms.room(0, tiled, SEEN, SEEN * self._channels)
        seen.view(shape).copy_(x.as_strided(shape, steps))
        values = _rooms.room(2, padded(tiled), SEEN**2, self._channels)
        _transformed(seen, self._inputs, values[:tiled])
        made = self._multiply(values)[:tiled]
        sums = _rooms.room(0, tiled, TILE**2, self._outputs)
        _transformed(made.view(tiled, SEEN, -1), self._back, sums)
        ordered = sums.view(count, down, across, TILE, TILE, -1).permute(0, 1, 3, 2, 4, 5)
        if self._bias is None:
            maps.copy_(ordered)
        else:
            torch.add(ordered, self._bias, out=maps)


def _transformed(tiles: Tensor, rule: Tensor, out: Tensor) -> None:
    """Transform tiles (N, 6, 6 * C) by a rule (m, 6), along columns, then rows: (N, m * m, C)."""
    count, made = len(tiles), len(rule)
    columns = _rooms.room(1, count, made, tiles.shape[2])
    torch.bmm(rule.expand(count, made, SEEN), tiles, out=columns)
    rows = columns.view(count * made, SEEN, out.shape[2])
    torch.bmm(rule.expand(len(rows), made, SEEN), rows, out=out.view(len(rows), made, -1))


def _framed(x: Tensor, padding: Pair, down: int, across: int) -> Tensor:
    """Return maps (N, H, W, C) with zeros around them, as large as so many tiles see."""
    height, width = TILE * down + KERNEL - 1, TILE * across + KERNEL - 1
    if x.shape[1:3] == (height, width):
        return x.contiguous()
    top, left = padding
    below, right = top + x.shape[1], left + x.shape[2]
    framed = _rooms.room(3, len(x), height, width, x.shape[3])
    framed[:, :top], framed[:, below:] = 0, 0
    framed[:, top:below, :left], framed[:, top:below, right:] = 0, 0
    framed[:, top:below, left:right] = x
    return framed


class _Rooms(threading.local):
    """Memory that every call uses anew, since new memory comes page by page; one per thread."""

    def __init__(self) -> None:
        self._kept: dict[int, Tensor] = {}

    def room(self, number: int, *shape: int) -> Tensor:
        """Return one of the pieces, with whatever it holds."""
        size = math.prod(shape)
        if number not in self._kept or len(self._kept[number]) < size:
            with torch.inference_mode(False):  # of use with and without that mode
                self._kept[number] = torch.empty(size, dtype=torch.float32)
        return self._kept[number][:size].view(shape)


_rooms = _Rooms()


@lru_cache(1024)
def together(tiled: int, inputs: int, outputs: int) -> int:
    """Return how many pictures of so many tiles each are transformed at once.

    As few as fill the lots in which tiles are multiplied, nearly.
    """
    usual = max(ROWS, VALUES // (SEEN**2 * max(inputs, outputs)))
    least, most = max(1, usual // tiled), max(1, MOST_LOTS * usual // tiled)
    return min(range(least, most + 1), key=lambda n: (round(padded(n * tiled) / (n * tiled), 1), n))


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


def padded(count: int) -> int:
    """Return how many tiles are multiplied for so many."""
    return -(-count // ROWS) * ROWS


def tiled_cost(weight: Tensor, transformed: int, multiplied: int) -> int:
    """Return what so many tiles cost, in multiplications that take as long."""
    outputs, inputs = weight.shape[:2]
    products = PRODUCT * multiplied * inputs * outputs
    return int(SEEN**2 * (products + TRANSFORM * transformed * (inputs + outputs)))


def call_cost(weight: Tensor, pictures: int, height: int, width: int) -> int:
    """Return what a call for so many rows and columns of each picture costs."""
    tiled = tiles(height, width)
    most = together(tiled, weight.shape[1], weight.shape[0])
    whole, rest = divmod(pictures, most)
    multiplied = whole * padded(most * tiled) + padded(rest * tiled)
    return tiled_cost(weight, pictures * tiled, multiplied)
