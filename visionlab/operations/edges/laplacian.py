"""The sum of the second derivatives."""

from functools import cache
from typing import Annotated

import cv2
import numpy as np

from visionlab.core.image import Display, Grey
from visionlab.core.operation import operation
from visionlab.core.params import Range
from visionlab.core.result import Result
from visionlab.operations._limits import answer_limit


@operation("Laplacian", group="Edges", opencv="cv2.Laplacian")
def laplacian(
    image: Grey,
    *,
    ksize: Annotated[int, Range(1, 31, step=2, unit="px"), "Kernel size"] = 1,
) -> Result:
    """How far a pixel differs from the mean of its surroundings; edges are where it crosses 0.

    The second derivatives in x and y, added. For ksize 1 the kernel is [0 1 0; 1 -4 1; 0 1 0],
    for ksize 3 it is [2 0 2; 0 -8 0; 2 0 2]. Along an edge the dark side is positive and the
    bright side negative; a bright spot is negative. Noise grows: smooth before.
    Outside, the picture is mirrored at its border pixels (reflect 101).

    Shown blue (negative), white (0) and orange (positive). The colours end at an eighth of
    the largest possible value (127.5 for 8-bit pictures and ksize 1); the values themselves are
    not cut off.

    Parameters
    ----------
    ksize : int
        Side of the Sobel kernels of the second derivatives, odd; 1 takes the four neighbours.
        Larger kernels smooth more and answer with larger values.

    Returns
    -------
    Result
        ``(H, W)`` float32, signed.

    Raises
    ------
    ImageError
        Decimal values are so large that the answer overflows.

    References
    ----------
    D. Marr, E. Hildreth, "Theory of edge detection", Proc. R. Soc. Lond. B 207, 1980.
    OpenCV, "Laplace operator", in the imgproc tutorials.
    """
    shown = answer_limit(image, _gain(ksize)) / 8
    picture = cv2.Laplacian(image, cv2.CV_32F, ksize=ksize)
    return Result(picture, Display(-shown, shown, "diverging"))


@cache
def _gain(ksize: int) -> float:
    """Return the sum of the kernel's positive weights."""
    spot = np.zeros((2 * ksize + 3, 2 * ksize + 3), np.float32)
    spot[ksize + 1, ksize + 1] = 1
    return float(cv2.Laplacian(spot, cv2.CV_32F, ksize=ksize).clip(0).sum())
