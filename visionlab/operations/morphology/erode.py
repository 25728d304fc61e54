"""Erosion."""

import cv2

from visionlab.core.image import Image
from visionlab.core.operation import operation
from visionlab.core.result import Result
from visionlab.operations.morphology._element import Iterations, Shape, Size, morphology


@operation("Erode", group="Morphology", opencv="cv2.erode")
def erode(
    image: Image, *, shape: Shape = "rectangle", size: Size = 3, iterations: Iterations = 1
) -> Result:
    """Shrink bright shapes: each pixel becomes the smallest value under the element.

    Formula: (f ⊖ b)(x) = min over s in b of f(x + s). Bright specks smaller than the element
    vanish and dark gaps widen. Nothing outside the picture counts.

    Parameters
    ----------
    shape : choice
        Form of the structuring element.
    size : int
        Side of the element, odd.
    iterations : int
        How often to erode.

    Returns
    -------
    Result
        Same shape and type as the picture; its values are some of the picture's own.

    References
    ----------
    J. Serra, "Image Analysis and Mathematical Morphology", Academic Press, 1982.
    """
    return morphology(image, cv2.MORPH_ERODE, shape, size, iterations)
