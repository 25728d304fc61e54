"""What an operation returns: a picture and, where they exist, data about it.

Coordinates are pixels with OpenCV's convention: (0, 0) is the *centre* of the first pixel,
x runs right and y runs down.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy.typing as npt

from visionlab.core.image import Display, Image

Array: TypeAlias = npt.NDArray[Any]
Cell: TypeAlias = int | float | str


@dataclass(frozen=True, eq=False)
class Points:
    """Points: `xy` is ``(N, 2)``."""

    name: str
    xy: Array


@dataclass(frozen=True, eq=False)
class Segments:
    """Line segments: `ends` is ``(N, 4)`` as x1, y1, x2, y2."""

    name: str
    ends: Array


@dataclass(frozen=True, eq=False)
class Circles:
    """Circles: `xyr` is ``(N, 3)`` as centre x, centre y, radius."""

    name: str
    xyr: Array


@dataclass(frozen=True, eq=False)
class Polygons:
    """Closed polygons (contours, boxes): each is ``(M, 2)``."""

    name: str
    rings: tuple[Array, ...]


Overlay: TypeAlias = Points | Segments | Circles | Polygons


@dataclass(frozen=True)
class Table:
    """A table; row i may describe item i of the overlay called `overlay`."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    overlay: str | None = None


@dataclass(frozen=True, eq=False)
class Curve:
    """One line of a plot: `x` and `y` are ``(N,)``."""

    name: str
    x: Array
    y: Array


@dataclass(frozen=True)
class Plot:
    """Curves over a common axis; `markers` are vertical lines, (label, x)."""

    name: str
    x_label: str
    y_label: str
    curves: tuple[Curve, ...]
    markers: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, eq=False)
class View:
    """A further picture beside the result: an accumulator, a mask, a spectrum."""

    name: str
    picture: Image
    display: Display | None = None


@dataclass(frozen=True)
class Reading:
    """One number or word found: the threshold that Otsu chose, how many circles."""

    name: str
    value: Cell
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Result:
    """An operation's answer.

    Attributes
    ----------
    picture : Image
        The result, with its true values.
    display : Display or None
        How to show a float picture; None shows 8-bit values as they are.
    """

    picture: Image
    display: Display | None = None
    overlays: tuple[Overlay, ...] = ()
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = ()
    views: tuple[View, ...] = ()
    readings: tuple[Reading, ...] = ()
