"""The negative of a picture."""

import cv2
import numpy as np

from visionlab.core.image import Image
from visionlab.core.operation import operation
from visionlab.core.result import Result
from visionlab.operations._limits import extremes


@operation("Invert", group="Colour", opencv="cv2.bitwise_not")
def invert(image: Image) -> Result:
    """The negative: dark becomes bright, each colour its complement.

    255 - v for 8-bit values. Decimal values are mirrored in their own range: min + max - v,
    with the smallest and the largest value of the whole picture.

    Returns
    -------
    Result
        Of the picture's shape and type.

    See Also
    --------
    OpenCV, ``cv2.bitwise_not``, in the core manual.
    """
    if image.dtype == np.uint8:
        return Result(cv2.bitwise_not(image))
    return Result(np.float32(sum(extremes(image))) - image)
