"""Large pictures in strips, for functions of OpenCV that would copy the whole picture first."""

from typing import NamedTuple

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
    found = []
    for start in range(0, height, max(rows, 1)):
        top, end = max(start - reach, 0), min(start + rows, height)
        bottom = min(end + reach, height)
        found.append(Strip(slice(top, bottom), slice(start - top, end - top), slice(start, end)))
    return found
