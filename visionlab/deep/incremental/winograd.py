"""3 x 3 convolutions with a quarter of the multiplications, by tiles of 4 x 4 outputs.

A tile's 6 x 6 inputs and each kernel are transformed so that their 36 products, summed over the
channels, hold the 16 outputs, for which 144 products are needed otherwise. The transforms
themselves cost little where there are many channels.

Lavin, Gray: Fast Algorithms for Convolutional Neural Networks, CVPR 2016; the matrices are made
from points by Toom's and Cook's method, as in Barabasz, Anderson, Soodhalter, Gregg: Error
Analysis and Improving the Accuracy of Winograd Convolution for Deep Neural Networks, ACM TOMS 2020.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from visionlab.deep.incremental.packing import Pair

TILE, KERNEL = 4, 3
SEEN = TILE + KERNEL - 1
POINTS = (0.0, 0.75, -0.75, 1.5, -1.5)  # and infinity; the usual 0, ±1, ±2 err six times as much
TRANSFORM = 100  # transforming one value takes as long as so many multiplications
LEAST_CHANNELS = 96  # with fewer the transforms take what the products save
VALUES = 4 << 20  # that are transformed at once
AT_ONCE = 32  # kernels that are transformed at once, in double precision
LEAST_TILES = 8  # for fewer it takes longer to read the kernels, which are four times as large


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
        self._inputs = torch.from_numpy(np.kron(inputs, inputs)).to(weight)  # (36, 36)
        self._back = torch.from_numpy(np.kron(back, back)).to(weight)  # (16, 36)
        rule = torch.from_numpy(kernels).to(weight.device)
        self._kernels = weight.new_empty(SEEN**2, weight.shape[1], weight.shape[0])  # (36, C, K)
        parts = zip(
            torch.split(weight.detach(), AT_ONCE),
            torch.split(self._kernels, AT_ONCE, 2),
            strict=True,
        )
        for part, made in parts:
            exact = torch.einsum("ai,bj,kcij->abck", rule, rule, part.double())
            made.copy_(exact.reshape(made.shape))

    def __call__(self, x: Tensor, padding: Pair) -> Tensor:
        """Return the convolved maps."""
        top, left = padding
        height, width = x.shape[2] + 2 * top - KERNEL + 1, x.shape[3] + 2 * left - KERNEL + 1
        down, across = -(-height // TILE), -(-width // TILE)
        below, right = top + down * TILE - height, left + across * TILE - width
        if any((left, right, top, below)):
            x = functional.pad(x, (left, right, top, below))
        x = x.permute(0, 2, 3, 1).contiguous()
        most = max(1, VALUES // (SEEN**2 * down * across * x.shape[3]))
        maps = torch.cat([self._tiled(part, down, across) for part in torch.split(x, most)])
        return maps[:, :height, :width].permute(0, 3, 1, 2)

    def _tiled(self, x: Tensor, down: int, across: int) -> Tensor:
        """Return (N, 4 * down, 4 * across, K) of (N, 4 * down + 2, 4 * across + 2, C)."""
        count, _, _, channels = x.shape
        picture, row, column, _ = x.stride()
        shape = (SEEN, SEEN, count, down, across, channels)
        steps = (row, column, picture, TILE * row, TILE * column, 1)
        values = self._inputs @ x.as_strided(shape, steps).reshape(SEEN**2, -1)
        values = torch.bmm(values.view(SEEN**2, -1, channels), self._kernels)
        values = self._back @ values.view(SEEN**2, -1)
        ordered = values.view(TILE, TILE, count, down, across, -1).permute(2, 3, 0, 4, 1, 5)
        ordered = ordered.contiguous() if self._bias is None else ordered + self._bias
        return ordered.reshape(count, TILE * down, TILE * across, -1)


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


def tiled_cost(weight: Tensor, height: int, width: int) -> int:
    """Return what so many rows and columns cost, in multiplications that take as long."""
    outputs, inputs = weight.shape[:2]
    return tiles(height, width) * SEEN**2 * (inputs * outputs + TRANSFORM * (inputs + outputs))
