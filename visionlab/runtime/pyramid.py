"""Pictures made ready for painting, off the window's thread: 32-bit pixels, halved k times.

Painting from 32 bits takes half the time of painting from 24. A picture zoomed out is made from
the copy next in size, which is quick and shows no moiré, as the very pixels of the screen: Qt
then only puts them there. Were Qt to scale it, all other threads would wait meanwhile, since
Python's lock is not released in a painter.
"""

from math import ceil, floor
from typing import Any, NamedTuple, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from visionlab.core.image import Image

Pixels: TypeAlias = npt.NDArray[Any]


class Grid(NamedTuple):
    """Where the pixels of a screen lie on a picture that is zoomed out.

    Attributes
    ----------
    shape : (int, int)
        Height and width of the picture.
    level : int
        How often its sides are halved for the copy that the pixels are taken from.
    size : (int, int)
        Width and height of what is seen, in pixels of the screen.
    step : float
        Pixels of the halved copy from one pixel of the screen to the next.
    x, y : float
        Where the centre of the first pixel of the screen lies in the halved copy, whose first
        pixel has its centre at (0, 0).
    """

    shape: tuple[int, int]
    level: int
    size: tuple[int, int]
    step: float
    x: float
    y: float


Copy: TypeAlias = int | Grid
"""A copy of a picture: so often halved, or as it lies on the screen."""

LARGE = 4_000_000
"""Pixels from which the full size is not converted: it would cost much memory, and what is seen
of it is a small part."""


def pyramid_level(shown: Image, level: int, alpha: Image | None = None) -> Pixels:
    """Return `shown` for painting, its sides halved `level` times.

    Parameters
    ----------
    shown : Image
        ``(H, W)`` or ``(H, W, 3)`` uint8.
    level : int
        From 0 to `top_level` of its shape.
    alpha : Image or None
        Opacity, ``(H, W)`` uint8.

    Returns
    -------
    ndarray
        ``(H >> level, W >> level, 4)`` uint8 in the order B, G, R, A, each pixel the mean of a
        square, colours premultiplied by `alpha`. Level 0 of a large opaque picture is `shown`.
    """
    if alpha is not None:
        return _halved(_premultiplied(shown, alpha), level)
    if level == 0 and shown.shape[0] * shown.shape[1] > LARGE:
        return shown
    return _bgra(_halved(shown, level))


def level_of(copy: Copy) -> int:
    """Return how often the sides are halved for `copy`."""
    return copy.level if isinstance(copy, Grid) else copy


def sampled(halved: Pixels, grid: Grid) -> Pixels:
    """Return the pixels of the screen, each mixed from the four around it in `halved`.

    Parameters
    ----------
    halved : ndarray
        The copy at `grid.level`, ``(h, w)`` or ``(h, w, C)`` uint8; beyond its edge the
        outermost pixel is repeated.
    grid : Grid

    Returns
    -------
    ndarray
        ``(H, W)`` or ``(H, W, C)`` uint8 for `grid.size` = (W, H).
    """
    (width, height), (rows, columns) = grid.size, halved.shape[:2]
    left, right = _between(grid.x, grid.step * (width - 1), columns)
    top, bottom = _between(grid.y, grid.step * (height - 1), rows)
    way = np.array([[grid.step, 0, grid.x - left], [0, grid.step, grid.y - top]])
    return cv2.warpAffine(
        halved[top:bottom, left:right], way, grid.size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip


def _between(first: float, way: float, count: int) -> tuple[int, int]:
    """Return the range of those of `count` pixels that lie around `first` to `first + way`."""
    start = min(max(floor(first), 0), count - 1)
    return start, min(max(ceil(first + way) + 1, start + 1), count)


def top_level(shape: tuple[int, ...]) -> int:
    """Return how often the sides can be halved."""
    return min(shape[:2]).bit_length() - 1


def _halved(pixels: Pixels, level: int) -> Pixels:
    if level == 0:
        return pixels
    height, width = pixels.shape[0] >> level, pixels.shape[1] >> level
    whole = pixels[: height << level, : width << level]  # so that all squares are of one size
    return cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)


def _bgra(shown: Image) -> Pixels:
    code = cv2.COLOR_GRAY2BGRA if shown.ndim == 2 else cv2.COLOR_RGB2BGRA
    return cv2.cvtColor(shown, code)


def _premultiplied(shown: Image, alpha: Image) -> Pixels:
    pixels = _bgra(shown)
    share = alpha[..., np.newaxis].astype(np.float32) / 255
    pixels[..., :3] = np.round(pixels[..., :3] * share)
    pixels[..., 3] = alpha
    return pixels
