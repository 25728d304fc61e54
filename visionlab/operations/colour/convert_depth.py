"""Conversion of decimal values to 8-bit ones."""

from typing import Literal

import cv2
import numpy as np

from visionlab.core.image import Image, Need
from visionlab.core.operation import operation
from visionlab.core.result import Result
from visionlab.operations._limits import extremes


@operation(
    "Convert to 8-bit",
    group="Colour",
    opencv="cv2.normalize, cv2.convertScaleAbs",
    mends={Need.UINT8: {"mode": "stretch"}},
)
def convert_depth(
    image: Image, *, mode: Literal["stretch", "clip", "absolute"] = "stretch"
) -> Result:
    """Whole numbers from 0 to 255, as most of OpenCV expects them.

    stretch: 255 (v - min) / (max - min), with the smallest and the largest value of the whole
    picture; a flat picture becomes 0. clip: values below 0 become 0, above 255 become 255.
    absolute: |v|, then clip. Results are rounded to the nearest whole number.

    Parameters
    ----------
    mode : choice
        Stretch the values to 0..255, clip them, or take their absolute value.

    Returns
    -------
    Result
        uint8, of the picture's shape. An 8-bit picture changes by stretch only.

    See Also
    --------
    OpenCV, ``cv2.normalize`` with NORM_MINMAX and ``cv2.convertScaleAbs``, in the core manual.
    """
    if mode == "stretch":
        return Result(_stretched(image))
    if image.dtype == np.uint8:
        return Result(image)
    # OpenCV turns values beyond 2^31 into 0, so they are cut off before.
    return Result(cv2.convertScaleAbs(np.clip(image, 0 if mode == "clip" else -255, 255)))


def _stretched(image: Image) -> Image:
    if image.dtype == np.uint8:
        return cv2.normalize(image, np.empty_like(image), 0, 255, cv2.NORM_MINMAX)
    low, high = extremes(image)
    scale = 255 / (high - low) if high > low else 0.0
    if max(-low, high) < 64 * (high - low):
        return cv2.convertScaleAbs(image, alpha=scale, beta=-low * scale)
    # Subtracting first keeps small differences between large values.
    return cv2.convertScaleAbs(image - np.float32(low), alpha=scale)
