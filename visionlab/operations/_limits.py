"""How large a filter's answer can be: for a display that holds still, and against overflow."""

import math
from functools import cache

import cv2
import numpy as np

from visionlab.core.errors import ImageError
from visionlab.core.image import Image


def largest(picture: Image) -> float:
    """Return the largest absolute value in `picture`."""
    return cv2.norm(picture, cv2.NORM_INF)


def extremes(picture: Image) -> tuple[float, float]:
    """Return the smallest and the largest value in `picture`."""
    low, high, *_ = cv2.minMaxLoc(picture.reshape(len(picture), -1))
    return low, high


def steady(value: float) -> float:
    """Return the power of two at or above `value`, 1 for 0.

    As the end of a colour map it stays the same from frame to frame while `value` flickers.
    """
    return math.ldexp(1.0, math.ceil(math.log2(value))) if value > 0 else 1.0


def full_scale(image: Image) -> float:
    """Return the largest value that `image` may be taken to hold: 255 where it is 8-bit."""
    return 255.0 if image.dtype == np.uint8 else steady(largest(image))


def answer_limit(image: Image, gain: float) -> float:
    """Return a bound of the answer of a filter whose positive weights sum to `gain`.

    Of 8-bit pictures it depends on the filter alone, so that the display of live video holds
    still.

    Raises
    ------
    ImageError
        The answer would exceed the largest float32.
    """
    limit = full_scale(image) * gain
    if limit > 1e37:
        raise too_large(image)
    return limit


@cache
def sobel_gain(ksize: int) -> float:
    """Return the sum of the positive weights of Sobel's kernel for a first derivative."""
    along, across = cv2.getDerivKernels(1, 0, ksize)
    return float(along.clip(0).sum() * across.sum())


def too_large(image: Image) -> ImageError:
    """Return the error of a calculation that overflows on `image`."""
    return ImageError(
        f"The values must be small enough to calculate with; this picture's reach "
        f'{largest(image):.1g}: stretch them to 0..1 first ("Convert to decimal values").'
    )
