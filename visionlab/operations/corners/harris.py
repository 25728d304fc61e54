"""Corners by Harris and Stephens."""

from typing import Annotated

import cv2
import numpy as np

from visionlab.core.display import value_display
from visionlab.core.image import Display, Grey, Image
from visionlab.core.operation import operation
from visionlab.core.params import Range
from visionlab.core.result import Array, Points, Reading, Result, Table, View
from visionlab.operations._limits import largest, steady, too_large


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
    limit = largest(response)
    if not np.isfinite(limit):
        raise too_large(image)
    shown = steady(limit / 10)
    xy = _peaks(response, threshold, min_distance, max_count)
    rows = tuple((int(x), int(y), float(response[y, x])) for x, y in xy)
    return Result(
        image,
        value_display(image),
        overlays=(Points("Corners", xy),),
        tables=(Table("Corners", ("x", "y", "response"), rows, overlay="Corners"),),
        views=(View("Response", response, Display(-shown, shown, "diverging")),),
        readings=(Reading("Corners", len(rows)),),
    )


def _peaks(response: Image, threshold: float, distance: int, max_count: int) -> Array:
    """Return the peaks, ``(N, 2)`` as x, y, the strongest first, `distance` apart."""
    side = 2 * distance - 1
    highest = cv2.dilate(response, cv2.getStructuringElement(cv2.MORPH_RECT, (side, side)))
    floor = threshold * max(float(response.max()), 0.0)
    y, x = np.nonzero((response == highest) & (response > floor))
    free = np.ones(response.shape, bool)
    kept = []
    for i in np.argsort(-response[y, x], kind="stable"):
        if free[y[i], x[i]]:  # of equal peaks side by side, the first in reading order
            kept.append((x[i], y[i]))
            if len(kept) == max_count:
                break
            top, left = max(y[i] - distance + 1, 0), max(x[i] - distance + 1, 0)
            free[top : y[i] + distance, left : x[i] + distance] = False
    return np.array(kept, np.int32).reshape(-1, 2)
