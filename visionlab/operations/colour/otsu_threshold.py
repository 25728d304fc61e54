"""Otsu's automatic threshold."""

from typing import Literal

import cv2
import numpy as np

from visionlab.core.image import Grey8
from visionlab.core.operation import operation
from visionlab.core.result import Curve, LazyPlot, Reading, Result

_TYPES = {"binary": cv2.THRESH_BINARY, "binary inverted": cv2.THRESH_BINARY_INV}
_VALUES = np.arange(256)


@operation("Otsu threshold", group="Colour", opencv="cv2.threshold")
def otsu_threshold(
    image: Grey8, *, mode: Literal["binary", "binary inverted"] = "binary"
) -> Result:
    """The threshold that best parts a histogram of two hills, found by itself.

    It maximises the variance between the two classes, w0 w1 (m0 - m1)², with w their shares
    and m their means. A picture of a single value has no such threshold; 0 is taken.

    Parameters
    ----------
    mode : choice
        Whether values above the threshold become white, or the others.

    Returns
    -------
    Result
        ``(H, W)`` uint8, 0 and 255. Reading: the threshold; values above it count as bright.
        The plot shows it in the histogram.

    References
    ----------
    N. Otsu, "A threshold selection method from gray-level histograms", IEEE SMC 9(1), 1979.
    """
    level, picture = cv2.threshold(image, 0, 255, _TYPES[mode] | cv2.THRESH_OTSU)

    def curves() -> tuple[Curve, ...]:
        counts = cv2.calcHist([image], [0], None, [256], [0, 256]).ravel()
        return (Curve("Pixels", _VALUES, counts),)

    histogram = LazyPlot("Histogram", "Grey value", "Pixels", curves, (("Otsu", level),))
    return Result(picture, plots=(histogram,), readings=(Reading("Threshold", int(level)),))
