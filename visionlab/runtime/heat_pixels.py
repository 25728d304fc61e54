"""A heatmap's colours as 32-bit pixels, and as they lie on the screen.

Qt would scale them too, but holds Python's lock meanwhile, so all lanes would wait.
"""

from math import ceil
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from visionlab.core.display import to_rgb8
from visionlab.core.image import Display, Image
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.runtime.heat_mask import heat_mask
from visionlab.runtime.pyramid import Pixels

Box: TypeAlias = tuple[float, float, float, float]

_FINER = 4
"""Pixels of a mask for each of the map."""


def coloured(
    heatmap: Heatmap, display: Display, opacity: float, known: NDArray[np.bool_] | None = None
) -> Pixels:
    """Return a map's colours.

    Parameters
    ----------
    heatmap : Heatmap
    display : Display
    opacity : float
        0..1.
    known : ndarray, optional
        (h, w) bool: where colours are painted; everywhere without it.

    Returns
    -------
    ndarray
        ``(h, w, 4)`` uint8 in the order B, G, R, A, premultiplied.
    """
    own = display == heatmap.display
    colours: Image = heatmap.rgb8 if own else to_rgb8(heatmap.values, display)
    pixels = cv2.cvtColor(colours, cv2.COLOR_GRAY2BGRA if colours.ndim == 2 else cv2.COLOR_RGB2BGRA)
    if known is not None:
        pixels[~known] = 0
    return cv2.convertScaleAbs(pixels, alpha=opacity)


def shade(heatmap: Heatmap, threshold: float, largest: bool, opacity: float) -> Pixels:
    """Return black, four pixels for each of the map, that hides what is not in its mask."""
    height, width = (side * _FINER for side in heatmap.values.shape)
    mask = heat_mask(heatmap, (0, 0, width, height), (height, width), threshold, largest)
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[..., 3] = 255 - mask
    return cv2.convertScaleAbs(pixels, alpha=opacity)


def on_screen(pixels: Pixels, whole: Box, seen: Box) -> tuple[int, int, Pixels]:
    """Return pixels as they lie on the screen, each mixed from the four around it.

    Parameters
    ----------
    pixels : ndarray
        ``(h, w, 4)`` uint8.
    whole, seen : tuple of float
        Where all of them lie, and the part of it that is seen: left, top, width and height in
        pixels of the screen. Those of the screen count whose centres lie in it.

    Returns
    -------
    (int, int, ndarray)
        Where the first one lies, x and y, and ``(H, W, 4)`` uint8; empty where none is seen.
    """
    (x, width), (y, height) = _centres(seen[0], seen[2]), _centres(seen[1], seen[3])
    if not (width and height):
        return x, y, pixels[:0]
    rows, columns = pixels.shape[:2]
    across, down = columns / whole[2], rows / whole[3]
    way = np.array([
        [across, 0, (x + 0.5 - whole[0]) * across - 0.5],
        [0, down, (y + 0.5 - whole[1]) * down - 0.5],
    ])  # fmt: skip
    return x, y, cv2.warpAffine(
        pixels, way, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip


def _centres(start: float, length: float) -> tuple[int, int]:
    """Return the first pixel whose centre lies from `start` on, and how many do."""
    first = ceil(start - 0.5)
    return first, max(ceil(start + length - 0.5) - first, 0)
