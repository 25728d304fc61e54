"""A fixed threshold."""

from typing import Annotated, Literal

import cv2

from visionlab.core.image import Image8
from visionlab.core.operation import operation
from visionlab.core.params import Range, When
from visionlab.core.result import Result

_TYPES = {
    "binary": cv2.THRESH_BINARY,
    "binary inverted": cv2.THRESH_BINARY_INV,
    "truncate": cv2.THRESH_TRUNC,
    "to zero": cv2.THRESH_TOZERO,
    "to zero inverted": cv2.THRESH_TOZERO_INV,
}


@operation("Threshold", group="Colour", opencv="cv2.threshold")
def threshold(
    image: Image8,
    *,
    level: Annotated[int, Range(0, 255), "Threshold"] = 127,
    mode: Literal["binary", "binary inverted", "truncate", "to zero", "to zero inverted"] = (
        "binary"
    ),
    maximum: Annotated[
        int, Range(1, 255), "Value of white", When("mode", "binary", "binary inverted")
    ] = 255,
) -> Result:
    """Values above a threshold against the rest, in each channel.

    With t the threshold, values v > t and the others become: `maximum` and 0 (binary),
    0 and `maximum` (binary inverted), t and v (truncate), v and 0 (to zero), 0 and v
    (to zero inverted).

    Parameters
    ----------
    level : int
        The threshold t; t itself does not count as above.
    mode : choice
        What becomes of the values on the two sides.
    maximum : int
        The value of white in the binary modes.

    Returns
    -------
    Result
        uint8, of the picture's shape.

    See Also
    --------
    OpenCV, "Basic thresholding operations", in the imgproc tutorials.
    """
    return Result(cv2.threshold(image, level, maximum, _TYPES[mode])[1])
