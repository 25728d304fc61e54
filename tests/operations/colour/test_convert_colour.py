import colorsys

import cv2
import numpy as np
import pytest
from skimage import color

from visionlab.core.errors import ImageError
from visionlab.core.image import Display
from visionlab.operations.colour.convert_colour import convert_colour

SPACES = ("HSV", "HLS", "Lab", "Luv", "YCrCb", "XYZ")
PHOTO = np.random.default_rng(1).integers(0, 256, (33, 47, 3), dtype=np.uint8)
FLOAT = PHOTO / np.float32(255)
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def pixel(colour: tuple[float, ...], dtype: type = np.uint8) -> np.ndarray:
    return np.array([[colour]], dtype)


@pytest.mark.parametrize(
    ("target", "colour", "expected"),
    [
        ("HSV", RED, (0, 255, 255)),
        ("HSV", GREEN, (60, 255, 255)),
        ("HSV", BLUE, (120, 255, 255)),
        ("HSV", WHITE, (0, 0, 255)),
        ("HLS", RED, (0, 128, 255)),
        ("HLS", WHITE, (0, 255, 0)),
        ("Lab", RED, (136, 208, 195)),  # L 53.24, a 80.09, b 67.20
        ("Lab", WHITE, (255, 128, 128)),
        ("YCrCb", RED, (76, 255, 85)),  # 0.299; 0.5 + 0.713 * 0.701; 0.5 - 0.564 * 0.299
        ("YCrCb", WHITE, (255, 128, 128)),
        ("XYZ", RED, (105, 54, 5)),  # 0.412453, 0.212671, 0.019334
        ("XYZ", WHITE, (242, 255, 255)),  # 0.950456, 1, 1.088754 cut off
    ],
)
def test_8_bit_values_on_paper(target, colour, expected) -> None:
    result = convert_colour(pixel(colour), target=target)
    assert result.picture[0, 0].tolist() == list(expected)
    assert result.display is None


def test_grey_is_the_weighted_sum_rounded() -> None:
    weights = PHOTO @ np.array([0.299, 0.587, 0.114])
    grey = convert_colour(PHOTO).picture
    assert grey.shape == PHOTO.shape[:2]
    assert np.abs(grey - weights).max() <= 0.51


@pytest.mark.parametrize("picture", [PHOTO, FLOAT], ids=["uint8", "float32"])
@pytest.mark.parametrize("space", SPACES)
def test_same_pixels_as_the_direct_calls(space, picture) -> None:
    there = convert_colour(picture, target=space).picture
    assert np.array_equal(there, cv2.cvtColor(picture, getattr(cv2, f"COLOR_RGB2{space}")))
    back = convert_colour(there, source=space, target="RGB").picture
    assert np.array_equal(back, cv2.cvtColor(there, getattr(cv2, f"COLOR_{space}2RGB")))


def test_between_two_spaces_the_way_leads_over_rgb() -> None:
    hsv = cv2.cvtColor(PHOTO, cv2.COLOR_RGB2HSV)
    rgb = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)
    lab = convert_colour(hsv, source="HSV", target="Lab").picture
    assert np.array_equal(lab, cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab))


def test_decimal_hsv_and_hls_against_colorsys() -> None:
    hsv = convert_colour(FLOAT, target="HSV").picture.reshape(-1, 3)
    hls = convert_colour(FLOAT, target="HLS").picture.reshape(-1, 3)
    pixels = FLOAT.reshape(-1, 3).tolist()
    assert np.allclose(hsv / (360, 1, 1), [colorsys.rgb_to_hsv(*p) for p in pixels], atol=1e-5)
    assert np.allclose(hls / (360, 1, 1), [colorsys.rgb_to_hls(*p) for p in pixels], atol=1e-5)


def test_decimal_lab_luv_and_xyz_against_scikit_image() -> None:
    lab = convert_colour(FLOAT, target="Lab").picture
    assert np.abs(lab - color.rgb2lab(FLOAT)).max() < 1  # OpenCV interpolates in a table
    luv = convert_colour(FLOAT, target="Luv").picture
    assert np.abs(luv - color.rgb2luv(FLOAT)).max() < 0.5
    xyz = convert_colour(FLOAT, target="XYZ").picture
    assert np.allclose(xyz, FLOAT @ color.colorconv.xyz_from_rgb.T, atol=1e-4)


@pytest.mark.parametrize("space", SPACES)
def test_decimal_values_survive_there_and_back(space) -> None:
    there = convert_colour(FLOAT, target=space).picture
    back = convert_colour(there, source=space, target="RGB").picture
    assert np.allclose(back, FLOAT, atol=5e-3)


def test_grey_to_colour_repeats_the_channel() -> None:
    grey = PHOTO[..., 0].copy()
    rgb = convert_colour(grey, source="grey", target="RGB").picture
    assert np.array_equal(rgb, np.stack([grey] * 3, axis=-1))
    value = convert_colour(grey, source="grey", target="HSV").picture
    assert np.array_equal(value[..., 2], grey)
    assert not value[..., :2].any()


def test_same_space_hands_the_picture_on() -> None:
    assert convert_colour(PHOTO, source="Lab", target="Lab").picture is PHOTO


def test_a_grey_picture_is_an_rgb_picture_of_three_equal_channels() -> None:
    grey = PHOTO[..., 0].copy()
    assert convert_colour(grey).picture is grey
    three = np.stack([grey] * 3, axis=-1)
    for target in ("RGB", "HSV", "Lab"):
        expected = convert_colour(three, target=target).picture
        assert np.array_equal(convert_colour(grey, target=target).picture, expected)


def test_wrong_channels_are_named_with_the_way_out() -> None:
    with pytest.raises(ImageError, match="three channels; this one has 1; set Source to RGB or"):
        convert_colour(PHOTO[..., 0], source="HSV")
    with pytest.raises(ImageError, match="one channel; this one has 3; set Source to RGB"):
        convert_colour(PHOTO, source="grey", target="RGB")


@pytest.mark.parametrize("space", ["HSV", "HLS", "Lab", "Luv"])
def test_decimal_values_beyond_a_space_are_refused(space) -> None:
    with pytest.raises(ImageError, match=f"{space} is defined for decimal values from 0 to 1"):
        convert_colour(FLOAT * 255, target=space)
    with pytest.raises(ImageError, match="choose the space that it is in"):
        convert_colour(FLOAT - 500, source=space, target="RGB")


@pytest.mark.parametrize("target", ["grey", "YCrCb", "XYZ"])
def test_linear_spaces_take_any_decimal_values(target) -> None:
    wide = FLOAT * 600 - 300
    assert np.isfinite(convert_colour(wide, target=target).picture).all()


def test_decimal_results_say_how_to_be_shown() -> None:
    assert convert_colour(FLOAT).display is None  # as the picture before
    assert convert_colour(FLOAT, target="XYZ").display == Display(0, 1.0889)
    assert convert_colour(FLOAT, target="HSV").display == Display(0, 360)
    signed = convert_colour(pixel((-3, -3, -3), np.float32), target="XYZ").display
    assert signed.low == pytest.approx(-3 * 1.089, abs=0.01)
