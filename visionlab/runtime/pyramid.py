"""Pictures made ready for painting, off the window's thread: 32-bit pixels and halved copies.

Painting from 32 bits takes half the time of painting from 24. A picture zoomed out is painted
from the copy next in size, which is quick and shows no moiré.
"""

from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from visionlab.core.image import Image

Pixels: TypeAlias = npt.NDArray[Any]

LARGE = 4_000_000
"""Pixels from which the full size is not converted: it would cost much memory, and what is seen
of it is a small part."""

SMALLEST = 8
"""Side below which no further copy is made."""


def pyramid(shown: Image, alpha: Image | None = None) -> tuple[Pixels, ...]:
    """Return `shown` for painting, each further copy with half the sides.

    Parameters
    ----------
    shown : Image
        ``(H, W)`` or ``(H, W, 3)`` uint8.
    alpha : Image or None
        Opacity, ``(H, W)`` uint8.

    Returns
    -------
    tuple of ndarray
        ``(h, w, 4)`` uint8 in the order B, G, R, A, colours premultiplied by `alpha`; the first
        one of a large opaque picture is `shown` itself.
    """
    large = shown.shape[0] * shown.shape[1] > LARGE and alpha is None
    levels = [shown if large else _bgra(shown, alpha)]
    smaller = levels[0]
    while min(smaller.shape[:2]) >= 2 * SMALLEST:
        height, width = smaller.shape[0] // 2, smaller.shape[1] // 2
        even = smaller[: 2 * height, : 2 * width]  # so that each pixel is the mean of just four
        smaller = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
        if smaller.ndim == 2 or smaller.shape[2] == 3:
            smaller = _bgra(smaller, None)
        levels.append(smaller)
    return tuple(levels)


def _bgra(shown: Image, alpha: Image | None) -> Pixels:
    code = cv2.COLOR_GRAY2BGRA if shown.ndim == 2 else cv2.COLOR_RGB2BGRA
    pixels: Pixels = cv2.cvtColor(shown, code)
    if alpha is not None:
        share = alpha[..., np.newaxis].astype(np.float32) / 255
        pixels[..., :3] = np.round(pixels[..., :3] * share)
        pixels[..., 3] = alpha
    return pixels
