"""Circles by the Hough gradient method."""

import math
from typing import Annotated, Literal

import cv2
import numpy as np

from visionlab.core.errors import ImageError
from visionlab.core.image import Display, Grey8, Image
from visionlab.core.operation import operation
from visionlab.core.params import Interval, Range, When
from visionlab.core.result import Array, Circles, LazyView, Reading, Result, Table

MAX_WORK = 3_000_000_000
"""Pixels looked at around candidate centres, a vote counted as four; some three seconds."""

_ONE = 1024  # OpenCV steps along the gradient in units of 1/1024 cell
_TILE, _EVERY = 32, 5  # edges are counted in advance in every fifth tile across and down


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
        The picture unchanged; the circles, in the table with the number of edge pixels that
        lie on each, the most first; the view of the votes for centres, float32, one pixel per
        cell, counted alike for both methods.

    Raises
    ------
    ImageError
        The picture has so many edges that it takes long.

    References
    ----------
    H. Yuen et al., "Comparative study of Hough transform methods for circle finding", Image
    and Vision Computing 8(1), 1990. OpenCV, "Hough circle transform", in the imgproc tutorials.
    """
    alt = method == "gradient alt"
    low, high = round(radius[0]), round(radius[1])
    if alt:
        _refuse_texture_alt(image, edge_threshold, low, high, min_distance, dp)
    else:
        _refuse_texture(image, edge_threshold, low, high, threshold, dp)
    circles = cv2.HoughCirclesWithAccumulator(
        image,
        cv2.HOUGH_GRADIENT_ALT if alt else cv2.HOUGH_GRADIENT,
        dp,
        min_distance,
        param1=edge_threshold,
        param2=perfectness if alt else threshold,
        minRadius=low,
        maxRadius=high,
    )
    found = np.empty((0, 4)) if circles is None else circles[0, :max_count].astype(float)
    rows = tuple((*circle[:3], int(circle[3])) for circle in found.round(2).tolist())

    def accumulator() -> tuple[Image, Display]:
        votes = _accumulator(image, alt, edge_threshold, low, high, dp)
        return votes, Display(0, max(float(votes.max()), 1.0), "sequential")

    return Result(
        image,
        overlays=(Circles("Circles", found[:, :3]),),
        tables=(
            Table("Circles", ("x", "y", "radius (px)", "edge pixels"), rows, overlay="Circles"),
        ),
        views=(LazyView("Accumulator", accumulator),),
        readings=(Reading("Circles", len(rows)),),
    )


def _refuse_texture(
    image: Image, edge_threshold: int, low: int, high: int, threshold: int, dp: float
) -> None:
    """Refuse a picture on which OpenCV, which cannot be stopped, would take long.

    It votes along every edge pixel's gradient; then it looks at all pixels around each centre
    that passed the threshold. Where edges are dense, nearly every peak of the votes does.
    """
    edges = _edge_density(image, edge_threshold)
    votes = 2 * edges * (high - low + 1)  # per pixel
    # About one cell in six is a peak. The votes scatter widely about their mean.
    passing = np.clip(votes * dp**2 / threshold - 0.5, 0, 1).mean()
    around = min((2 * high + 1) ** 2, image.size)
    work = 4 * image.size * votes.mean() + image.size / dp**2 / 6 * passing * around
    if work > MAX_WORK:
        raise _too_many(edges, "the edge or the vote threshold, or narrow the radius range")


def _refuse_texture_alt(
    image: Image, edge_threshold: int, low: int, high: int, min_distance: int, dp: float
) -> None:
    """Refuse, likewise, a picture on which the later variant would take long.

    It looks at all edge pixels for each centre, whatever the radius; centres are the peaks of
    the votes, a `min_distance` apart.
    """
    edges = _edge_density(image, edge_threshold // 4)
    votes = 2 * image.size * edges.mean() * (high - low + 1)
    centres = image.size / dp**2 / (math.ceil(min_distance / dp) + 1) ** 2
    pairs = image.size * edges.mean() * centres
    if 4 * votes + 0.3 * pairs > MAX_WORK:  # a pair takes 0.6 ns of one core
        raise _too_many(edges, "the edge threshold, or let centres be farther apart")


def _too_many(edges: Array, remedy: str) -> ImageError:
    return ImageError(
        f"Hough circles needs a picture in which edges are few; in this one "
        f"{100 * edges.mean():.0f} % of the pixels are edges: blur it first, raise {remedy}."
    )


def _edge_density(image: Image, edge_threshold: int) -> Array:
    """Return the share of edge pixels in a sample of tiles, which takes little time.

    A picture too small for a sample is never long in work: it counts as one without edges.
    """
    if min(image.shape) < _TILE * _EVERY:
        return np.zeros((1, 1))
    rows, columns = (side // _TILE for side in image.shape)
    tiles = image[: rows * _TILE, : columns * _TILE].reshape(rows, _TILE, columns, _TILE)
    sample = tiles[::_EVERY, :, ::_EVERY]
    mosaic = sample.reshape(sample.shape[0] * _TILE, -1)
    edges = cv2.Canny(mosaic, max(1, edge_threshold // 2), edge_threshold).reshape(sample.shape)
    inner = edges[:, 2:-2, :, 2:-2]  # between two tiles there is an edge that is none
    shares: Array = np.count_nonzero(inner, axis=(1, 3)) / (_TILE - 4) ** 2
    return shares


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
