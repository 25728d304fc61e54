"""Opening."""

import cv2

from visionlab.core.image import Image
from visionlab.core.operation import operation
from visionlab.core.result import Result
from visionlab.operations.morphology._element import Iterations, Shape, Size, morphology


@operation("Opening", group="Morphology", opencv="cv2.morphologyEx")
def opening(
    image: Image, *, shape: Shape = "rectangle", size: Size = 3, iterations: Iterations = 1
) -> Result:
    """Remove bright specks and thin lines, and keep the size of what is larger.

    Erosion, then dilation: f ∘ b = (f ⊖ b) ⊕ b. A bright shape stays where the element fits
    inside it.

    Parameters
    ----------
    shape : choice
        Form of the structuring element.
    size : int
        Side of the element, odd.
    iterations : int
        How often to erode, and then as often to dilate.

    Returns
    -------
    Result
        Same shape and type as the picture; nowhere brighter than the picture.

    References
    ----------
    J. Serra, "Image Analysis and Mathematical Morphology", Academic Press, 1982.
    """
    return morphology(image, cv2.MORPH_OPEN, shape, size, iterations)
