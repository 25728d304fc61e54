"""Contours of the shapes in a binary picture, and their measures."""

from collections.abc import Callable
from typing import Annotated, Literal

import cv2
import numpy as np

from visionlab.core.errors import ImageError
from visionlab.core.image import Grey8, Image
from visionlab.core.operation import operation
from visionlab.core.params import Interval, Range
from visionlab.core.result import Array, Cell, Polygons, Reading, Result, Table
from visionlab.operations.contours._measures import circularity as circularity_of
from visionlab.operations.contours._measures import inertia
from visionlab.operations.contours._measures import solidity as solidity_of

COLUMNS = (
    "area (px²)", "perimeter (px)", "x (px)", "y (px)", "width (px)", "height (px)",
    "orientation (°)", "circularity", "solidity", "centroid x (px)", "centroid y (px)",
    "corners", "parent",
)  # fmt: skip

_RETRIEVAL = {
    "external": cv2.RETR_EXTERNAL,
    "list": cv2.RETR_LIST,
    "components": cv2.RETR_CCOMP,
    "tree": cv2.RETR_TREE,
}

# OpenCV hands contours over in one go, in which the window stands still: 30 ms for so many. Its
# search for parents, which cannot be stopped, takes a time that grows with the square of them.
MOST = {"external": 200_000, "list": 200_000, "components": 120_000, "tree": 120_000}

_APPROXIMATION = {
    "none": cv2.CHAIN_APPROX_NONE,
    "simple": cv2.CHAIN_APPROX_SIMPLE,
    "TC89 L1": cv2.CHAIN_APPROX_TC89_L1,
    "TC89 KCOS": cv2.CHAIN_APPROX_TC89_KCOS,
}
# The neighbours that come before a shape's first pixel are black, those before a hole's white.
_BEFORE_SHAPE = np.array([[1, 1, 1], [1, 0, 0], [0, 0, 0]], np.uint8)
_BEFORE_HOLE = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]], np.uint8)
_UNIT = Range(0, 1, step=0.01)


@operation("Contours", group="Contours", opencv="cv2.findContours")
def find_contours(
    image: Grey8,
    *,
    retrieval: Literal["external", "list", "components", "tree"] = "external",
    approximation: Literal["none", "simple", "TC89 L1", "TC89 KCOS"] = "simple",
    min_area: Annotated[float, Range(0, 10_000, unit="px²"), "Smallest area"] = 0,
    max_area: Annotated[
        float, Range(0, 100, step=0.1, unit="%"), "Largest share of the picture"
    ] = 100,
    circularity: Annotated[Interval, _UNIT] = (0, 1),
    solidity: Annotated[Interval, _UNIT] = (0, 1),
    simplify: Annotated[
        float, Range(0, 20, step=0.1, unit="%"), "Simplify, share of perimeter"
    ] = 0,
    max_count: Annotated[int, Range(1, 5000), "Contours shown at most"] = 500,
) -> Result:
    """Trace the outlines of white shapes and measure each one.

    Each pixel that is not 0 belongs to a shape; pixels that touch at a side or a corner belong
    together. A contour runs through the centres of the shape's outermost pixels, so a square
    of n pixels has area (n-1)², perimeter 4(n-1), and a single pixel has area 0.

    Circularity is 4πA/P² (disc 1, square 0.79, no area 0). Solidity is the area divided by the
    convex hull's (1 for a straight line or a point). Orientation is the angle of the longer
    axis of inertia of the enclosed area, from the x axis, positive clockwise as seen, in
    (-90°, 90°]; where there is no area, that of the line. The parent is the row, from 1, of the
    contour around this one, 0 for none. All are those of the contour before `simplify`.

    Parameters
    ----------
    retrieval : choice
        external: outermost contours alone; list: all, without parents; components: outer
        contours and their holes, two levels; tree: all, each with its parent.
    approximation : choice
        none: every pixel; simple: ends of straight runs; TC89: dominant points by Teh and Chin.
    min_area : float
        Contours of less area are left out, px².
    max_area : float
        Contours of more area are left out, percent of the picture's.
    circularity : interval
        Contours outside it are left out.
    solidity : interval
        Contours outside it are left out.
    simplify : float
        Draw each contour as a polygon that stays within this distance of it (Douglas and
        Peucker), percent of its perimeter; its points are counted as corners.
    max_count : int
        The largest this many are drawn and listed; the readings count all.

    Returns
    -------
    Result
        The picture itself; contours as polygons; their table, largest first; the number and
        the total area of those that passed the filters.

    Raises
    ------
    ImageError
        The picture has more than 200,000 contours; 120,000 with components or tree.

    References
    ----------
    S. Suzuki, K. Abe, "Topological structural analysis of digitized binary images by border
    following", CVGIP 30(1), 1985. C.-H. Teh, R. T. Chin, "On the detection of dominant points
    on digital curves", IEEE PAMI 11(8), 1989. D. H. Douglas, T. K. Peucker, "Algorithms for
    the reduction of the number of points ...", Cartographica 10(2), 1973.
    """
    _refuse_noise(image, MOST[retrieval], with_holes=retrieval != "external")
    contours, hierarchy = cv2.findContours(
        image, _RETRIEVAL[retrieval], _APPROXIMATION[approximation]
    )
    areas = np.array([cv2.contourArea(contour) for contour in contours], np.float64)
    largest = max_area / 100 * image.size
    kept = np.flatnonzero((areas >= min_area) & (areas <= largest))
    kept = _within(kept, circularity, lambda i: _circularity(contours[i], areas[i]))
    kept = _within(kept, solidity, lambda i: solidity_of(contours[i], areas[i]))
    kept = kept[np.argsort(-areas[kept], kind="stable")]
    shown = kept[:max_count].tolist()
    rings = tuple(_ring(contours[index], simplify / 100) for index in shown)
    measures = [_measures(contours[index], float(areas[index])) for index in shown]
    corners, parents = map(len, rings), _parents(shown, hierarchy)
    rows = tuple((*m, c, p) for m, c, p in zip(measures, corners, parents, strict=True))
    return Result(
        image,
        overlays=(Polygons("Contours", rings),),
        tables=(Table("Contours", COLUMNS, rows, overlay="Contours"),),
        readings=(
            Reading("Contours", len(kept)),
            Reading("Total area", float(areas[kept].sum()), "px²"),
        ),
    )


