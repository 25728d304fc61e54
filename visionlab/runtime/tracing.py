"""Lines in a picture's pixels: for more of them than Qt can stroke in time."""

from itertools import pairwise

import cv2
import numpy as np

from visionlab.core.result import Array


def traced(xy: Array, first: Array, size: tuple[int, int], widths: tuple[int, ...]) -> Array:
    """Return how many of several strokes of the same lines cover each pixel.

    Parameters
    ----------
    xy : ndarray
        Corners, ``(2, N)``, in pixels, of which the first one covers 0..1.
    first : ndarray
        Where lines begin among the corners, ascending from 0.
    size : (int, int)
        Width and height of the picture.
    widths : tuple of int
        Of the strokes, in pixels, from 1.

    Returns
    -------
    ndarray
        ``(H, W)`` uint8.
    """
    corners = np.rint(xy.T).astype(np.int32)
    lines = [corners[i:j] for i, j in pairwise([*first.tolist(), len(corners)])]
    thin = np.zeros(size[::-1], np.uint8)
    cv2.polylines(thin, lines, isClosed=False, color=1)
    depth = np.zeros_like(thin)
    for width in widths:
        # A corner between two pixels has been rounded up: the odd one is added before it.
        middle = (width - 1) // 2
        depth += cv2.dilate(thin, np.ones((width, width), np.uint8), anchor=(middle, middle))
    return depth
