"""In which order the positions of a grid are computed, and what the map is in between."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from visionlab.core.errors import ParamError
from visionlab.deep.incremental.plan import Ints

FIRST = 25  # positions of the first map, at most: few enough for a glance at a live picture
AT_ONCE = 128  # positions asked for between two looks at whether to go on

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]
Lines = tuple[Ints, Ints]  # some rows and columns of the grid, in order


@dataclass(frozen=True, eq=False)
class Sketch:
    """A map over a grid of positions, part of it computed.

    Attributes
    ----------
    scores : array (rows, cols)
        Computed, or interpolated from what was.
    computed : bool array (rows, cols)
        Which are computed.
    done : bool
        Whether no better one will follow.
    """

    scores: Values
    computed: Flags
    done: bool


def refine(
    ask: Callable[[Ints], NDArray[np.floating]],
    rows: int,
    cols: int,
    share: float = 1.0,
    most: int = AT_ONCE,
) -> Iterator[Sketch]:
    """Yield ever better maps over a grid: a coarse one first, then finer where the map is steep.

    Parameters
    ----------
    ask : callable
        Returns the scores (n,) of grid positions (n, 2).
    rows, cols : int
        Of the grid.
    share : float
        Of the positions that may be computed, above 0; 1 ends with the exact map.
    most : int
        Positions asked for at once; a map is yielded each time.

    Raises
    ------
    ParamError
        The share is not above 0 and at most 1.

    Notes
    -----
    A position between computed ones is interpolated linearly. Each stage halves the number that is
    left out: the centres between the positions of a lattice, then those between all of them. What
    the share leaves for the last stage goes where the map is steep. (Completing the stages brings
    the map closer to the exact one than saving positions for a few steep places.)
    """
    if not 0 < share <= 1:
        raise ParamError(f"The share of positions must be above 0 and at most 1; it is {share}.")
    left = round(share * rows * cols)
    levels = _levels(rows, cols, min(FIRST, left))
    scores, known = np.zeros((rows, cols)), np.zeros((rows, cols), bool)
    left = max(left, len(levels[0][0]) * len(levels[0][1]))
    for lines, wanted in _stages(levels, known.shape):
        new = np.argwhere(wanted & ~known)
        size = len(new)  # the first map is made at once
        if known.any():
            steep = _steepness(scores, lines)
            new = new[np.argsort(-steep[tuple(new.T)], kind="stable")]
            size = most
        new = new[:left]
        for start in range(0, len(new), size):
            chunk = new[start : start + size]
            scores[tuple(chunk.T)] = ask(chunk)
            known[tuple(chunk.T)] = True
            left -= len(chunk)
            scores = _interpolated(scores, known, levels)
            yield Sketch(scores.copy(), known.copy(), left == 0)


def _levels(rows: int, cols: int, most: int) -> list[Lines]:
    """Return ever finer choices of rows and columns, the first of at most so many positions.

    Every step-th and the last, then twice as many, until they are all; four at least, the corners.
    """
    step = 1
    while len(_every(rows, step)) * len(_every(cols, step)) > most and step < max(rows, cols):
        step *= 2
    found = []
    while step:
        found.append((_every(rows, step), _every(cols, step)))
        step //= 2
    return found


def _stages(levels: list[Lines], shape: tuple[int, int]) -> Iterator[tuple[Lines, Flags]]:
    """Yield positions to know next, with the lines between which they lie."""
    coarse = levels[0]
    wanted = np.zeros(shape, bool)
    wanted[np.ix_(*coarse)] = True
    yield coarse, wanted
    for fine in levels[1:]:
        middle = [np.setdiff1d(*lines) for lines in zip(fine, coarse, strict=True)]
        wanted[np.ix_(*middle)] = True
        yield coarse, wanted
        wanted[np.ix_(*fine)] = True
        yield coarse, wanted
        coarse = fine


def _every(count: int, step: int) -> Ints:
    """Return every step-th line, and the last."""
    return np.union1d(np.arange(0, count, step), [count - 1])


def _interpolated(scores: Values, known: Flags, levels: list[Lines]) -> Values:
    """Return the scores, where they are not known as between those of the level before."""
    values = scores[np.ix_(*levels[0])]
    for coarse, fine in pairwise(levels):
        at = np.ix_(*fine)
        between = _weights(coarse[0], fine[0]) @ values @ _weights(coarse[1], fine[1]).T
        values = np.where(known[at], scores[at], between)
        down = _between_centres(values, known[at], coarse[0], fine[0])
        right = _between_centres(values.T, known[at].T, coarse[1], fine[1]).T
        for other in (down, right):
            values = np.where(known[at] | np.isnan(other), values, (values + other) / 2)
    return values


def _between_centres(values: Values, known: Flags, coarse: Ints, fine: Ints) -> Values:
    """Return values on coarse lines as between the lines on both sides; NaN where they are unknown.

    A place between two neighbours of a lattice thus has four that are known, not two.
    """
    found = np.full_like(values, np.nan)
    inner = np.flatnonzero(np.isin(fine, coarse))
    inner = inner[(inner > 0) & (inner < len(fine) - 1)]
    inner = inner[~np.isin(fine[inner - 1], coarse) & ~np.isin(fine[inner + 1], coarse)]
    part = (fine[inner] - fine[inner - 1]) / (fine[inner + 1] - fine[inner - 1])
    between = values[inner - 1] * (1 - part)[:, None] + values[inner + 1] * part[:, None]
    found[inner] = np.where(known[inner - 1] & known[inner + 1], between, np.nan)
    return found


def _weights(coarse: Ints, fine: Ints) -> Values:
    """Return (fine, coarse): how much of each coarse line a line between them takes."""
    if len(coarse) == 1:
        return np.ones((len(fine), 1))
    low = np.clip(np.searchsorted(coarse, fine, "right") - 1, 0, len(coarse) - 2)
    part = (fine - coarse[low]) / (coarse[low + 1] - coarse[low])
    weights = np.zeros((len(fine), len(coarse)))
    weights[np.arange(len(fine)), low] = 1 - part
    weights[np.arange(len(fine)), low + 1] = part
    return weights


def _steepness(scores: Values, lines: Lines) -> Values:
    """Return for each position of the grid the range of scores in the cells of lines around it."""
    values = scores[np.ix_(*lines)]
    above = np.minimum(np.arange(values.shape[0]) + 1, values.shape[0] - 1)
    right = np.minimum(np.arange(values.shape[1]) + 1, values.shape[1] - 1)
    corners = np.stack([values, values[above], values[:, right], values[above][:, right]])
    ranges = np.ptp(corners, axis=0)  # of the cell that begins at each line
    found = np.zeros_like(scores)
    rows, cols = (np.arange(count) for count in scores.shape)
    for side_r in ("left", "right"):  # a position on a line lies in the cells on both sides
        for side_c in ("left", "right"):
            cell_r = np.maximum(np.searchsorted(lines[0], rows, side_r) - 1, 0)
            cell_c = np.maximum(np.searchsorted(lines[1], cols, side_c) - 1, 0)
            found = np.maximum(found, ranges[np.ix_(cell_r, cell_c)])
    return found
