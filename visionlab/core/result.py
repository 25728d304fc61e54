"""What an operation returns: a picture and, where they exist, data about it.

Coordinates are pixels with OpenCV's convention: (0, 0) is the *centre* of the first pixel,
x runs right and y runs down.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import numpy.typing as npt

from visionlab.core.image import Display, Image, blank_like

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
class LazyPlot:
    """A Plot whose curves are made when they are first looked at, and only once.

    Attributes
    ----------
    name, x_label, y_label : str
    make : callable
        Takes nothing and returns the curves.
    markers : tuple of (str, float)
    """

    name: str
    x_label: str
    y_label: str
    make: Callable[[], tuple[Curve, ...]]
    markers: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "make", cache(self.make))  # shared with renamed copies

    @property
    def curves(self) -> tuple[Curve, ...]:
        """The curves; the first look makes them."""
        return self.make()


@dataclass(frozen=True, eq=False)
class View:
    """A further picture beside the result: an accumulator, a mask, a spectrum."""

    name: str
    picture: Image
    display: Display | None = None


@dataclass(frozen=True, eq=False)
class LazyView:
    """A View that is made when it is first looked at, and only once.

    For whatever takes time of its own: most of the time no one looks.

    Attributes
    ----------
    name : str
    make : callable
        Takes nothing and returns the picture and its display, always the same ones.
    """

    name: str
    make: Callable[[], tuple[Image, Display | None]]

    def __post_init__(self) -> None:
        object.__setattr__(self, "make", cache(self.make))  # shared with renamed copies

    @property
    def picture(self) -> Image:
        """The picture; the first look makes it."""
        return self.make()[0]

    @property
    def display(self) -> Display | None:
        """How to show the picture; the first look makes both."""
        return self.make()[1]


@dataclass(frozen=True)
class Reading:
    """One number or word found: the threshold that Otsu chose, how many circles."""

    name: str
    value: Cell
    unit: str = ""


class Result(NamedTuple):
    """An operation's answer; a tuple, since these are made for every step of every frame.

    Attributes
    ----------
    picture : Image
        The result, with its true values.
    display : Display or None
        How to show a float picture. None shows 8-bit values as they are, and decimal values as
        those of the picture before were shown.
    plots : tuple of Plot or LazyPlot
    views : tuple of View or LazyView
    released : bool
        The picture was let go to save memory; of its values only shape and type are left.
    """

    picture: Image
    display: Display | None = None
    overlays: tuple[Overlay, ...] = ()
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot | LazyPlot, ...] = ()
    views: tuple[View | LazyView, ...] = ()
    readings: tuple[Reading, ...] = ()
    released: bool = False

    def without_picture(self) -> "Result":
        """Return a copy whose picture takes no memory."""
        return self._replace(picture=blank_like(self.picture), released=True)

    def __eq__(self, other: object) -> bool:
        """Compare by identity, as all that has arrays."""
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __hash__(self) -> int:
        return id(self)
