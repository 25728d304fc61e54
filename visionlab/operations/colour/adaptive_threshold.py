"""A threshold of its own for each neighbourhood."""

from typing import Annotated, Literal

import cv2

from visionlab.core.image import Grey8
from visionlab.core.operation import operation
from visionlab.core.params import Range
from visionlab.core.result import Result

_METHODS = {"mean": cv2.ADAPTIVE_THRESH_MEAN_C, "Gaussian": cv2.ADAPTIVE_THRESH_GAUSSIAN_C}
_TYPES = {"binary": cv2.THRESH_BINARY, "binary inverted": cv2.THRESH_BINARY_INV}


@operation("Adaptive threshold", group="Colour", opencv="cv2.adaptiveThreshold")
def adaptive_threshold(
    image: Grey8,
    *,
    method: Annotated[Literal["mean", "Gaussian"], "Average"] = "mean",
    block_size: Annotated[int, Range(3, 255, step=2, unit="px")] = 25,
    offset: Annotated[int, Range(-100, 100)] = 7,
    mode: Literal["binary", "binary inverted"] = "binary",
) -> Result:
    """Pixels brighter than their surroundings, so that uneven light does no harm.

    A pixel is white where v > average - offset, over the block around it.

    Parameters
    ----------
    method : choice
        Plain mean, or weighted by a Gaussian that falls towards the block's edge.
    block_size : int
        Side of the block, odd.
    offset : int
        Subtracted from the average; above 0 keeps noise in even areas white.
    mode : choice
        Whether values above the threshold become white, or the others.

    Returns
    -------
    Result
        ``(H, W)`` uint8, 0 and 255.

    See Also
    --------
    OpenCV, "Image thresholding", in the imgproc tutorials.
    """
    return Result(
        cv2.adaptiveThreshold(image, 255, _METHODS[method], _TYPES[mode], block_size, offset)
    )
