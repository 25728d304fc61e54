"""From a picture to a network's input."""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visionlab.core.display import to_rgb8
from visionlab.core.image import Display, Image
from visionlab.deep.card import Fit, Preprocess


@dataclass(frozen=True, eq=False)
class NetInput:
    """What the network sees.

    Attributes
    ----------
    seen : Image
        (size, size) or (size, size, 3), uint8: before normalisation.
    box : tuple of int
        The part of the picture that `seen` shows: x, y, width, height in its pixels; with
        `fit` 'pad' it reaches beyond the picture.
    inverted : bool
        Whether dark and light were exchanged.
    """

    seen: Image
    box: tuple[float, float, float, float]
    inverted: bool = False


def prepare(
    picture: Image, how: Preprocess, display: Display | None = None, fit: Fit | None = None
) -> NetInput:
    """Bring `picture` to the network's size and channels.

    Parameters
    ----------
    picture : Image
        Any; decimal values are taken as the screen shows them.
    how : Preprocess
        The model's.
    display : Display, optional
        How decimal values are shown.
    fit : {'crop', 'stretch', 'pad'}, optional
        Instead of the model's own.
    """
    shown = _channels(to_rgb8(picture, display), how.channels)
    height, width = shown.shape[:2]
    fit = fit or how.fit
    if fit == "crop":
        side = min(height, width) * how.size / how.resize
        box = ((width - side) / 2, (height - side) / 2, side, side)
    elif fit == "pad":
        side = max(height, width)
        box = ((width - side) / 2, (height - side) / 2, side, side)
    else:
        box = (0.0, 0.0, float(width), float(height))
    larger = max(height, width) > how.size  # those of the networks' own size are theirs already
    inverted = larger and how.dark_ground and _light_ground(shown)
    if larger and how.centre:
        seen = centred(255 - shown if inverted else shown, how.size)
    else:
        seen = _resized(shown, box, how.size, inverted)
    seen.flags.writeable = False
    return NetInput(seen, box, inverted)


def normalised(seen: Image, how: Preprocess) -> Tensor:
    """Return (1, C, size, size) float32, channels last in memory: (value / 255 - mean) / std."""
    scale = 1 / (255 * np.array(how.std, np.float32))
    offset = -np.array(how.mean, np.float32) / np.array(how.std, np.float32)
    values = seen.reshape(1, how.size, how.size, how.channels) * scale + offset
    return torch.from_numpy(values.transpose(0, 3, 1, 2))


def centred(drawing: Image, size: int) -> Image:
    """Return what is drawn in light on dark ground, as MNIST places its digits.

    The box around all that is lighter than half of the brightest value is brought to 5/7 of
    `size` (20 of 28 pixels), and its centre of mass is put in the middle (LeCun et al., 1998).

    Parameters
    ----------
    drawing : Image
        (H, W) uint8.
    size : int
        Height and width of the result.
    """
    canvas = np.zeros((size, size), np.uint8)
    peak = int(drawing.max())
    if peak == 0:
        return canvas
    x, y, w, h = cv2.boundingRect((drawing > peak / 2).astype(np.uint8))
    margin = max(1, max(w, h) // 10)  # the soft edge of the strokes belongs to them
    part = drawing[max(y - margin, 0) : y + h + margin, max(x - margin, 0) : x + w + margin]
    scale = size * 5 / 7 / max(w, h)
    small = cv2.resize(
        part,
        (max(round(part.shape[1] * scale), 1), max(round(part.shape[0] * scale), 1)),
        interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR,
    )
    moments = cv2.moments(small)
    dx = size / 2 - 0.5 - moments["m10"] / moments["m00"]
    dy = size / 2 - 0.5 - moments["m01"] / moments["m00"]
    shift = np.array([[1, 0, round(dx)], [0, 1, round(dy)]], np.float32)
    return cv2.warpAffine(small, shift, (size, size), dst=canvas)


def _channels(shown: NDArray[np.uint8], channels: int) -> NDArray[np.uint8]:
    if channels == 1 and shown.ndim == 3:
        return cv2.cvtColor(shown, cv2.COLOR_RGB2GRAY)  # type: ignore[return-value]
    if channels == 3 and shown.ndim == 2:
        return cv2.cvtColor(shown, cv2.COLOR_GRAY2RGB)  # type: ignore[return-value]
    return shown


def _resized(
    shown: NDArray[np.uint8],
    box: tuple[float, float, float, float],
    size: int,
    inverted: bool,
) -> NDArray[np.uint8]:
    """Resample `box` of the picture to `size`; averages where it shrinks, black outside."""
    x, y, w, h = box
    height, width = shown.shape[:2]
    x0, y0 = max(round(x), 0), max(round(y), 0)
    x1, y1 = min(round(x + w), width), min(round(y + h), height)
    part = shown[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]
    target_w = max(round(size * min(w, width) / w), 1)
    target_h = max(round(size * min(h, height) / h), 1)
    shrinks = target_w < part.shape[1] or target_h < part.shape[0]
    small = cv2.resize(
        _halved(part, 2 * target_w, 2 * target_h),
        (target_w, target_h),
        interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR,
    )
    if inverted:
        small = 255 - small
    if (target_w, target_h) == (size, size):
        return small  # type: ignore[return-value]
    canvas = np.zeros((size, size, *shown.shape[2:]), np.uint8)
    top, left = (size - target_h) // 2, (size - target_w) // 2
    canvas[top : top + target_h, left : left + target_w] = small
    return canvas


def _halved(part: NDArray[np.uint8], least_w: int, least_h: int) -> NDArray[np.uint8]:
    """Halve a picture as long as that is exact and it stays large enough.

    Halving is so fast that the average over all pixels then takes a quarter of the time.
    """
    height, width = part.shape[:2]
    while width % 2 == height % 2 == 0 and width >= 2 * least_w and height >= 2 * least_h:
        width, height = width // 2, height // 2
        part = cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    return part


def _light_ground(shown: NDArray[np.uint8]) -> bool:
    """Whether the border is lighter than half of what the whole picture spans."""
    small = cv2.resize(shown, (32, 32), interpolation=cv2.INTER_AREA)
    border = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    low, high = int(small.min()), int(small.max())
    return high > low and float(np.median(border)) > (low + high) / 2
