"""A patch laid over a picture before the network sees it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from visionlab.core.display import to_rgb8
from visionlab.core.errors import ParamError
from visionlab.core.image import Display, Image, locked
from visionlab.deep.explain.baselines import BLUR

Shows: TypeAlias = Literal["mean", "grey", "black", "blur"]
Part: TypeAlias = tuple[int, int, int, int]

_SMALL = 64
"""Longer side of the blurred picture: all that a blur leaves fits into it."""


@dataclass(frozen=True)
class Cover:
    """A square patch, in pixels of the picture; it may hang over the border.

    Attributes
    ----------
    x, y : int
        Its first column and row.
    side : int
        Its width and height, from 1.
    shows : {'mean', 'grey', 'black', 'blur'}
        The picture's mean colour, middle grey, black, or the blurred picture.

    Raises
    ------
    ParamError
        It has no pixel.
    """

    x: int
    y: int
    side: int
    shows: Shows = "mean"

    def __post_init__(self) -> None:
        if self.side < 1:
            raise ParamError(f"The patch must have at least 1 px; it was {self.side} px.")

    def part(self, width: int, height: int) -> Part:
        """Return what lies on a picture: first column and row, and those behind the last ones.

        Without a pixel on it, the first are not before the last.
        """
        return (
            max(self.x, 0), max(self.y, 0),
            min(self.x + self.side, width), min(self.y + self.side, height),
        )  # fmt: skip


def filling(shown: Image, shows: Shows) -> Image:
    """Return what patches on a picture show, small, to be stretched over all of it.

    Parameters
    ----------
    shown : Image
        (H, W) or (H, W, 3) uint8.
    shows : {'mean', 'grey', 'black', 'blur'}
        See `Cover`.

    Returns
    -------
    Image
        (1, 1) or (1, 1, 3) uint8 of one colour, or the blurred picture.
    """
    if shows == "blur":
        return locked(_blurred(shown))
    one = np.zeros((1, 1, *shown.shape[2:]), np.uint8)
    if shows == "mean":
        one[:] = np.round(cv2.mean(shown)[: one.size])
    elif shows == "grey":
        one[:] = 128
    return locked(one)


def covered(picture: Image, cover: Cover, display: Display | None = None) -> Image:
    """Return a copy of the picture, as the screen shows it, with the patch on it.

    Parameters
    ----------
    picture : Image
        Any; it stays as it is.
    cover : Cover
    display : Display, optional
        How decimal values are shown.

    Returns
    -------
    Image
        (H, W) or (H, W, 3) uint8.
    """
    shown = to_rgb8(picture, display)
    height, width = shown.shape[:2]
    x0, y0, x1, y1 = cover.part(width, height)
    if x0 >= x1 or y0 >= y1:
        return shown
    result = shown.copy()
    fill = filling(shown, cover.shows)
    rows, columns = fill.shape[:2]
    if rows == columns == 1:
        result[y0:y1, x0:x1] = fill
        return locked(result)
    # From pixels of the patch to those of the filling; centres lie at whole numbers.
    across, down = columns / width, rows / height
    back = np.array([
        [across, 0, (x0 + 0.5) * across - 0.5],
        [0, down, (y0 + 0.5) * down - 0.5],
    ])  # fmt: skip
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    result[y0:y1, x0:x1] = cv2.warpAffine(
        fill, back, (x1 - x0, y1 - y0), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return locked(result)


def _blurred(shown: Image) -> NDArray[np.uint8]:
    height, width = shown.shape[:2]
    scale = min(1.0, _SMALL / max(height, width))
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    small = cv2.resize(shown, size, interpolation=cv2.INTER_AREA)
    sigma = BLUR * max(size)
    return cv2.GaussianBlur(small, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)  # type: ignore[return-value]
