"""What Sobel and Scharr share: from the two derivatives to the chosen picture."""

from collections.abc import Callable
from typing import Literal, TypeAlias

import cv2
import numpy as np

from visionlab.core.image import Display, Image
from visionlab.core.result import Result
from visionlab.operations._limits import answer_limit

Output: TypeAlias = Literal["x", "y", "magnitude", "direction"]

_DEGREES = np.float32(180 / np.pi)
_BLOCK = 1 << 16  # pixels that stay in the processor's cache from one step to the next


def gradient(
    image: Image, derivative: Callable[[int, int, int], Image], output: Output, gain: float
) -> Result:
    """Return the chosen part of the gradient with its display.

    Parameters
    ----------
    image : Image
    derivative : callable
        Takes OpenCV's depth of the answer, and the orders (1, 0) or (0, 1) in x and y; returns
        ``(H, W)``.
    output : choice
    gain : float
        Sum of the kernel's positive weights.
    """
    limit = answer_limit(image, gain)
    # Pictures seldom come near the limit; a quarter of it is where most edges are told apart,
    # and for 3x3 Sobel it is 255, as cv2.convertScaleAbs shows it.
    shown = limit / 4
    # Whole numbers that fit in 16 bits take less time, and are exact all the same.
    whole = image.dtype == np.uint8 and limit < 2**15
    depth = cv2.CV_16S if whole else cv2.CV_32F
    if output in ("x", "y"):
        picture = derivative(depth, *((1, 0) if output == "x" else (0, 1)))
        return Result(picture.astype(np.float32, copy=False), Display(-shown, shown, "diverging"))
    dx, dy = derivative(depth, 1, 0), derivative(depth, 0, 1)
    if output == "direction":
        # cv2.phase is off by up to 0.01 degrees.
        angle = np.arctan2(dy, dx, dtype=np.float32)
        return Result(np.multiply(angle, _DEGREES, out=angle), Display(-180, 180, "cyclic"))
    if limit > 1e18:  # squares would overflow; np.hypot is slow
        return Result(np.hypot(dx, dy, out=dx), Display(0, shown))
    return Result(_length(dx, dy), Display(0, shown))


def _length(dx: Image, dy: Image) -> Image:
    """Return sqrt(dx² + dy²), float32.

    The last bit of cv2.magnitude depends on where the pictures lie in memory.
    """
    length = np.empty(dx.shape, np.float32)
    count = max(1, _BLOCK // dx.shape[1])
    for start in range(0, len(dx), count):
        rows = slice(start, start + count)
        x2, y2 = dx[rows].astype(np.float32), dy[rows].astype(np.float32)
        x2 *= x2
        y2 *= y2
        x2 += y2
        np.sqrt(x2, out=length[rows])
    return length
