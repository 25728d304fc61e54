"""The median of a square neighbourhood."""

from typing import Annotated

import cv2
import numpy as np

from visionlab.core.errors import ImageError
from visionlab.core.image import Image
from visionlab.core.operation import operation
from visionlab.core.params import Range
from visionlab.core.result import Result
from visionlab.operations._strips import side_by_side

_LATE = 25_000  # values that are worked on while another thread wakes,
_LATE_5 = 220_000  # and with the quick way that OpenCV has for five rows


@operation("Median blur", group="Smoothing", opencv="cv2.medianBlur")
def median_blur(
    image: Image, *, ksize: Annotated[int, Range(1, 99, step=2, unit="px"), "Kernel size"] = 5
) -> Result:
    """Every pixel becomes the middle value of the square around it.

    Single outliers (salt and pepper) vanish and straight edges stay, unlike with a mean.
    Each channel is sorted by itself. Beyond the edge the outermost pixel is repeated.

    Parameters
    ----------
    ksize : int
        Side of the square, odd; 1 changes nothing; at most 5 for decimal values.

    Returns
    -------
    Result
        Of the picture's shape and type; decimal values keep their colours.

    Raises
    ------
    ImageError
        The picture has decimal values and the kernel is larger than 5.

    See Also
    --------
    OpenCV, "Smoothing images", in the imgproc tutorials.
    """
    if ksize == 1:
        return Result(image)
    if image.dtype != np.uint8 and ksize > 5:
        raise ImageError(
            f"The median of decimal values takes a kernel of up to 5 px; it was {ksize}; "
            f'choose a smaller one or put "Convert to 8-bit" before.'
        )
    if ksize == 3:  # is over before another thread wakes
        return Result(cv2.medianBlur(image, ksize))
    late = _LATE_5 if ksize == 5 else _LATE
    return Result(side_by_side(lambda part: cv2.medianBlur(part, ksize), image, ksize // 2, late))
