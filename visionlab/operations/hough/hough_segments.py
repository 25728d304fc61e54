"""Straight segments by the probabilistic Hough transform."""

from typing import Annotated

import cv2
import numpy as np

from visionlab.core.image import Grey8
from visionlab.core.operation import operation
from visionlab.core.params import Range
from visionlab.core.result import Reading, Result, Segments, Table
from visionlab.operations.hough._crowd import refuse_crowd
from visionlab.operations.hough._votes import accumulator_view

MAX_VOTES = 700_000_000  # two or three seconds


@operation("Hough segments", group="Hough", opencv="cv2.HoughLinesP")
def hough_segments(
    image: Grey8,
    *,
    rho: Annotated[float, Range(0.5, 10, step=0.5, unit="px"), "Distance step"] = 1.0,
    theta: Annotated[float, Range(0.25, 10, step=0.25, unit="°"), "Angle step"] = 1.0,
    threshold: Annotated[int, Range(1, 2000, unit="votes"), "Vote threshold"] = 50,
    min_length: Annotated[int, Range(0, 2000, unit="px"), "Shortest segment"] = 30,
    max_gap: Annotated[int, Range(0, 500, unit="px"), "Widest gap"] = 5,
    max_count: Annotated[int, Range(1, 5000), "Most segments"] = 500,
) -> Result:
    """Straight segments with both ends, on an edge picture.

    Pixels that are not 0 vote, one after the other in random order (always the same one), for
    the lines through them; as soon as a line has enough votes, it is followed along the
    picture and its pixels vote no more. Apply it to edges, such as Canny's.

    Parameters
    ----------
    rho : float
        Side of an accumulator cell along the distance from the first pixel.
    theta : float
        Side of an accumulator cell along the angle.
    threshold : int
        Votes that a line needs.
    min_length : int
        Shorter segments are dropped.
    max_gap : int
        Longest run of pixels without an edge that still lies on one segment.
    max_count : int
        Of more segments, only the longest are kept.

    Returns
    -------
    Result
        The picture unchanged; the segments, the longest first. The angle is 0° for a level
        segment, 90° for an upright one, turning clockwise up to 180°. The view shows the votes
        that all pixels would cast for lines, before any segment was taken out: float32, one
        row per theta from 0° on, one column per rho with 0 in the middle.

    Raises
    ------
    ImageError
        So many pixels would vote that it takes long.

    References
    ----------
    J. Matas, C. Galambos, J. Kittler, "Robust detection of lines using the progressive
    probabilistic Hough transform", CVIU 78(1), 2000. OpenCV, "Hough line transform", in the
    imgproc tutorials.
    """
    refuse_crowd(image, theta, MAX_VOTES)
    # OpenCV reaches outside its memory where no cell fits, on pictures of up to 2x2 pixels.
    rho = min(rho, 2.0 * sum(image.shape))
    step = float(np.deg2rad(theta))
    lines = cv2.HoughLinesP(
        image, rho, step, threshold, minLineLength=min_length, maxLineGap=max_gap
    )
    ends = np.empty((0, 4), np.int32) if lines is None else lines.reshape(-1, 4)
    dx, dy = ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]
    length, angle = np.hypot(dx, dy), np.degrees(np.arctan2(dy, dx)) % 180
    kept = np.argsort(-length, kind="stable")[:max_count]
    measures = np.stack([length[kept], angle[kept]], axis=1).round(2).tolist()
    rows = tuple(
        (*end, *measure) for end, measure in zip(ends[kept].tolist(), measures, strict=True)
    )
    columns = ("x1", "y1", "x2", "y2", "length (px)", "angle (°)")
    return Result(
        image,
        overlays=(Segments("Segments", ends[kept]),),
        tables=(Table("Segments", columns, rows, overlay="Segments"),),
        views=(accumulator_view(image, rho, step),),
        readings=(Reading("Segments", len(rows)),),
    )
