"""Black-hat."""

import cv2

from visionlab.core.image import Image
from visionlab.core.operation import operation
from visionlab.core.result import Result
from visionlab.operations.morphology._element import Iterations, Shape, Size, morphology


@operation("Black-hat", group="Morphology", opencv="cv2.morphologyEx")
def black_hat(
    image: Image, *, shape: Shape = "rectangle", size: Size = 15, iterations: Iterations = 1
) -> Result:
    """Find small dark details: the closing minus the picture.

    Formula: (f • b) - f. What is dark and too small for the element remains, shown bright, so
    dark writing stands out from uneven paper.

    Parameters
    ----------
    shape : choice
        Form of the structuring element.
    size : int
        Side of the element, odd.
    iterations : int
        How often the closing dilates, and then erodes.

    Returns
    -------
    Result
        Same shape and type as the picture; 0 or positive.

    References
    ----------
    F. Meyer, "Contrast feature extraction", in: Quantitative Analysis of Microstructures in
    Materials Sciences, Biology and Medicine, Riederer, 1978.
    """
    return morphology(image, cv2.MORPH_BLACKHAT, shape, size, iterations)
