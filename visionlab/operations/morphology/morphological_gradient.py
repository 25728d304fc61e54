"""Morphological gradient."""

import cv2

from visionlab.core.image import Image
from visionlab.core.operation import operation
from visionlab.core.result import Result
from visionlab.operations.morphology._element import Iterations, Shape, Size, morphology


@operation("Morphological gradient", group="Morphology", opencv="cv2.morphologyEx")
def morphological_gradient(
    image: Image, *, shape: Shape = "rectangle", size: Size = 3, iterations: Iterations = 1
) -> Result:
    """Outline shapes: the dilation minus the erosion.

    Formula: (f ⊕ b) - (f ⊖ b), the contrast inside the element at each pixel. With an element
    of 3 pixels, outlines are two pixels wide.

    Parameters
    ----------
    shape : choice
        Form of the structuring element.
    size : int
        Side of the element, odd.
    iterations : int
        How often to dilate and to erode.

    Returns
    -------
    Result
        Same shape and type as the picture; 0 where the picture is flat, positive elsewhere.

    References
    ----------
    J.-F. Rivest, P. Soille, S. Beucher, "Morphological gradients", Journal of Electronic
    Imaging 2(4), 1993.
    """
    return morphology(image, cv2.MORPH_GRADIENT, shape, size, iterations)
