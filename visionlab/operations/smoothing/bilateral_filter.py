"""A blur that stops at edges."""

from typing import Annotated

import cv2
import numpy as np

from visionlab.core.image import Image
from visionlab.core.operation import operation
from visionlab.core.params import Range
from visionlab.core.result import Result
from visionlab.operations._limits import extremes
from visionlab.operations._strips import strips


@operation("Bilateral filter", group="Smoothing", opencv="cv2.bilateralFilter")
def bilateral_filter(
    image: Image,
    *,
    diameter: Annotated[int, Range(3, 25, step=2, unit="px")] = 9,
    sigma_colour: Annotated[float, Range(0.1, 255, step=0.1), "Range of values"] = 50.0,
    sigma_space: Annotated[float, Range(0.1, 50, step=0.1, unit="px"), "Range in space"] = 5.0,
) -> Result:
    """A blur within areas of like colour, which leaves the edges between them.

    A neighbour's weight is exp(-d² / (2 sigma_space²)) exp(-c² / (2 sigma_colour²)), with d
    its distance and c its difference in value (in RGB the three channels' sum).

    Parameters
    ----------
    diameter : int
        Of the round neighbourhood, odd. The time grows with its square.
    sigma_colour : float
        How different two values may be and still mix, in the picture's own values:
        about 10 to 100 for 8-bit, 0.1 for decimal values in 0..1.
    sigma_space : float
        How fast the weight falls with distance.

    Returns
    -------
    Result
        Of the picture's shape and type; decimal values keep their colours.

    References
    ----------
    C. Tomasi and R. Manduchi, "Bilateral filtering for gray and color images", ICCV 1998.
    """
    parts = strips(image, diameter // 2 + 1)
    if len(parts) == 1 or image.ndim == 2:
        return Result(cv2.bilateralFilter(image, diameter, sigma_colour, sigma_space))
    picture = np.empty_like(image)
    low, high = extremes(image)
    for strip in parts:
        part = image[strip.rows].copy()
        # OpenCV tabulates the weights between the extremes of what it is given: a row just out
        # of reach holds those of the whole picture, so that the answers are the same bit by bit.
        spare = part[0 if strip.rows.start else -1]
        spare[:] = low
        spare[0] = high
        answer = cv2.bilateralFilter(part, diameter, sigma_colour, sigma_space)
        picture[strip.place] = answer[strip.kept]
    return Result(picture)
