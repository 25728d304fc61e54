"""One channel of a colour space."""

from typing import Annotated, Literal

import cv2

from visionlab.core.display import value_display
from visionlab.core.image import Colour
from visionlab.core.operation import operation
from visionlab.core.result import Reading, Result
from visionlab.operations.colour._spaces import CHANNELS, FLOAT_RANGES, ColourSpace, from_rgb


@operation("Channel view", group="Colour", opencv="cv2.cvtColor, cv2.extractChannel")
def channel(
    image: Colour,
    *,
    space: Annotated[ColourSpace, "Colour space"] = "RGB",
    channel: Annotated[Literal["1", "2", "3"], "Channel"] = "1",
) -> Result:
    """One channel of a colour space as a grey picture.

    The channels in order: R G B, H S V, H L S, L a b, L u v, Y Cr Cb, X Y Z. Values are those
    of "Convert colour space": 8-bit hue runs 0..179; decimal hue 0..360 is shown as a circle
    of colours, and decimal a, b, u, v, Cr and Cb in two colours around their neutral value.

    Parameters
    ----------
    space : choice
        The space to look in; the picture itself is RGB.
    channel : choice
        First, second or third channel.

    Returns
    -------
    Result
        ``(H, W)``, of the picture's type; the reading names the channel.

    See Also
    --------
    OpenCV, "Color conversions", in the imgproc manual.
    """
    index = int(channel) - 1
    picture = cv2.extractChannel(from_rgb(image, space), index)
    display = value_display(picture, FLOAT_RANGES[space][index])
    return Result(picture, display, readings=(Reading("Channel", CHANNELS[space][index]),))
