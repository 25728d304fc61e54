"""Conversion to decimal values."""

from typing import Literal

import numpy as np

from visionlab.core.display import value_display
from visionlab.core.image import Display, Image
from visionlab.core.operation import operation
from visionlab.core.result import Result


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
        float32, of the picture's shape.

    See Also
    --------
    OpenCV, ``cv2.normalize``, in the core manual.
    """
    if scale == "stretch":
        low, high = float(image.min()), float(image.max())
        stretched = image - np.float32(low)
        stretched *= np.float32(1 / (high - low) if high > low else 0)
        return Result(np.minimum(stretched, 1, out=stretched), Display(0, 1))
    if scale == "divide by 255":
        divided = image / np.float32(255)
        return Result(divided, value_display(divided, Display(0, 1)))
    kept = image.astype(np.float32)
    nominal = Display(0, 255) if image.dtype == np.uint8 else None
    return Result(kept, value_display(kept, nominal))
