"""Colour spaces: OpenCV's codes, channel names and value ranges, for the operations beside this."""

from typing import Literal, TypeAlias

import cv2
import numpy as np

from visionlab.core.display import value_display
from visionlab.core.errors import ImageError
from visionlab.core.image import Display, Image

ColourSpace: TypeAlias = Literal["RGB", "HSV", "HLS", "Lab", "Luv", "YCrCb", "XYZ"]
Space: TypeAlias = Literal["RGB", "grey", "HSV", "HLS", "Lab", "Luv", "YCrCb", "XYZ"]

CHANNELS: dict[str, tuple[str, str, str]] = {
    "RGB": ("R", "G", "B"),
    "HSV": ("H", "S", "V"),
    "HLS": ("H", "L", "S"),
    "Lab": ("L", "a", "b"),
    "Luv": ("L", "u", "v"),
    "YCrCb": ("Y", "Cr", "Cb"),
    "XYZ": ("X", "Y", "Z"),
}

# Each channel's values in a float picture made from RGB in 0..1.
_UNIT = Display(0, 1)
_SIGNED_UNIT = Display(0, 1, "diverging")
_HUE = Display(0, 360, "cyclic")
FLOAT_RANGES: dict[str, tuple[Display, Display, Display]] = {
    "RGB": (_UNIT, _UNIT, _UNIT),
    "HSV": (_HUE, _UNIT, _UNIT),
    "HLS": (_HUE, _UNIT, _UNIT),
    "Lab": (Display(0, 100), Display(-127, 127, "diverging"), Display(-127, 127, "diverging")),
    "Luv": (Display(0, 100), Display(-220, 220, "diverging"), Display(-140, 140, "diverging")),
    "YCrCb": (_UNIT, _SIGNED_UNIT, _SIGNED_UNIT),
    "XYZ": (_UNIT, _UNIT, Display(0, 1.0889)),
}

_FROM_RGB = {
    "grey": cv2.COLOR_RGB2GRAY,
    "HSV": cv2.COLOR_RGB2HSV,
    "HLS": cv2.COLOR_RGB2HLS,
    "Lab": cv2.COLOR_RGB2Lab,
    "Luv": cv2.COLOR_RGB2Luv,
    "YCrCb": cv2.COLOR_RGB2YCrCb,
    "XYZ": cv2.COLOR_RGB2XYZ,
}
_TO_RGB = {
    "grey": cv2.COLOR_GRAY2RGB,
    "HSV": cv2.COLOR_HSV2RGB,
    "HLS": cv2.COLOR_HLS2RGB,
    "Lab": cv2.COLOR_Lab2RGB,
    "Luv": cv2.COLOR_Luv2RGB,
    "YCrCb": cv2.COLOR_YCrCb2RGB,
    "XYZ": cv2.COLOR_XYZ2RGB,
}
# Only these depend on the scale of the values; the others are linear.
_NONLINEAR = ("HSV", "HLS", "Lab", "Luv")
_TOLERANCE = 0.01


def from_rgb(image: Image, space: str) -> Image:
    """Return an RGB picture in `space`.

    Raises
    ------
    ImageError
        A float picture leaves 0..1 and `space` is defined for that range only.
    """
    if space == "RGB":
        return image
    if space in _NONLINEAR and not _fits(image, "RGB"):
        raise ImageError(
            f"{space} is defined for decimal values from 0 to 1; this picture's values go "
            f'beyond that; put "Convert to decimal values" or "Convert to 8-bit" before.'
        )
    return cv2.cvtColor(image, _FROM_RGB[space])


def to_rgb(image: Image, space: str) -> Image:
    """Return a picture in `space` as RGB.

    Raises
    ------
    ImageError
        The values of a float picture cannot be `space`'s.
    """
    if space == "RGB":
        return image
    if space in _NONLINEAR and not _fits(image, space):
        ranges = zip(CHANNELS[space], FLOAT_RANGES[space], strict=True)
        expected = ", ".join(f"{name} {d.low:g} to {d.high:g}" for name, d in ranges)
        raise ImageError(
            f"A {space} picture of decimal values has {expected}; this picture's values go "
            f"beyond that; choose the space that it is in."
        )
    return cv2.cvtColor(image, _TO_RGB[space])


def space_display(picture: Image, space: str) -> Display | None:
    """Return how to show a whole picture in `space`; None for 8-bit."""
    if picture.dtype == np.uint8:
        return None
    ranges = FLOAT_RANGES.get(space, (_UNIT,))
    return value_display(picture, Display(min(d.low for d in ranges), max(d.high for d in ranges)))


def _fits(image: Image, space: str) -> bool:
    """Whether the values lie in the space's ranges; 8-bit ones always do."""
    if image.dtype == np.uint8:
        return True
    ranges = FLOAT_RANGES[space]
    slack = [_TOLERANCE * (d.high - d.low) for d in ranges]
    low = tuple(d.low - s for d, s in zip(ranges, slack, strict=True))
    high = tuple(d.high + s for d, s in zip(ranges, slack, strict=True))
    fits: bool = cv2.countNonZero(cv2.inRange(image, low, high)) == image[..., 0].size
    return fits
