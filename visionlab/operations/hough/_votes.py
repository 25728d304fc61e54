"""The accumulator of the Hough transform for straight lines, which OpenCV keeps to itself."""

import cv2
import numpy as np

from visionlab.core.image import Display, Image
from visionlab.core.result import LazyView


def accumulator_view(image: Image, rho: float, step: float) -> LazyView:
    """Return the view of the votes of all pixels that are not 0.

    Parameters
    ----------
    image : Image
        ``(H, W)`` uint8.
    rho : float
        Side of a cell along rho, in pixels.
    step : float
        Side of a cell along theta, in radians.
    """
    return LazyView("Accumulator (rho across, theta down)", lambda: _votes(image, rho, step))


def _votes(image: Image, rho: float, step: float) -> tuple[Image, Display]:
    votes = _accumulator(image, rho, step)
    return votes, Display(0, max(float(votes.max()), 1.0), "sequential")


def _accumulator(image: Image, rho: float, step: float) -> Image:
    """Return the votes, ``(angles, 2 reach + 1)`` float32, which OpenCV keeps to itself.

    Cell (i, j) stands for theta = i step, in radians, and rho = (j - reach) rho; the arithmetic
    is float32 as OpenCV's, so that both count the same.
    """
    height, width = image.shape
    count = int(np.pi / step) + 1
    if abs(np.pi - (count - 1) * step) < step / 2:
        count -= 1  # 180° is 0° again
    angles = np.cumsum(np.full(count, step, np.float32)) - np.float32(step)
    reach = int(np.ceil(np.hypot(width - 1, height - 1) / rho)) + 1
    votes = np.zeros((count, 2 * reach + 1), np.float32)
    points = cv2.findNonZero(image)
    if points is None:
        return votes
    cosines = (np.cos(angles.astype(float)) / rho).astype(np.float32)
    sines = (np.sin(angles.astype(float)) / rho).astype(np.float32)
    for start in range(0, len(points), 1 << 16):  # blocks stay in the processor's cache
        x, y = points[start : start + (1 << 16), 0].T.astype(np.float32, order="C")
        for row, cosine, sine in zip(votes, cosines, sines, strict=True):
            cell = x * cosine
            cell += y * sine
            np.rint(cell, out=cell)
            cell += reach
            row += np.bincount(cell.astype(np.intp), minlength=row.size)
    return votes
