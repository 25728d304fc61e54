"""Pixels whose colour lies in a range."""

import math
from typing import Annotated

import cv2
import numpy as np

from visionlab.core.image import Colour8, Image
from visionlab.core.operation import operation
from visionlab.core.params import Channels, ColourRange
from visionlab.core.result import Curve, LazyPlot, LazyView, Reading, Result, View
from visionlab.operations.colour._spaces import CHANNELS, ColourSpace, from_rgb

_VIEW = "Picture in the chosen space"
_VALUES = np.arange(256)


def _in_range(picture: Image, bounds: ColourRange, hue_first: bool) -> Image:
    """Return 255 where every channel lies in `bounds`, both ends included."""
    # OpenCV would round the ends to the nearest whole number, and so take too much.
    low = tuple(math.ceil(v) for v in bounds[0])
    high = tuple(math.floor(v) for v in bounds[1])
    if not (hue_first and low[0] > high[0]):
        return cv2.inRange(picture, low, high)
    upper = cv2.inRange(picture, low, (255, *high[1:]))
    return cv2.bitwise_or(upper, cv2.inRange(picture, (0, *low[1:]), high))


def _histogram(picture: Image, index: int, name: str, low: float, high: float) -> LazyPlot:
    def curves() -> tuple[Curve, ...]:
        counts = cv2.calcHist([picture], [index], None, [256], [0, 256]).ravel()
        return (Curve(name, _VALUES, counts),)

    title = f"Histogram of channel {index + 1}"
    return LazyPlot(title, name, "Pixels", curves, (("low", low), ("high", high)))


@operation("Colour range mask", group="Colour", opencv="cv2.inRange")
def range_mask(
    image: Colour8,
    *,
    space: Annotated[ColourSpace, "Colour space"] = "HSV",
    bounds: Annotated[
        ColourRange, Channels(255, view=_VIEW, by="space", names=CHANNELS), "Colour range"
    ] = (
        (0, 80, 60),
        (25, 255, 255),
    ),
) -> Result:
    """A mask of the pixels whose three channels all lie in a range.

    Both ends belong to the range. Hue is a circle: where its low end exceeds its high end
    (HSV and HLS), the range runs over the top, through 179 and 0. In other channels such a
    range is empty.

    Parameters
    ----------
    space : choice
        The space in which the colours are compared; the picture itself is RGB.
    bounds : colour range
        Lowest and highest value of each channel, in the 8-bit values of `space` (H 0..179).

    Returns
    -------
    Result
        ``(H, W)`` uint8, 255 in the range and 0 elsewhere. Views: the picture in the chosen
        space, and the part of the picture that the mask keeps. Reading: share kept.

    See Also
    --------
    OpenCV, "Thresholding operations using inRange", in the imgproc tutorials.
    """
    converted = from_rgb(image, space)
    names = CHANNELS[space]
    mask = _in_range(converted, bounds, names[0] == "H")
    share = 100 * cv2.countNonZero(mask) / mask.size
    return Result(
        mask,
        views=(
            View(_VIEW, converted),
            LazyView("Kept by the mask", lambda: (cv2.bitwise_and(image, image, mask=mask), None)),
        ),
        readings=(Reading("Pixels kept", round(share, 2), "%"),),
        plots=tuple(
            _histogram(converted, i, name, bounds[0][i], bounds[1][i])
            for i, name in enumerate(names)
        ),
    )
