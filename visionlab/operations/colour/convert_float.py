"""Conversion to decimal values."""

from collections.abc import Callable
from typing import Literal

import cv2
import numpy as np

from visionlab.core.display import value_display
from visionlab.core.image import Display, Image
from visionlab.core.operation import operation
from visionlab.core.result import Result
from visionlab.operations._limits import extremes

_VALUES = np.arange(256, dtype=np.float32)


@operation("Convert to decimal values", group="Colour", opencv="numpy.float32")
def convert_float(
    image: Image, *, scale: Literal["divide by 255", "keep", "stretch"] = "divide by 255"
) -> Result:
    """Values with decimals, so that later steps neither round nor cut off.

    divide by 255: 0..255 becomes 0..1, white is 1. keep: the values as they are.
    stretch: (v - min) / (max - min) over the whole picture, 0..1; a flat picture becomes 0.

    Parameters
    ----------
    scale : choice
        What becomes of the values.

    Returns
    -------
    Result
        float32, of the picture's shape. Decimal values that are kept keep their colours.

    See Also
    --------
    OpenCV, ``cv2.normalize``, in the core manual.
    """
    unit = Display(0, 1)
    if scale == "stretch":
        low, high = extremes(image)
        return Result(_apply(image, lambda v: _stretched(v, low, high)), unit)
    if scale == "divide by 255":
        divided = _apply(image, lambda v: v / np.float32(255))
        eight_bit = image.dtype == np.uint8
        return Result(divided, unit if eight_bit else value_display(divided, unit))
    if image.dtype == np.uint8:
        return Result(image.astype(np.float32), Display(0, 255))
    return Result(image)


def _apply(image: Image, function: Callable[[Image], Image]) -> Image:
    """Return `function` of every value; 8-bit ones are looked up in a table of all 256."""
    if image.dtype == np.uint8:
        return cv2.LUT(image, function(_VALUES))
    return function(image)


def _stretched(values: Image, low: float, high: float) -> Image:
    above = values - np.float32(low)
    above *= np.float32(1 / (high - low) if high > low else 0)
    return np.minimum(above, 1, out=above)
