"""Circles by the Hough gradient method."""

from typing import Annotated, Literal

import cv2
import numpy as np

from visionlab.core.image import Display, Grey8, Image
from visionlab.core.operation import operation
from visionlab.core.params import Interval, Range, When
from visionlab.core.result import Circles, Reading, Result, Table, View

_ONE = 1024  # OpenCV steps along the gradient in units of 1/1024 cell


@operation("Hough circles", group="Hough", opencv="cv2.HoughCircles")
def hough_circles(
    image: Grey8,
    *,
    method: Literal["gradient", "gradient alt"] = "gradient",
    radius: Annotated[Interval, Range(1, 1000, unit="px"), "Radius"] = (10, 100),
    min_distance: Annotated[int, Range(1, 1000, unit="px"), "Distance between centres"] = 20,
    edge_threshold: Annotated[int, Range(1, 1000), "Edge threshold"] = 100,
    threshold: Annotated[
        int, Range(1, 500, unit="votes"), "Vote threshold", When("method", "gradient")
    ] = 40,
    perfectness: Annotated[
        float, Range(0.1, 0.99, step=0.01), "Roundness", When("method", "gradient alt")
    ] = 0.9,
    dp: Annotated[float, Range(1, 4, step=0.5, unit="px"), "Cell size"] = 1.0,
    max_count: Annotated[int, Range(1, 1000), "Most circles"] = 100,
) -> Result:
    """Circles on a grey picture: its edges vote for their centres.

    Finds edges by Canny; every edge pixel votes for the cells that lie along its gradient, on
    either side, at the distances of the radius range. Centres are the peaks; the radius is the
    distance at which most edges lie. Apply it to the grey picture itself, lightly smoothed.

    Parameters
    ----------
    method : choice
        Plain votes (gradient), or a later variant that checks how round and complete the
        circle is (gradient alt); a cell size of 1.5 suits it.
    radius : interval
        Smallest and largest radius. A narrow range is faster and errs less.
    min_distance : int
        Of two circles whose centres are nearer than this, the weaker is dropped.
    edge_threshold : int
        Upper threshold of Canny; the lower one is half of it. Gradient alt takes Scharr's
        gradients, four times as large: about 300 suits it.
    threshold : int
        A centre has more votes than this, and its circle more edge pixels.
    perfectness : float
        1 takes perfect circles only.
    dp : float
        Side of an accumulator cell; larger cells gather the votes of imperfect circles.
    max_count : int
        Of more circles, only the strongest are kept.

    Returns
    -------
    Result
        The picture unchanged; the circles, the strongest first; the view of the votes for
        centres, float32, one pixel per cell, counted alike for both methods. The table repeats
        the votes of the centre's cell.

    References
    ----------
    H. Yuen et al., "Comparative study of Hough transform methods for circle finding", Image
    and Vision Computing 8(1), 1990. OpenCV, "Hough circle transform", in the imgproc tutorials.
    """
    alt = method == "gradient alt"
    low, high = round(radius[0]), round(radius[1])
    circles = cv2.HoughCircles(
        image,
        cv2.HOUGH_GRADIENT_ALT if alt else cv2.HOUGH_GRADIENT,
        dp,
        min_distance,
        param1=edge_threshold,
        param2=perfectness if alt else threshold,
        minRadius=low,
        maxRadius=high,
    )
    found = np.empty((0, 3)) if circles is None else circles[0, :max_count].astype(float)
    votes = _accumulator(image, alt, edge_threshold, low, high, dp)
    x, y = np.clip(
        (found[:, :2] / dp).astype(int).T, 0, [[votes.shape[1] - 1], [votes.shape[0] - 1]]
    )
    rows = tuple(
        (*(round(float(v), 2) for v in circle), int(count))
        for circle, count in zip(found, votes[y, x], strict=True)
    )
    return Result(
        image,
        overlays=(Circles("Circles", found),),
        tables=(
            Table("Circles", ("x", "y", "radius (px)", "centre votes"), rows, overlay="Circles"),
        ),
        views=(View("Accumulator", votes, Display(0, max(float(votes.max()), 1.0), "sequential")),),
        readings=(Reading("Circles", len(rows)),),
    )


def _accumulator(
    image: Image, alt: bool, edge_threshold: int, low: int, high: int, dp: float
) -> Image:
    """Return the votes for centres, ``(ceil(H / dp), ceil(W / dp))`` float32.

    OpenCV keeps them to itself; the steps are those of its gradient method.
    """
    height, width = (int(np.ceil(side / dp)) for side in image.shape)
    ksize = cv2.FILTER_SCHARR if alt else 3
    border = cv2.BORDER_REPLICATE
    dx = cv2.Sobel(image, cv2.CV_16S, 1, 0, ksize=ksize, borderType=border)
    dy = cv2.Sobel(image, cv2.CV_16S, 0, 1, ksize=ksize, borderType=border)
    edges = cv2.Canny(dx, dy, max(1, edge_threshold // 2), edge_threshold, L2gradient=alt)
    y, x = np.nonzero(edges)
    gradient = np.stack([dx[y, x], dy[y, x]]).astype(np.float32)
    step = np.rint(gradient * (_ONE / dp) / np.sqrt((gradient**2).sum(axis=0))).astype(np.int32)
    start = np.rint(np.stack([x, y]) * (_ONE / dp)).astype(np.int32)
    votes = np.zeros(height * width, np.float32)
    high = min(high, int(np.hypot(*image.shape)))  # longer rays leave the picture
    for towards in (step, -step):
        at = start + low * towards
        for _ in range(low, high + 1):
            column, row = at // _ONE
            inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
            np.add.at(votes, (row * width + column)[inside], np.float32(1))
            at += towards
    return votes.reshape(height, width)
