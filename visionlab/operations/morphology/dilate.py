"""Dilation."""

import cv2

from visionlab.core.image import Image
from visionlab.core.operation import operation
from visionlab.core.result import Result
from visionlab.operations.morphology._element import Iterations, Shape, Size, morphology


@operation("Dilate", group="Morphology", opencv="cv2.dilate")
def dilate(
    image: Image, *, shape: Shape = "rectangle", size: Size = 3, iterations: Iterations = 1
) -> Result:
    """Grow bright shapes: each pixel becomes the largest value under the element.

    Formula: (f ⊕ b)(x) = max over s in b of f(x + s). Dark specks smaller than the element
    vanish and bright shapes join. Nothing outside the picture counts.

    Parameters
    ----------
    shape : choice
        Form of the structuring element.
    size : int
        Side of the element, odd.
    iterations : int
        How often to dilate.

    Returns
    -------
    Result
        Same shape and type as the picture; its values are some of the picture's own.

    References
    ----------
    J. Serra, "Image Analysis and Mathematical Morphology", Academic Press, 1982.
    """
    return morphology(image, cv2.MORPH_DILATE, shape, size, iterations)
