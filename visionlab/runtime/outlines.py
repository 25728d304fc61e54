"""Polygons made ready for painting, off the window's thread: their sides, coarser k times.

The contours of a noisy picture can have a million corners, of which a screen shows a few
thousand: corners that fall on the same screen pixel as the one before are left out, and what
lies beside the screen is skipped by blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from visionlab.core.result import Array, Overlay, Polygons

MOST = 10_000
"""Sides that Qt strokes in time; more are traced pixel by pixel."""

_CROWD = 200_000
"""Sides that are traced in time; where more are seen, coarser ones are."""

_COARSEST = 6
"""The last level: cells of 64 pixels."""

_BLOCK = 64
"""Sides in a row whose common bounding box is known."""

_BAND = 128
"""Height in pixels of the bands in which polygons follow each other from left to right."""


class Outlines:
    """Closed polygons, one after the other, and where they lie.

    Parameters
    ----------
    xy : ndarray
        Corners, ``(2, N)`` float32; the first one of each polygon is also its last.
    first : ndarray
        ``(M + 1,)``: polygon i has the corners from ``first[i]`` up to, not including,
        ``first[i + 1]``; none where it is empty.
    """

    def __init__(self, xy: Array, first: Array) -> None:
        self._xy, self._first = xy, first
        self._starts = first[:-1][first[1:] > first[:-1]]
        blocks = np.arange(0, xy.shape[1], _BLOCK)
        after = xy[:, np.minimum(blocks + _BLOCK, xy.shape[1] - 1)]  # where the last side ends
        self._low = np.minimum(np.minimum.reduceat(xy, blocks, axis=1), after)
        self._high = np.maximum(np.maximum.reduceat(xy, blocks, axis=1), after)

    @staticmethod
    def of(rings: Sequence[Array]) -> "Outlines":
        """Close the polygons `rings`, each ``(M, 2)``."""
        closed = [part for ring in rings for part in (ring, ring[:1])]
        xy = np.concatenate(closed) if closed else np.empty((0, 2))
        first = np.cumsum([0, *(len(ring) + bool(len(ring)) for ring in rings)])
        return Outlines(np.ascontiguousarray(xy.T, np.float32), first)

    def __len__(self) -> int:
        return int(self._xy.shape[1])

    def part(self, row: int) -> "Outlines":
        """Return polygon `row` alone; nothing where there is none."""
        start, stop = self._first[row : row + 2] if 0 <= row < len(self._first) - 1 else (0, 0)
        return Outlines(self._xy[:, start:stop], np.array([0, stop - start]))

    def thinned(self, level: int) -> "Outlines":
        """Leave out corners that lie in one cell of 2^level pixels with the one before.

        The first one and the last one of each polygon stay, so that small ones do not vanish.
        """
        x, y = np.floor(self._xy).astype(np.int32) >> level
        kept = np.ones(len(self), bool)
        kept[1:] = (x[1:] != x[:-1]) | (y[1:] != y[:-1])
        kept[self._starts] = kept[self._starts - 1] = True
        index = np.flatnonzero(kept)
        return Outlines(self._xy.take(index, axis=1), np.searchsorted(index, self._first))

    def _seen(self, box: Array) -> Array:
        """Return whether the blocks touch `box`: left, top, right, bottom."""
        seen = (self._high >= box[:2, None]) & (self._low <= box[2:, None])
        both: Array = seen[0] & seen[1]
        return both

    def about(self, box: Array) -> int:
        """Return how many sides touch `box` at most; often half as many do."""
        return _BLOCK * int(np.count_nonzero(self._seen(box)))

    def sides(self, box: Array) -> Array:
        """Return the sides that touch `box`, and some beside it: ``(N, 4)`` as x1, y1, x2, y2."""
        joined = np.repeat(self._seen(box), _BLOCK)[: len(self)]
        joined[self._starts - 1] = False  # the last corners
        index = np.flatnonzero(joined)
        return np.concatenate((self._xy[:, index], self._xy[:, index + 1])).T

    def lines(self, box: Array) -> tuple[Array, Array]:
        """Return the same as lines through many corners.

        Returns
        -------
        xy : ndarray
            Corners, ``(2, N)``.
        first : ndarray
            Where lines begin, ascending from 0.
        """
        seen = np.repeat(self._seen(box), _BLOCK)[: len(self)]
        seen[1:] |= seen[:-1]
        index = np.flatnonzero(seen)
        begins = np.append(True, np.diff(index) > 1)[: len(index)]
        at = np.searchsorted(index, self._starts)
        at = at[at < len(index)]
        begins[at] = True
        return self._xy.take(index, axis=1), np.flatnonzero(begins)


@dataclass(frozen=True, eq=False)
class Outlined(Polygons):
    """Polygons with their outlines.

    Attributes
    ----------
    levels : tuple of Outlines
        All corners, and then, where they are many, those left in ever larger cells.
    places : ndarray
        At which place of `levels` each of `rings` stands: neighbours are together.
    """

    levels: tuple[Outlines, ...] = ()
    places: Array = field(default_factory=lambda: np.empty(0, int))

    def part(self, row: int) -> "Outlined":
        """Return polygon `row` alone; nothing where there is none."""
        place = int(self.places[row]) if 0 <= row < len(self.places) else -1
        levels = tuple(outlines.part(place) for outlines in self.levels)
        return Outlined(self.name, self.rings[row : row + 1], levels, np.zeros(1, int))

    def at(self, level: int, box: Array) -> Outlines:
        """Return the outlines of `level`, or coarser ones where very many touch `box`."""
        last = len(self.levels) - 1
        level = min(max(level, 0), last)
        while level < last and self.levels[level].about(box) > _CROWD:
            level += 1
        return self.levels[level]


def outlined(overlay: Overlay) -> Overlay:
    """Return `overlay` with its outlines, if it is made of polygons."""
    if not isinstance(overlay, Polygons) or isinstance(overlay, Outlined):
        return overlay
    order = _neighbours(overlay.rings)
    levels = [Outlines.of([overlay.rings[i] for i in order.tolist()])]
    while len(levels[-1]) > MOST and len(levels) <= _COARSEST:
        levels.append(levels[-1].thinned(len(levels)))
    return Outlined(overlay.name, overlay.rings, tuple(levels), np.argsort(order))


def _neighbours(rings: tuple[Array, ...]) -> Array:
    """Return the order in which polygons side by side follow each other."""
    if not all(map(len, rings)):
        return np.arange(len(rings))
    x, y = np.concatenate([np.empty((0, 2)), *(ring[:1] for ring in rings)]).T
    return np.lexsort((x, y // _BAND))
