"""Convolutions by 3 x 3 kernels with few multiplications: the transforms, and room for them.

The product of two polynomials is known from its values at as many points as it has coefficients,
and its value at a point is one product. So `n + 2` products make what `n` values and a kernel of
three make: `n + 2` sums of the products of a convolution (`spread.py`), or, all transposed, `n`
outputs from `n + 2` inputs (`winograd.py`). In two dimensions rows and columns follow each other.

The matrices are made from points by Toom's and Cook's method, as in Barabasz, Anderson, Soodhalter,
Gregg: Error Analysis and Improving the Accuracy of Winograd Convolution for Deep Neural Networks,
ACM TOMS 2020.
"""

import math
import threading
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from visionlab.deep.incremental.products import ROWS

KERNEL = 3
AT_ONCE = 32  # kernels that are transformed at once, in double precision
TRANSFORM = 140  # transforming one value takes as long as so many multiplications
PRODUCT = 1.2  # one of the products, as so many
VALUES = 36 << 14  # that are transformed at once,
MOST_LOTS = 4  # or so many times as many


class Rules(NamedTuple):
    """The matrices for `n` values and a kernel of three, with `p = n + 2` points, float64.

    Attributes
    ----------
    values : Tensor, (p, n)
        From values to what they are at the points.
    kernels : Tensor, (p, 3)
        The same for kernels, scaled as `between` wants it.
    between : Tensor, (p, p)
        From the products at the points to the sums.
    """

    values: Tensor
    kernels: Tensor
    between: Tensor


def rules(points: tuple[float, ...]) -> Rules:
    """Return the matrices for some points; infinity is one more."""
    finite, size = np.array(points), len(points) + 1
    values = np.zeros((size, size - KERNEL + 1))
    kernels, between = np.zeros((size, KERNEL)), np.zeros((size, size))
    for i, point in enumerate(finite):
        others = np.delete(finite, i)
        values[i] = point ** np.arange(values.shape[1])
        kernels[i] = point ** np.arange(KERNEL) / np.prod(point - others)
        between[:-1, i] = np.poly(others)[::-1]
    values[-1, -1], kernels[-1, -1], between[:, -1] = 1, 1, np.poly(finite)[::-1]
    return Rules(*(torch.from_numpy(one) for one in (values, kernels, between)))


def turned(rule: Rules) -> Rules:
    """Return rules by which transformed kernels serve for kernels turned by half a turn.

    Parameters
    ----------
    rule : Rules
        Of points that, infinity being the last, are the inverses of those from the end.
    """
    kernels = rule.kernels.flip(0, 1)  # a polynomial with its coefficients in reverse, at 1 / p
    gain = (kernels * rule.kernels).sum(1) / rule.kernels.square().sum(1)
    return Rules(rule.values.flip(0), rule.kernels, rule.between.flip(1) * gain)


def transformed_kernels(weight: Tensor, rule: Tensor) -> Tensor:
    """Return kernels (K, C, 3, 3) at all pairs of `p` points: (p * p, K, C)."""
    made = weight.new_empty(len(rule) ** 2, *weight.shape[:2])
    parts = zip(torch.split(weight.detach(), AT_ONCE), torch.split(made, AT_ONCE, 1), strict=True)
    for part, place in parts:
        exact = torch.einsum("ai,bj,kcij->abkc", rule, rule, part.double())
        place.copy_(exact.reshape(place.shape))
    return made


def transformed(tiles: Tensor, rule: Tensor, out: Tensor) -> None:
    """Transform tiles (N, n, n * C) by a rule (m, n), along columns, then rows: (N, m * m, C)."""
    count, (made, seen) = len(tiles), rule.shape
    columns = rooms.room("columns", count, made, tiles.shape[2])
    torch.bmm(rule.expand(count, made, seen), tiles, out=columns)
    rows = columns.view(count * made, seen, out.shape[2])
    torch.bmm(rule.expand(len(rows), made, seen), rows, out=out.view(len(rows), made, -1))


class _Rooms(threading.local):
    """Memory that every call uses anew, since new memory comes page by page; one per thread."""

    def __init__(self) -> None:
        self._kept: dict[str, Tensor] = {}

    def room(self, name: str, *shape: int) -> Tensor:
        """Return one of the pieces, with whatever it holds."""
        size = math.prod(shape)
        if name not in self._kept or len(self._kept[name]) < size:
            with torch.inference_mode(False):  # of use with and without that mode
                self._kept[name] = torch.empty(size, dtype=torch.float32)
        return self._kept[name][:size].view(shape)


rooms = _Rooms()


@lru_cache(1024)
def together(tiled: int, inputs: int, outputs: int, points: int) -> int:
    """Return how many pictures of so many tiles each are transformed at once.

    As few as fill the lots in which tiles are multiplied, nearly.
    """
    usual = max(ROWS, VALUES // (points**2 * max(inputs, outputs)))
    least, most = max(1, usual // tiled), max(1, MOST_LOTS * usual // tiled)
    return min(range(least, most + 1), key=lambda n: (round(padded(n * tiled) / (n * tiled), 1), n))


def padded(count: int) -> int:
    """Return how many tiles are multiplied for so many."""
    return -(-count // ROWS) * ROWS


def tiled_cost(weight: Tensor, pictures: int, tiled: int, points: int) -> int:
    """Return what a call for pictures of so many tiles each costs, in multiplications."""
    if tiled == 0:
        return 0
    outputs, inputs = weight.shape[:2]
    most = together(tiled, inputs, outputs, points)
    whole, rest = divmod(pictures, most)
    multiplied = whole * padded(most * tiled) + padded(rest * tiled)
    products = PRODUCT * multiplied * inputs * outputs
    transforms = TRANSFORM * pictures * tiled * (inputs + outputs)
    return int(points**2 * (products + transforms))
