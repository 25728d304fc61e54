"""How large a filter's answer can be: for a display that holds still, and against overflow."""

import math

import numpy as np

from visionlab.core.errors import ImageError
from visionlab.core.image import Image


def largest(picture: Image) -> float:
    """Return the largest absolute value in `picture`."""
    return max(float(picture.max()), -float(picture.min()))


def steady(value: float) -> float:
    """Return the power of two at or above `value`, 1 for 0.

    As the end of a colour map it stays the same from frame to frame while `value` flickers.
    """
    return math.ldexp(1.0, math.ceil(math.log2(value))) if value > 0 else 1.0


def answer_limit(image: Image, gain: float) -> float:
    """Return a bound of the answer of a filter whose positive weights sum to `gain`.

    Of 8-bit pictures it depends on the filter alone, so that the display of live video holds
    still.

    Raises
    ------
    ImageError
        The answer would exceed the largest float32.
    """
    if image.dtype == np.uint8:
        return 255 * gain
    limit = steady(largest(image)) * gain
    if limit > 1e37:
        raise ImageError(
            f"The filter's answer must stay below 1e37; this picture has values up to "
            f"{largest(image):.2g}: divide them first."
        )
    return limit
