"""Brightness, contrast and gamma: one tone curve."""

from typing import Annotated

import cv2
import numpy as np

from visionlab.core.image import Image8
from visionlab.core.operation import operation
from visionlab.core.params import Range
from visionlab.core.result import Curve, Plot, Result

_VALUES = np.arange(256)


@operation("Brightness, contrast, gamma", group="Colour", opencv="cv2.LUT")
def brightness_contrast(
    image: Image8,
    *,
    brightness: Annotated[int, Range(-255, 255)] = 0,
    contrast: Annotated[float, Range(0, 5, step=0.05)] = 1.0,
    gamma: Annotated[float, Range(0.1, 5, step=0.05)] = 1.0,
) -> Result:
    """Shift, stretch and bend the tones of every channel alike.

    g = contrast v + brightness, cut off to 0..255; then 255 (g / 255)^gamma, rounded.

    Parameters
    ----------
    brightness : int
        Added to every value.
    contrast : float
        Factor of every value; 1 leaves it.
    gamma : float
        Exponent; below 1 lifts the dark tones, above 1 deepens them.

    Returns
    -------
    Result
        uint8, of the picture's shape; the plot shows the tone curve.

    See Also
    --------
    OpenCV, "Changing the contrast and brightness of an image", in the core tutorials.
    """
    linear = (contrast * _VALUES + brightness).clip(0, 255)
    table = np.rint(255 * (linear / 255) ** gamma).astype(np.uint8)
    curve = Plot("Tone curve", "Value before", "Value after", (Curve("Tone", _VALUES, table),))
    return Result(cv2.LUT(image, table), plots=(curve,))
