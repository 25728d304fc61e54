"""How often each value occurs in a picture, and its mean, deviation and extremes."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from visionlab.core.image import Image

BINS = 256
FLOAT_SAMPLES = 1_500_000
"""A float picture with more pixels is counted on a grid of about this many."""
_EXACT = 1 << 24  # calcHist counts in float32, which is exact up to here

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Histogram:
    """Counts per channel over common bins.

    Attributes
    ----------
    edges : ndarray
        ``(256 + 1,)``: bin i holds the values from ``edges[i]`` up to, not including,
        ``edges[i + 1]``; the last bin includes its upper edge. For 8-bit pictures bin i is
        the value i.
    counts : ndarray
        ``(C, 256)`` int64.
    names : tuple of str
        One per channel: grey, or red, green and blue.
    mean, std, min, max : ndarray
        ``(C,)``, over all finite pixels; std is the population's. NaN where there are none.
    whole : bool
        Whether every bin is one whole number.
    stride : int
        The counts are of every `stride`-th row and column; 1 is every pixel.
    """

    edges: Numbers
    counts: npt.NDArray[np.int64]
    names: tuple[str, ...]
    mean: Numbers
    std: Numbers
    min: Numbers
    max: Numbers
    whole: bool
    stride: int = 1


def histogram(picture: Image) -> Histogram:
    """Count the values of `picture`.

    8-bit pictures are counted exactly, value by value. Float pictures are counted in 256 bins
    from their smallest to their largest value; those with more than `FLOAT_SAMPLES` pixels on a
    regular grid of pixels (`Histogram.stride`), while their statistics are of all pixels. NaN
    and infinity are left out.
    """
    names = ("grey",) if picture.ndim == 2 else ("red", "green", "blue")
    if picture.dtype == np.uint8:
        return _of_bytes(picture, names)
    return _of_floats(picture, names)


def _of_bytes(picture: Image, names: tuple[str, ...]) -> Histogram:
    counts = _count(picture, len(names), 0, BINS)
    values = np.arange(BINS, dtype=np.float64)
    total = counts.sum(axis=1)
    mean: Numbers = counts @ values / total
    variance = np.array(
        [c @ (values - m) ** 2 / n for c, m, n in zip(counts, mean, total, strict=True)]
    )
    present = [np.flatnonzero(channel) for channel in counts]
    return Histogram(
        np.arange(BINS + 1, dtype=np.float64), counts, names, mean, np.sqrt(variance),
        np.array([p[0] for p in present], np.float64),
        np.array([p[-1] for p in present], np.float64),
        whole=True,
    )  # fmt: skip


def _of_floats(picture: Image, names: tuple[str, ...]) -> Histogram:
    channels = len(names)
    # Rows first: numpy is several times faster along the long axis of whole rows.
    low = np.atleast_1d(picture.min(axis=0).min(axis=0)).astype(np.float64)
    high = np.atleast_1d(picture.max(axis=0).max(axis=0)).astype(np.float64)
    if not np.isfinite(low + high).all():
        finite = np.isfinite(picture)
        good = picture[finite if channels == 1 else finite.all(axis=2)]
        if good.size == 0:
            none = np.full(channels, np.nan)
            counts = np.zeros((channels, BINS), np.int64)
            edges = np.linspace(0, 1, BINS + 1)
            return Histogram(edges, counts, names, none, none, none, none, whole=False)
        return _of_floats(good[np.newaxis], names)
    mean, std = (np.asarray(a, np.float64).ravel() for a in cv2.meanStdDev(picture))
    bottom, top = float(low.min()), float(high.max())
    if bottom == top:  # a flat picture: one bin in the middle takes all
        half = max(0.5, abs(bottom) * 1e-3)
        bottom, top = bottom - half, top + half
    stride = max(1, int(np.ceil(np.sqrt(picture.shape[0] * picture.shape[1] / FLOAT_SAMPLES))))
    counts = _count(picture[::stride, ::stride], channels, bottom, top)
    edges = np.linspace(bottom, top, BINS + 1)
    return Histogram(edges, counts, names, mean, std, low, high, whole=False, stride=stride)


def _count(picture: Image, channels: int, low: float, high: float) -> npt.NDArray[np.int64]:
    """Count in `BINS` bins from `low` to `high`; all values must lie between, ends included."""
    counts = np.zeros((channels, BINS), np.int64)
    for block in np.array_split(picture, picture.shape[0] * picture.shape[1] // _EXACT + 1):
        block = np.ascontiguousarray(block)
        for c in range(channels):
            found = cv2.calcHist([block], [c], None, [BINS], [low, high])
            counts[c] += found.ravel().astype(np.int64)
    # calcHist leaves out values equal to the upper end.
    counts[:, -1] += picture.shape[0] * picture.shape[1] - counts.sum(axis=1)
    return counts
