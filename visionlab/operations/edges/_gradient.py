"""What Sobel and Scharr share: from the two derivatives to the chosen picture."""

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from visionlab.core.image import Display, Image
from visionlab.core.result import Result
from visionlab.operations._limits import answer_limit

Output: TypeAlias = Literal["x", "y", "magnitude", "direction"]


def gradient(
    image: Image, derivative: Callable[[int, int], Image], output: Output, gain: float
) -> Result:
    """Return the chosen part of the gradient with its display.

    Parameters
    ----------
    image : Image
    derivative : callable
        Takes the orders (1, 0) or (0, 1) in x and y; returns ``(H, W)`` float32.
    output : choice
    gain : float
        Sum of the kernel's positive weights.
    """
    limit = answer_limit(image, gain)
    # Pictures seldom come near the limit; a quarter of it is where most edges are told apart,
    # and for 3x3 Sobel it is 255, as cv2.convertScaleAbs shows it.
    shown = limit / 4
    if output == "x":
        return Result(derivative(1, 0), Display(-shown, shown, "diverging"))
    if output == "y":
        return Result(derivative(0, 1), Display(-shown, shown, "diverging"))
    dx, dy = derivative(1, 0), derivative(0, 1)
    if output == "direction":
        # cv2.phase is off by up to 0.01 degrees.
        angle = np.arctan2(dy, dx, out=dy)
        return Result(np.degrees(angle, out=angle), Display(-180, 180, "cyclic"))
    if limit > 1e18:  # squares would overflow; np.hypot is slow
        return Result(np.hypot(dx, dy, out=dx), Display(0, shown))
    # The last bit of cv2.magnitude depends on where the pictures lie in memory.
    length = np.multiply(dx, dx, out=dx)
    length += np.multiply(dy, dy, out=dy)
    return Result(np.sqrt(length, out=length), Display(0, shown))
