"""Contrast-limited adaptive histogram equalisation."""

from typing import Annotated

import cv2

from visionlab.core.image import Image8
from visionlab.core.operation import operation
from visionlab.core.params import Range
from visionlab.core.result import Result
from visionlab.operations.colour._lightness import on_lightness


@operation("CLAHE", group="Colour", opencv="cv2.createCLAHE")
def clahe(
    image: Image8,
    *,
    clip_limit: Annotated[float, Range(0, 40, step=0.5)] = 2.0,
    tiles: Annotated[int, Range(1, 32), "Tiles per side"] = 8,
) -> Result:
    """Local contrast: the histogram equalised tile by tile, its peaks cut off.

    Each tile's histogram is clipped at `clip_limit` times its mean height, so that noise in
    even areas is not blown up; between tile centres the results are blended. In a colour
    picture this is done to the lightness L of Lab alone, so that hues stay.

    Parameters
    ----------
    clip_limit : float
        Highest bin over mean bin; 0 does not clip.
    tiles : int
        Number of tiles across and down.

    Returns
    -------
    Result
        uint8, of the picture's shape.

    References
    ----------
    K. Zuiderveld, "Contrast limited adaptive histogram equalization", Graphics Gems IV, 1994.
    """
    equaliser = cv2.createCLAHE(clipLimit=clip_limit, tileGridSize=(tiles, tiles))
    return Result(on_lightness(image, equaliser.apply))
