"""Lines of equal height on a heatmap."""

import cv2
import numpy as np
from numpy.typing import NDArray

from visionlab.core.result import Array

_FINER = 4


def level_lines(values: NDArray[np.float32], level: float) -> tuple[Array, ...]:
    """Return the closed lines around the places whose value is above `level`.

    Parameters
    ----------
    values : ndarray
        (h, w) float32.
    level : float
        In the map's own values.

    Returns
    -------
    tuple of ndarray
        Each (N, 2): x and y in pixels of the map, (0, 0) the outer corner of the first.
    """
    height, width = values.shape
    size = (width * _FINER, height * _FINER)
    fine = cv2.resize(values, size, interpolation=cv2.INTER_CUBIC)
    rings, _ = cv2.findContours(
        (fine > level).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE
    )
    return tuple((ring[:, 0] + 0.5) / _FINER for ring in rings if len(ring) > 2)
