"""Conversion between colour spaces."""

from visionlab.core.errors import ImageError
from visionlab.core.image import Image, Need
from visionlab.core.operation import operation
from visionlab.core.result import Result
from visionlab.operations.colour._spaces import Space, from_rgb, space_display, to_rgb

_PLAIN = ("RGB", "grey")


@operation(
    "Convert colour space",
    group="Colour",
    opencv="cv2.cvtColor",
    mends={
        Need.GREY: {"source": "RGB", "target": "grey"},
        Need.COLOUR: {"source": "grey", "target": "RGB"},
    },
)
def convert_colour(image: Image, *, source: Space = "RGB", target: Space = "grey") -> Result:
    """The same colours in other numbers: one grey channel, or three of another space.

    Grey is 0.299 R + 0.587 G + 0.114 B. XYZ and YCrCb are linear in the RGB values as they
    stand; Lab and Luv undo the sRGB curve first. Between two spaces the way leads over RGB.

    8-bit values: H 0..179 (degrees / 2); all others 0..255, with L of Lab and Luv times 2.55,
    a, b, Cr and Cb shifted by 128, u and v shifted and scaled, XYZ cut off at 255.
    Decimal values are taken as RGB in 0..1: H 0..360, S, V, Y 0..1, L 0..100, a, b -127..127,
    u -134..220, v -140..122, Cr, Cb around 0.5. Grey, XYZ and YCrCb take any range.

    Parameters
    ----------
    source : choice
        The space that the picture is in. RGB also takes a picture of one channel, which is
        an RGB picture with three equal ones.
    target : choice
        The space wanted.

    Returns
    -------
    Result
        ``(H, W)`` for grey, else ``(H, W, 3)``; same type as the picture.

    Raises
    ------
    ImageError
        The picture has not the channels of `source`, or decimal values beyond its range.

    References
    ----------
    OpenCV, "Color conversions", in the imgproc manual; ITU-R BT.601; CIE 15, "Colorimetry".
    """
    channels = 1 if image.ndim == 2 else 3
    if source == "RGB" and channels == 1:
        source = "grey"
    if channels != (1 if source == "grey" else 3):
        fix = "RGB or grey" if channels == 1 else "RGB or another space of three channels"
        expected = "one channel" if source == "grey" else "three channels"
        raise ImageError(
            f"A picture in {source} has {expected}; this one has {channels}; set Source to {fix}."
        )
    picture = image if source == target else from_rgb(to_rgb(image, source), target)
    if source in _PLAIN and target in _PLAIN:
        return Result(picture)  # in the same units as before
    return Result(picture, space_display(picture, target))
