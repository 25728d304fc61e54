"""Pictures made ready for painting, off the window's thread: 32-bit pixels, halved k times.

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
