"""Canny's edge detector."""

from functools import partial
from typing import Annotated

import cv2

from visionlab.core.again import Again
from visionlab.core.image import Grey8, Image
from visionlab.core.operation import operation
from visionlab.core.params import Interval, Range
from visionlab.core.result import Array, Result


@operation("Canny edges", group="Edges", opencv="cv2.Canny")
def canny(
    image: Grey8,
    *,
    thresholds: Annotated[Interval, Range(0, 1000)] = (50, 150),
    ksize: Annotated[int, Range(3, 7, step=2, unit="px"), "Sobel kernel size"] = 3,
    l2_gradient: Annotated[bool, "Exact gradient length"] = False,
) -> Result:
    """Thin, connected edges: strong gradients, and weak ones that touch them.

    Gradients by Sobel, thinned along their direction; pixels above the upper threshold are
    edges, pixels between the two only where connected to one.

    Parameters
    ----------
    thresholds : interval
        Lower and upper limit of the gradient's length.
    ksize : int
        Side of the Sobel kernels, odd. The same edge has a gradient 12 times as long with 5,
        and 160 times with 7.
    l2_gradient : bool
        Length sqrt(gx² + gy²) instead of |gx| + |gy|.

    Returns
    -------
    Result
        ``(H, W)`` uint8, 255 on edges and 0 elsewhere.

    References
    ----------
    J. Canny, "A computational approach to edge detection", IEEE PAMI 8(6), 1986.
    """
    low, high = thresholds
    if not _gradients.comes_again(image, ksize):
        return Result(cv2.Canny(image, low, high, apertureSize=ksize, L2gradient=l2_gradient))
    scale = _scale(ksize)
    gx, gy = _gradients(image, ksize)
    return Result(cv2.Canny(gx, gy, low * scale, high * scale, L2gradient=l2_gradient))


def _scale(ksize: int) -> float:
    """Return what keeps the gradients within 16 bits."""
    return 1 / 16 if ksize == 7 else 1.0


@Again
def _gradients(image: Image, ksize: int) -> tuple[Array, Array]:
    """Return the derivatives that cv2.Canny makes for itself, ``(H, W)`` int16 each."""
    sobel = partial(
        cv2.Sobel, image, cv2.CV_16S, ksize=ksize, scale=_scale(ksize),
        borderType=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return sobel(1, 0), sobel(0, 1)
