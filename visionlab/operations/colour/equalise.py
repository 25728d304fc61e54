"""Histogram equalisation."""

import cv2

from visionlab.core.image import Image8
from visionlab.core.operation import operation
from visionlab.core.result import Result
from visionlab.operations.colour._lightness import on_lightness


@operation("Equalise histogram", group="Colour", opencv="cv2.equalizeHist")
def equalise(image: Image8) -> Result:
    """Contrast spread so that all tones are about equally frequent.

    A value v becomes 255 (c(v) - c0) / (N - c0), with c(v) the number of pixels up to v, c0
    that of the darkest tone that occurs and N all. A flat picture stays as it is. In a colour
    picture this is done to the lightness L of Lab alone, so that hues stay.

    Returns
    -------
    Result
        uint8, of the picture's shape.

    See Also
    --------
    OpenCV, "Histogram equalization", in the imgproc tutorials.
    """
    return Result(on_lightness(image, cv2.equalizeHist))
