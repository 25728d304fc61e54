"""Apply a one-channel function to a picture's lightness, leaving its colours."""

from collections.abc import Callable

import cv2

from visionlab.core.image import Image


def on_lightness(image: Image, function: Callable[[Image], Image]) -> Image:
    """Return `function` of a grey picture, or of L in Lab of an RGB one; uint8."""
    if image.ndim == 2:
        return function(image)
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2Lab)
    cv2.insertChannel(function(cv2.extractChannel(lab, 0)), lab, 0)
    return cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)
