"""Pictures in strips, for functions of OpenCV that copy them whole first, or use one thread."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np

from visionlab.core.image import Image

_LARGE = 64_000_000
_STRIP = 6_000_000


class Strip(NamedTuple):
    """Some rows of a picture, with those above and below that their answer depends on.

    Attributes
    ----------
    rows : slice
        Of the picture: all rows to work on.
    kept : slice
        Of the answer: those rows that are right.
    place : slice
        Of the picture: where they belong.
    """

    rows: slice
    kept: slice
    place: slice


def strips(image: Image, reach: int) -> list[Strip]:
    """Cut a large picture into strips; one that is not large is a single strip.

    Parameters
    ----------
    image : Image
    reach : int
        How many rows above and below a pixel its answer depends on.
    """
    height = len(image)
    rows = height if image.nbytes < _LARGE else max(_STRIP * height // image.nbytes, 2 * reach)
    return _cut(height, max(rows, 1), reach)


def _cut(height: int, rows: int, reach: int) -> list[Strip]:
    """Return strips of so many rows each, but the last."""
    found = []
    for start in range(0, height, rows):
        top, end = max(start - reach, 0), min(start + rows, height)
        bottom = min(end + reach, height)
        found.append(Strip(slice(top, bottom), slice(start - top, end - top), slice(start, end)))
    return found


def side_by_side(function: Callable[[Image], Image], image: Image, reach: int, least: int) -> Image:
    """Return what a function makes of a picture, a strip on each thread that OpenCV may use.

    Parameters
    ----------
    function : callable
        Keeps shape and type; OpenCV runs it on one thread, and without Python's lock.
    image : Image
    reach : int
        How many rows above and below a pixel its answer depends on.
    least : int
        Values in a picture for which it pays to wake other threads.
    """
    height = len(image)
    threads = min(cv2.getNumThreads(), height // (2 * reach + 1))  # else they work twice on much
    if image.size < least or threads < 2:
        return function(image)
    made = np.empty_like(image)

    def work(strip: Strip) -> None:
        made[strip.place] = function(image[strip.rows])[strip.kept]

    first, *others = _cut(height, -(-height // threads), reach)
    waiting = [_threads().submit(work, strip) for strip in others]
    work(first)
    for one in waiting:
        one.result()
    return made


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(thread_name_prefix="strip")
