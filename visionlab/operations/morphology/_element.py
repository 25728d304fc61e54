"""The structuring element that the operations of this group share."""

from functools import cache
from typing import Annotated, Literal, TypeAlias

import cv2
import numpy as np

from visionlab.core.image import Image, as_image
from visionlab.core.params import Range
from visionlab.core.result import Result, View
from visionlab.operations._strips import strips

Shape: TypeAlias = Annotated[
    Literal["rectangle", "ellipse", "cross", "diamond"], "Structuring element"
]
# Odd only: an even element has no centre, and an opening with one shifts the picture.
Size: TypeAlias = Annotated[int, Range(1, 31, step=2, unit="px"), "Element size"]
Iterations: TypeAlias = Annotated[int, Range(1, 10)]

_SHAPES = {
    "rectangle": cv2.MORPH_RECT,
    "ellipse": cv2.MORPH_ELLIPSE,
    "cross": cv2.MORPH_CROSS,
    "diamond": cv2.MORPH_DIAMOND,
}


@cache
def element(shape: str, size: int) -> Image:
    """Return the structuring element, ``(size, size)`` uint8 of 0 and 1, read-only."""
    kernel = cv2.getStructuringElement(_SHAPES[shape], (size, size))
    kernel.flags.writeable = False
    return kernel


@cache
def element_view(shape: str, size: int) -> View:
    """Return the structuring element as a small picture, white where it has cells."""
    return View("Structuring element", as_image(element(shape, size) * 255))


def morphology(image: Image, operator: int, shape: str, size: int, iterations: int) -> Result:
    """Apply one of OpenCV's ``cv2.MORPH_*`` operators, each channel on its own."""
    kernel, views = element(shape, size), (element_view(shape, size),)
    reach = 2 * (size // 2) * iterations  # an operator of two passes reaches twice as far
    parts = strips(image, reach)
    if len(parts) == 1:
        return Result(cv2.morphologyEx(image, operator, kernel, iterations=iterations), views=views)
    picture = np.empty_like(image)
    for strip in parts:
        answer = cv2.morphologyEx(image[strip.rows], operator, kernel, iterations=iterations)
        picture[strip.place] = answer[strip.kept]
    return Result(picture, views=views)
