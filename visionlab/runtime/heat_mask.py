"""A heatmap as a mask: the course's idea of finding the thing by what the network looks at."""

import cv2
import numpy as np
from numpy.typing import NDArray

from visionlab.core.image import Image, as_image
from visionlab.deep.explain.heatmap import Heatmap


def strength(heatmap: Heatmap) -> NDArray[np.float32]:
    """Return (h, w): 0 for what does not speak for the class, 1 for what does most."""
    importance = heatmap.importance
    low = 0.0 if heatmap.signed else float(importance.min())
    span = float(importance.max()) - low
    if span <= 0:
        return np.zeros_like(importance)
    part: NDArray[np.float32] = (importance - np.float32(low)) / np.float32(span)
    return np.clip(part, 0, 1)


def heat_mask(
    heatmap: Heatmap,
    box: tuple[float, float, float, float],
    size: tuple[int, int],
    threshold: float,
    largest: bool,
) -> Image:
    """Return a mask over a picture: white where the map is strong.

    Parameters
    ----------
    heatmap : Heatmap
    box : tuple of float
        The part of the picture that it belongs to: x, y, width, height in its pixels.
    size : (int, int)
        Height and width of the picture.
    threshold : float
        0..1, of the map's strength.
    largest : bool
        Keep the largest connected region alone.

    Returns
    -------
    Image
        (H, W) uint8, 0 or 255.
    """
    x, y, width, height = box
    rows, columns = heatmap.values.shape
    # From pixels of the picture to those of the map; centres lie at whole numbers.
    across, down = columns / width, rows / height
    back = np.array([
        [across, 0, (0.5 - x) * across - 0.5],
        [0, down, (0.5 - y) * down - 0.5],
    ])  # fmt: skip
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    over = cv2.warpAffine(
        strength(heatmap), back, size[::-1], flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    mask = (over >= threshold).astype(np.uint8) * 255
    inside = np.zeros_like(mask)
    place = np.s_[max(round(y), 0) : round(y + height), max(round(x), 0) : round(x + width)]
    inside[place] = mask[place]
    return as_image(_largest(inside) if largest else inside)


def _largest(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count < 2:
        return mask
    best = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    return np.where(labels == best, np.uint8(255), np.uint8(0))
