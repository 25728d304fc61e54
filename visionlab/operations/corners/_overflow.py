"""Whether corner responses may overflow: told from the picture, in little time."""

from functools import cache

import cv2
import numpy as np

from visionlab.core.image import Image
from visionlab.operations._limits import largest


def may_overflow(image: Image, ksize: int) -> bool:
    """Whether products of M's entries may exceed the largest float32.

    An entry is at most (2 v g)², with v the largest value and g the sum of the positive weights
    of Sobel's kernel along the derivative; OpenCV divides by the other kernel's sum and by the
    block's size.
    """
    if image.dtype == np.uint8:  # which OpenCV takes as 0 to 1
        return False
    return (2 * largest(image) * _gain(ksize)) ** 4 > 1e38


@cache
def _gain(ksize: int) -> float:
    along, _ = cv2.getDerivKernels(1, 0, ksize)
    return float(along.clip(0).sum())
