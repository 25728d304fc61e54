"""Measures of one contour, defined for single pixels and lines too."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from visionlab.core.result import Array


def circularity(contour: Array, area: float) -> float:
    """Return 4πA/P²: 1 for a disc, less for all else, 0 where there is no area."""
    return 4 * math.pi * area / cv2.arcLength(contour, True) ** 2 if area else 0.0


def solidity(contour: Array, area: float) -> float:
    """Return the area's share of the convex hull's; 1 where the hull is a line or a point."""
    hull = cv2.contourArea(cv2.convexHull(contour))
    return area / hull if hull else 1.0


@dataclass(frozen=True)
class Inertia:
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
    points = contour[:, 0].astype(float)
    sides = np.roll(points, -1, axis=0) - points
    lengths = np.hypot(*sides.T)
    if not lengths.any():
        return Inertia(float(points[0, 0]), float(points[0, 1]), 0.0)
    # Each side is a thin rod: its own inertia about its middle, and its middle's about the whole.
    share = lengths / lengths.sum()
    middles = points + sides / 2
    centre = share @ middles
    arms = middles - centre
    spread = (share * arms.T) @ arms + (share * sides.T) @ sides / 12
    angle = _angle(spread[0, 0], spread[1, 1], spread[0, 1])
    return Inertia(float(centre[0]), float(centre[1]), angle)


def _angle(xx: float, yy: float, xy: float) -> float:
    # Rounding leaves tiny differences where there are none by symmetry.
    tiny = 1e-9 * (xx + yy)
    across, along = (0.0 if abs(v) <= tiny else v for v in (2 * xy, xx - yy))
    return math.degrees(math.atan2(across, along)) / 2
