"""Corners by Harris and Stephens."""

from typing import Annotated

import cv2
import numpy as np

from visionlab.core.image import Display, Grey, Image
from visionlab.core.operation import operation
from visionlab.core.params import Range
from visionlab.core.result import Array, Points, Reading, Result, Table, View
from visionlab.operations._limits import extremes, steady, too_large
from visionlab.operations.corners._overflow import may_overflow


@operation("Harris corners", group="Corners", opencv="cv2.cornerHarris")
def harris(
    image: Grey,
    *,
    block_size: Annotated[int, Range(2, 31, unit="px"), "Block size"] = 3,
    ksize: Annotated[int, Range(3, 31, step=2, unit="px"), "Sobel kernel size"] = 3,
    k: Annotated[float, Range(0, 0.25, step=0.005), "Harris k"] = 0.04,
    threshold: Annotated[float, Range(0, 1, step=0.005), "Relative threshold"] = 0.01,
    min_distance: Annotated[int, Range(1, 100, unit="px"), "Distance"] = 10,
    max_count: Annotated[int, Range(1, 5000), "Most corners"] = 500,
) -> Result:
    """Points around which the picture changes in every direction.

    Sums gx², gy² and gx gy (Sobel) over a block into a 2x2 matrix M. The response
    R = det(M) - k trace(M)² is large and positive at corners, negative on edges and about 0 in
    flat areas. Corners are the peaks of R, the strongest first.

    OpenCV divides the Sobel sums by 2^(ksize - 1) block_size, and those of 8-bit pictures by 255.

    Parameters
    ----------
    block_size : int
        Side of the block over which M is summed.
    ksize : int
        Side of the Sobel kernels, odd.
    k : float
        How strongly edges are put down; 0.04 to 0.06 is usual.
    threshold : float
        A corner's response is above this share of the largest one.
    min_distance : int
        Two corners are at least this far apart in x or in y.
    max_count : int
        Of more corners, only the strongest are kept.

    Returns
    -------
    Result
        The picture unchanged; the corners; the view of R, ``(H, W)`` float32, whose colours end
        at a tenth of the largest value, so that the much weaker edges show.

    Raises
    ------
    ImageError
        Decimal values are so large that R overflows.

    References
    ----------
    C. Harris, M. Stephens, "A combined corner and edge detector", Alvey Vision Conference, 1988.
    OpenCV, "Harris corner detector", in the imgproc tutorials.
    """
    response = cv2.cornerHarris(image, block_size, ksize, k)
    if may_overflow(image, ksize) and not np.isfinite(response).all():
        raise too_large(image)
    low, high = extremes(response)
    shown = steady(max(-low, high) / 10)
    xy = _peaks(response, threshold * max(high, 0.0), min_distance, max_count)
    values = response[xy[:, 1], xy[:, 0]].tolist()
    rows = tuple((x, y, value) for (x, y), value in zip(xy.tolist(), values, strict=True))
    return Result(
        image,
        overlays=(Points("Corners", xy),),
        tables=(Table("Corners", ("x", "y", "response"), rows, overlay="Corners"),),
        views=(View("Response", response, Display(-shown, shown, "diverging")),),
        readings=(Reading("Corners", len(rows)),),
    )


def _peaks(response: Image, floor: float, distance: int, max_count: int) -> Array:
    """Return the peaks above `floor`, ``(N, 2)`` as x, y, the strongest first, `distance` apart."""
    side = 2 * distance - 1
    highest = cv2.dilate(response, cv2.getStructuringElement(cv2.MORPH_RECT, (side, side)))
    peaks = (response == highest) & (response > floor)
    strengths = response[peaks]
    # Only equal neighbours stand in each other's way, so few more than asked for are needed.
    enough = 2 * max_count
    if len(strengths) > enough:
        least = np.partition(strengths, -enough)[-enough]
        kept = _apart(response, peaks & (response >= least), distance, max_count)
        if len(kept) == max_count:
            return kept
    return _apart(response, peaks, distance, max_count)


def _apart(response: Image, peaks: Array, distance: int, max_count: int) -> Array:
    """Return the strongest of `peaks`, those left out that are nearer to a stronger one."""
    found = cv2.findNonZero(peaks.view(np.uint8))
    if found is None:
        return np.empty((0, 2), np.int32)
    found = found[:, 0]
    order = np.argsort(-response[peaks], kind="stable")
    free = np.ones(response.shape, bool)
    kept: list[list[int]] = []
    for index in order:  # one at a time: millions at once would hold up all other threads
        x, y = found[index].tolist()
        if free[y, x]:  # of equal peaks side by side, the first in reading order
            kept.append([x, y])
            if len(kept) == max_count:
                break
            top, left = max(y - distance + 1, 0), max(x - distance + 1, 0)
            free[top : y + distance, left : x + distance] = False
    return np.array(kept, np.int32)