def _within(kept: Array, bounds: Interval, measure: Callable[[int], float]) -> Array:
    """Return those of the indices `kept` whose measure, from 0 to 1, lies within `bounds`."""
    low, high = bounds
    if (low, high) == (0, 1):
        return kept
    values = np.array([measure(index) for index in kept.tolist()], np.float64)
    return kept[(values >= low) & (values <= high)]


def _circularity(contour: Array, area: float) -> float:
    return circularity_of(area, cv2.arcLength(contour, True))


def _ring(contour: Array, share: float) -> Array:
    """Return the corners ``(M, 2)`` of a polygon within a share of the perimeter of `contour`."""
    if share:
        contour = cv2.approxPolyDP(contour, share * cv2.arcLength(contour, True), True)
    return contour[:, 0]


def _parents(shown: list[int], hierarchy: Array) -> list[int]:
    """Return the rows, from 1, of the contours around those shown; 0 where it is not shown."""
    row_of = {index: row for row, index in enumerate(shown, 1)}
    return [row_of.get(int(hierarchy[0, index, 3]), 0) for index in shown]


def _measures(contour: Array, area: float) -> tuple[Cell, ...]:
    lie, perimeter = inertia(contour, area), cv2.arcLength(contour, True)
    return (
        area, perimeter, *cv2.boundingRect(contour), lie.angle,
        circularity_of(area, perimeter), solidity_of(contour, area), lie.x, lie.y,
    )  # fmt: skip


def _refuse_noise(image: Image, most: int, with_holes: bool) -> None:
    if image.size < 2 * most:
        return
    # A quick upper limit first; counting exactly can cost more than tracing.
    starts = cv2.countNonZero(cv2.subtract(image, cv2.dilate(image, _BEFORE_SHAPE)))
    if with_holes:
        starts += cv2.countNonZero(cv2.subtract(cv2.erode(image, _BEFORE_HOLE), image))
    if starts <= most:
        return
    count = cv2.connectedComponents(image, connectivity=8)[0]
    if with_holes:
        _, black = cv2.threshold(image, 0, 255, cv2.THRESH_BINARY_INV)
        count += cv2.connectedComponents(black, connectivity=4)[0]
    if count > most:
        raise ImageError(
            f"At this retrieval a picture may have up to {most:,} contours; this one has about "
            f"{count:,}: blur it before its threshold, or apply Opening first."
        )
