"""The mean weighted by a Gaussian."""

from typing import Annotated

import cv2

from visionlab.core.image import Image
from visionlab.core.operation import operation
from visionlab.core.params import Range
from visionlab.core.result import Result
from visionlab.operations.smoothing._borders import BORDERS, Border


@operation("Gaussian blur", group="Smoothing", opencv="cv2.GaussianBlur")
def gaussian_blur(
    image: Image,
    *,
    ksize: Annotated[int, Range(1, 99, step=2, unit="px"), "Kernel size"] = 5,
    sigma: Annotated[float, Range(0, 30, step=0.1, unit="px"), "Standard deviation"] = 0.0,
    border: Annotated[Border, "Beyond the edge"] = "reflect 101",
) -> Result:
    """Every pixel becomes a mean of its surroundings in which near pixels count most.

    The weights are exp(-(x² + y²) / (2 sigma²)), scaled to sum 1. The kernel cuts the bell
    off: from ksize = 6 sigma + 1 on, nothing visible is lost.

    Parameters
    ----------
    ksize : int
        Side of the kernel, odd; 1 changes nothing.
    sigma : float
        Width of the bell; 0 derives it: 0.3 ((ksize - 1) / 2 - 1) + 0.8.
    border : choice
        The values beyond the edge of a row a b c d: c b | a b c d (reflect 101),
        b a | a b c d (reflect), a a | a b c d (replicate), 0 0 | a b c d (black).

    Returns
    -------
    Result
        Of the picture's shape and type; decimal values keep their colours.

    See Also
    --------
    OpenCV, "Smoothing images", in the imgproc tutorials.
    """
    picture = cv2.GaussianBlur(image, (ksize, ksize), sigma, borderType=BORDERS[border])
    return Result(picture)
