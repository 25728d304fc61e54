"""Whether corner responses may overflow: told from the picture, in little time."""

import numpy as np

from visionlab.core.image import Image
from visionlab.operations._limits import largest, sobel_gain


def may_overflow(image: Image, ksize: int) -> bool:
    """Whether products of M's entries may exceed the largest float32.

    An entry is at most (2 v g)², with v the largest value and g the sum of the positive weights
    of Sobel's kernel, which OpenCV divides by 2^(ksize - 1), the sum of its weights across; it
    divides by the block's size too.
    """
    if image.dtype == np.uint8:  # which OpenCV takes as 0 to 1
        return False
    gain = sobel_gain(ksize) / 2.0 ** (ksize - 1)
    return (2 * largest(image) * gain) ** 4 > 1e38
