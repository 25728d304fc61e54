"""Hit-or-miss transform."""

from typing import Annotated

import cv2
import numpy as np

from visionlab.core.image import Grey8
from visionlab.core.operation import operation
from visionlab.core.params import Cells, Matrix
from visionlab.core.result import Points, Reading, Result

MAX_POINTS = 10_000


@operation("Hit-or-miss", group="Morphology", opencv="cv2.morphologyEx")
def hit_or_miss(
    image: Grey8,
    *,
    pattern: Annotated[Matrix, Cells((-1, 0, 1), 7)] = ((-1, -1, 0), (-1, 1, 1), (0, 1, 0)),
) -> Result:
    """Find every place where a small pattern of white and black pixels fits exactly.

    The picture counts as binary: each pixel that is not 0 is white. A place is found where all
    cells of 1 lie on white and all cells of -1 on black: (A ⊖ B₁) ∩ (Aᶜ ⊖ B₂). Cells outside
    the picture fit anything. The pattern at first finds upper left corners.

    Parameters
    ----------
    pattern : matrix
        1: must be white; -1: must be black; 0: either. With zeros alone, the binary picture
        itself is returned.

    Returns
    -------
    Result
        ``(H, W)`` uint8, 255 where the pattern's centre fits and 0 elsewhere; up to 10,000 of
        these places as points.

    References
    ----------
    J. Serra, "Image Analysis and Mathematical Morphology", Academic Press, 1982.
    """
    _, white = cv2.threshold(image, 0, 255, cv2.THRESH_BINARY)
    found = cv2.morphologyEx(white, cv2.MORPH_HITMISS, np.array(pattern, np.int8))
    count = cv2.countNonZero(found)
    places = cv2.findNonZero(found) if count else np.empty((0, 1, 2), np.int32)
    return Result(
        found,
        overlays=(Points("Matches", places[:MAX_POINTS, 0]),),
        readings=(Reading("Matches", count),),
    )
