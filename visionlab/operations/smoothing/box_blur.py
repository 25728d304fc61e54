"""The mean of a square neighbourhood."""

from typing import Annotated

import cv2

from visionlab.core.image import Image
from visionlab.core.operation import operation
from visionlab.core.params import Range
from visionlab.core.result import Result
from visionlab.operations.smoothing._borders import BORDERS, Border


@operation("Box blur", group="Smoothing", opencv="cv2.blur")
def box_blur(
    image: Image,
    *,
    ksize: Annotated[int, Range(1, 99, step=2, unit="px"), "Kernel size"] = 5,
    border: Annotated[Border, "Beyond the edge"] = "reflect 101",
) -> Result:
    """Every pixel becomes the plain mean of the square around it.

    All weights are 1 / ksize². Edges blur as strongly as noise, and a point becomes a square.

    Parameters
    ----------
    ksize : int
        Side of the square, odd; 1 changes nothing.
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
    picture = cv2.blur(image, (ksize, ksize), borderType=BORDERS[border])
    return Result(picture)
