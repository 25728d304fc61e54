import cv2
import numpy as np
import pytest

from visionlab.core.errors import ImageError
from visionlab.core.image import Display
from visionlab.operations.colour.channel import channel

PHOTO = np.random.default_rng(2).integers(0, 256, (21, 34, 3), dtype=np.uint8)


@pytest.mark.parametrize("number", ["1", "2", "3"])
@pytest.mark.parametrize("space", ["HSV", "HLS", "Lab", "Luv", "YCrCb", "XYZ"])
def test_same_pixels_as_the_direct_calls(space, number) -> None:
    converted = cv2.cvtColor(PHOTO, getattr(cv2, f"COLOR_RGB2{space}"))
    result = channel(PHOTO, space=space, channel=number)
    assert np.array_equal(result.picture, converted[..., int(number) - 1])
    assert result.display is None


def test_rgb_channels_are_the_pictures_own() -> None:
    for i in range(3):
        result = channel(PHOTO, space="RGB", channel=str(i + 1))
        assert np.array_equal(result.picture, PHOTO[..., i])
        assert result.readings[0].value == "RGB"[i]


def test_hue_of_green_on_paper() -> None:
    green = np.array([[[0, 255, 0]]], np.uint8)
    assert channel(green, space="HSV").picture.tolist() == [[60]]
    decimal = channel(green / np.float32(255), space="HSV")
    assert decimal.picture.tolist() == [[120]]
    assert decimal.display == Display(0, 360, "cyclic")


def test_signed_channels_are_shown_around_their_neutral_value() -> None:
    decimal = PHOTO / np.float32(255)
    assert channel(decimal, space="Lab", channel="2").display == Display(-127, 127, "diverging")
    assert channel(decimal, space="YCrCb", channel="2").display == Display(0, 1, "diverging")
    beyond = channel(decimal * 2, space="RGB").display
    assert (beyond.cmap, beyond.high) == ("grey", 2)


def test_decimal_values_beyond_0_to_1_have_no_hue() -> None:
    with pytest.raises(ImageError, match="HSV is defined for decimal values from 0 to 1"):
        channel(PHOTO.astype(np.float32), space="HSV")
