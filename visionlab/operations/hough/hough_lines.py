"""Straight lines by the standard Hough transform."""

from typing import Annotated

import cv2
import numpy as np

from visionlab.core.image import Grey8
from visionlab.core.operation import operation
from visionlab.core.params import Range
from visionlab.core.result import Array, Reading, Result, Segments, Table
from visionlab.operations.hough._crowd import refuse_crowd
from visionlab.operations.hough._votes import accumulator_view

MAX_VOTES = 1_000_000_000  # about a second, and three for the view


@operation("Hough lines", group="Hough", opencv="cv2.HoughLines")
def hough_lines(
    image: Grey8,
    *,
    rho: Annotated[float, Range(0.5, 10, step=0.5, unit="px"), "Distance step"] = 1.0,
    theta: Annotated[float, Range(0.25, 10, step=0.25, unit="°"), "Angle step"] = 1.0,
    threshold: Annotated[int, Range(1, 2000, unit="votes"), "Vote threshold"] = 150,
    max_count: Annotated[int, Range(1, 1000), "Most lines"] = 50,
) -> Result:
    """Straight lines on an edge picture, found by letting its pixels vote.

    A line is rho = x cos(theta) + y sin(theta): rho is its distance from the centre of the
    first pixel, theta the angle of its normal (0° for an upright line, 90° for a level one,
    turning clockwise). Every pixel that is not 0 votes for all lines through it. Lines are the
    peaks of the votes, the strongest first. Apply it to edges, such as Canny's.

    Parameters
    ----------
    rho : float
        Side of an accumulator cell along rho.
    theta : float
        Side of an accumulator cell along theta.
    threshold : int
        A line has more votes than this.
    max_count : int
        Of more lines, only the strongest are kept.

    Returns
    -------
    Result
        The picture unchanged; the lines, cut off at its border; the view of the votes,
        float32, one row per theta from 0° on, one column per rho with 0 in the middle.

    Raises
    ------
    ImageError
        So many pixels would vote that it takes long.

    References
    ----------
    R. Duda, P. Hart, "Use of the Hough transformation to detect lines and curves in pictures",
    Comm. ACM 15(1), 1972. OpenCV, "Hough line transform", in the imgproc tutorials.
    """
    refuse_crowd(image, theta, MAX_VOTES)
    # OpenCV reaches outside its memory where no cell fits, on pictures of up to 2x2 pixels.
    rho = min(rho, 2.0 * sum(image.shape))
    step = float(np.deg2rad(theta))
    lines = cv2.HoughLinesWithAccumulator(image, rho, step, threshold)
    found = np.empty((0, 3)) if lines is None else lines[:max_count, 0].astype(float)
    found[:, 1] = np.rint(found[:, 1] / step) * theta  # degrees, free of float32's rounding
    rows = tuple((float(r), float(angle), int(votes)) for r, angle, votes in found)
    return Result(
        image,
        overlays=(Segments("Lines", _clip(found[:, 0], np.deg2rad(found[:, 1]), image.shape)),),
        tables=(Table("Lines", ("rho (px)", "theta (°)", "votes"), rows, overlay="Lines"),),
        views=(accumulator_view(image, rho, step),),
        readings=(Reading("Lines", len(rows)),),
    )


def _clip(rho: Array, theta: Array, shape: tuple[int, ...]) -> Array:
    """Return the parts of lines within a picture, ``(N, 4)`` as x1, y1, x2, y2."""
    normal = np.stack([np.cos(theta), np.sin(theta)], axis=1)  # (N, 2)
    low = np.array([-0.5, -0.5])
    high = np.array([shape[1], shape[0]]) - 0.5
    # A wide cell's centre may lie outside: move the line to the nearest place inside.
    nearest = (np.where(normal < 0, high, low) * normal).sum(axis=1)
    farthest = (np.where(normal < 0, low, high) * normal).sum(axis=1)
    foot = normal * np.clip(rho, nearest, farthest)[:, None]
    along = np.stack([-normal[:, 1], normal[:, 0]], axis=1)
    slope = np.where(np.abs(along) < 1e-9, 1e-9, along)
    to_low, to_high = (low - foot) / slope, (high - foot) / slope
    enter = np.minimum(to_low, to_high).max(axis=1)
    leave = np.maximum(to_low, to_high).min(axis=1)
    ends = [np.clip(foot + t[:, None] * along, low, high) for t in (enter, leave)]
    return np.concatenate(ends, axis=1)
