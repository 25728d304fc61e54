"""The occlusion map that a person makes by moving a patch over a picture."""

import numpy as np
from numpy.typing import NDArray

from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.similarity import rank_correlation

LEAST = 16
"""Pixels that two maps must share before they are compared."""

Values = NDArray[np.float64]


class HandMap:
    """Sums up by how much the score fell at all places where the patch has been.

    Parameters
    ----------
    size : (int, int)
        Height and width of the network's input, and of the map.
    box : tuple of float
        The part of the picture that the input shows: x, y, width, height in its pixels.
    picture : (int, int)
        Width and height of the picture.
    """

    def __init__(
        self,
        size: tuple[int, int],
        box: tuple[float, float, float, float],
        picture: tuple[int, int],
    ) -> None:
        self.size, self.box, self.picture = size, box, picture
        self.positions = 0
        self._sum = np.zeros(size)
        self._weight = np.zeros(size)
        self._there = self._over(0, 0, *picture) > 0

    def add(self, part: tuple[int, int, int, int], drop: float) -> None:
        """Note by how much the score fell while `part` of the picture was covered.

        Parameters
        ----------
        part : tuple of int
            First column and row, and those behind the last ones; see `Cover.part`.
        drop : float
            The score without the patch less the score with it.
        """
        weight = self._over(*part)
        if weight.any():
            self._sum += drop * weight
            self._weight += weight
            self.positions += 1

    @property
    def visited(self) -> NDArray[np.bool_]:
        """(h, w): where the patch has been."""
        there: NDArray[np.bool_] = self._weight > 0
        return there

    @property
    def share(self) -> float:
        """How much of the picture, as the network sees it, has been covered; 0..1."""
        return float(self.visited.sum() / self._there.sum())

    @property
    def values(self) -> NDArray[np.float32]:
        """(h, w): the mean drop while a pixel was covered, as far as it was; 0 elsewhere."""
        weight = np.where(self._weight > 0, self._weight, 1)
        return (self._sum / weight).astype(np.float32)

    def heatmap(self, meaning: str) -> Heatmap:
        """Return it as a signed map; `meaning` says what its colours mean."""
        return Heatmap(self.values, meaning, True, self.share, False)

    def agreement(self, computed: Heatmap) -> float | None:
        """Return Spearman's rank correlation with another map where the patch has been, -1..1.

        None where there is too little to compare, or the maps differ in size.
        """
        visited = self.visited
        if computed.values.shape != self.size or visited.sum() < LEAST:
            return None
        return rank_correlation(self.values[visited], computed.importance[visited])

    def _over(self, x0: float, y0: float, x1: float, y1: float) -> Values:
        """Return how much of each pixel of the map a rectangle of the picture covers, 0..1."""
        left, top, width, height = self.box
        rows, columns = self.size
        across = _overlap((x0 - left) / width * columns, (x1 - left) / width * columns, columns)
        down = _overlap((y0 - top) / height * rows, (y1 - top) / height * rows, rows)
        return np.outer(down, across)


def _overlap(first: float, last: float, count: int) -> Values:
    """Return how much of each of `count` unit intervals lies between two positions."""
    edges = np.arange(count + 1, dtype=np.float64)
    covered: Values = np.minimum(edges[1:], last) - np.maximum(edges[:-1], first)
    return np.maximum(covered, 0)
