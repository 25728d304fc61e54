"""Closing."""

import cv2

from visionlab.core.image import Image
from visionlab.core.operation import operation
from visionlab.core.result import Result
from visionlab.operations.morphology._element import Iterations, Shape, Size, morphology


@operation("Closing", group="Morphology", opencv="cv2.morphologyEx")
def closing(
    image: Image, *, shape: Shape = "rectangle", size: Size = 3, iterations: Iterations = 1
) -> Result:
    """Fill dark holes and narrow gaps, and keep the size of what is larger.

    Dilation, then erosion: f • b = (f ⊕ b) ⊖ b. A dark shape stays where the element fits
    inside it.

    Parameters
    ----------
    shape : choice
        Form of the structuring element.
    size : int
        Side of the element, odd.
    iterations : int
        How often to dilate, and then as often to erode.

    Returns
    -------
    Result
        Same shape and type as the picture; nowhere darker than the picture.

    References
    ----------
    J. Serra, "Image Analysis and Mathematical Morphology", Academic Press, 1982.
    """
    return morphology(image, cv2.MORPH_CLOSE, shape, size, iterations)
