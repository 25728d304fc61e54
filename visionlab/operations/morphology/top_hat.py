"""Top-hat."""

import cv2

from visionlab.core.image import Image
from visionlab.core.operation import operation
from visionlab.core.result import Result
from visionlab.operations.morphology._element import Iterations, Shape, Size, morphology


@operation("Top-hat", group="Morphology", opencv="cv2.morphologyEx")
def top_hat(
    image: Image, *, shape: Shape = "rectangle", size: Size = 15, iterations: Iterations = 1
) -> Result:
    """Find small bright details: the picture minus its opening.

    Formula: f - (f ∘ b). What is bright and too small for the element remains, so an element
    larger than the details also takes away uneven light.

    Parameters
    ----------
    shape : choice
        Form of the structuring element.
    size : int
        Side of the element, odd.
    iterations : int
        How often the opening erodes, and then dilates.

    Returns
    -------
    Result
        Same shape and type as the picture; 0 or positive.

    References
    ----------
    F. Meyer, "Contrast feature extraction", in: Quantitative Analysis of Microstructures in
    Materials Sciences, Biology and Medicine, Riederer, 1978.
    """
    return morphology(image, cv2.MORPH_TOPHAT, shape, size, iterations)
