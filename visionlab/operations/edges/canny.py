"""Canny's edge detector."""

from typing import Annotated

import cv2

from visionlab.core.image import Grey8
from visionlab.core.operation import operation
from visionlab.core.params import Interval, Range
from visionlab.core.result import Result


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
    return Result(cv2.Canny(image, low, high, apertureSize=ksize, L2gradient=l2_gradient))
