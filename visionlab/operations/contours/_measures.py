"""Measures of one contour, defined for single pixels and lines too."""

import math
from typing import NamedTuple

import cv2

from visionlab.core.result import Array


def circularity(area: float, perimeter: float) -> float:
    """Return 4πA/P²: 1 for a disc, less for all else, 0 where there is no area."""
    return 4 * math.pi * area / perimeter**2 if area else 0.0


def solidity(contour: Array, area: float) -> float:
    """Return the area's share of the convex hull's; 1 where the hull is a line or a point."""
    hull = cv2.contourArea(cv2.convexHull(contour)) if len(contour) > 2 else 0.0
    return area / hull if hull else 1.0


class Inertia(NamedTuple):
    """Where a contour is and how it lies.

    Attributes
    ----------
    x, y : float
        Centroid, px.
    angle : float
        The major axis' angle from the x axis to the y axis (clockwise as seen, since y runs
        down), degrees in (-90, 90]; 0 where no axis is longer than another.
    """

    x: float
    y: float
    angle: float


def inertia(contour: Array, area: float) -> Inertia:
    """Return centroid and major axis of the enclosed area; of the line where it has none."""
    if area:
        m = cv2.moments(contour)
        return Inertia(m["m10"] / m["m00"], m["m01"] / m["m00"],
                       _angle(m["mu20"], m["mu02"], m["mu11"]))  # fmt: skip
    points = contour[:, 0].tolist()
    if len(points) == 1:
        return Inertia(float(points[0][0]), float(points[0][1]), 0.0)
    # Each side is a thin rod: its own inertia about its middle, and its middle's about the whole.
    # Most are a few pixels long, for which NumPy would take several times as long.
    rods = [
        ((x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1, math.hypot(x2 - x1, y2 - y1))
        for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True)
    ]
    whole = sum(length for *_, length in rods)
    x = sum(x * length for x, *_, length in rods) / whole
    y = sum(y * length for _, y, *_, length in rods) / whole
    xx = sum(((mx - x) ** 2 + dx * dx / 12) * length for mx, _, dx, _, length in rods)
    yy = sum(((my - y) ** 2 + dy * dy / 12) * length for _, my, _, dy, length in rods)
    xy = sum(((mx - x) * (my - y) + dx * dy / 12) * length for mx, my, dx, dy, length in rods)
    return Inertia(x, y, _angle(xx, yy, xy))


def _angle(xx: float, yy: float, xy: float) -> float:
    # Rounding leaves tiny differences where there are none by symmetry.
    tiny = 1e-9 * (xx + yy)
    across, along = 2 * xy, xx - yy
    if abs(across) <= tiny:
        across = 0.0
    if abs(along) <= tiny:
        along = 0.0
    return math.degrees(math.atan2(across, along)) / 2
