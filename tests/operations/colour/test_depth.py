import cv2
import numpy as np
import pytest
from skimage.exposure import rescale_intensity

from visionlab.core.image import Display
from visionlab.operations.colour.convert_depth import convert_depth
from visionlab.operations.colour.convert_float import convert_float

SIGNED = np.array([[-300, -20.4, 0], [0.5, 99.6, 300]], np.float32)
NOISE = np.random.default_rng(4).normal(40, 90, (25, 33, 3)).astype(np.float32)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("stretch", [[0, 119, 128], [128, 170, 255]]),  # 255 (v + 300) / 600, 127.5 to even
        ("clip", [[0, 0, 0], [0, 100, 255]]),
        ("absolute", [[255, 20, 0], [0, 100, 255]]),
    ],
)
def test_8_bit_values_on_paper(mode, expected) -> None:
    result = convert_depth(SIGNED, mode=mode)
    assert result.picture.dtype == np.uint8
    assert result.picture.tolist() == expected
    assert result.display is None


def test_stretch_against_scikit_image_and_opencv() -> None:
    picture = convert_depth(NOISE).picture
    assert np.abs(picture - rescale_intensity(NOISE, out_range=(0.0, 255.0))).max() < 0.501
    direct = cv2.normalize(NOISE, None, 0, 255, cv2.NORM_MINMAX, cv2.CV_8U)
    assert np.abs(picture.astype(int) - direct).max() <= 1


def test_absolute_is_convert_scale_abs_and_clip_saturates() -> None:
    absolute = convert_depth(NOISE, mode="absolute").picture
    assert np.array_equal(absolute, cv2.convertScaleAbs(NOISE))
    clip = convert_depth(NOISE, mode="clip").picture
    assert np.array_equal(clip, np.rint(NOISE.clip(0, 255)))


def test_values_beyond_32_bits_saturate() -> None:
    huge = np.array([[1e12, -1e12]], np.float32)
    assert convert_depth(huge, mode="clip").picture.tolist() == [[255, 0]]
    assert convert_depth(huge, mode="absolute").picture.tolist() == [[255, 255]]
    assert convert_depth(huge, mode="stretch").picture.tolist() == [[255, 0]]


def test_stretch_sees_small_differences_between_large_values() -> None:
    close = np.array([[1e6, 1e6 + 1, 1e6 + 2]], np.float32)
    assert convert_depth(close).picture.tolist() == [[0, 128, 255]]


def test_8_bit_pictures_change_by_stretch_only() -> None:
    grey = np.array([[10, 20, 30]], np.uint8)
    assert convert_depth(grey, mode="clip").picture is grey
    assert convert_depth(grey, mode="absolute").picture is grey
    assert convert_depth(grey).picture.tolist() == [[0, 128, 255]]


@pytest.mark.parametrize("value", [0, 7, 255])
def test_flat_pictures_stretch_to_0(value) -> None:
    flat = np.full((2, 3), value, np.uint8)
    assert not convert_depth(flat).picture.any()
    assert not convert_float(flat, scale="stretch").picture.any()


def test_decimal_values_on_paper() -> None:
    grey = np.array([[0, 51, 255]], np.uint8)
    divided = convert_float(grey)
    assert divided.picture.dtype == np.float32
    assert divided.picture.tolist() == [[0, np.float32(0.2), 1]]
    assert divided.display == Display(0, 1)
    kept = convert_float(grey, scale="keep")
    assert kept.picture.tolist() == [[0, 51, 255]]
    assert kept.display == Display(0, 255)
    stretched = convert_float(np.array([[-4, -2, 4]], np.float32), scale="stretch")
    assert stretched.picture.tolist() == [[0, 0.25, 1]]


def test_decimal_stretch_against_scikit_image_and_opencv() -> None:
    picture = convert_float(NOISE, scale="stretch").picture
    assert np.allclose(picture, rescale_intensity(NOISE, out_range=(0.0, 1.0)), atol=1e-6)
    direct = cv2.normalize(NOISE, None, 0, 1, cv2.NORM_MINMAX, cv2.CV_32F)
    assert np.allclose(picture, direct, atol=1e-6)


def test_decimal_values_are_kept_with_their_colours() -> None:
    result = convert_float(SIGNED, scale="keep")
    assert result.picture is SIGNED
    assert result.display is None


def test_decimal_values_divided_are_shown_around_0() -> None:
    result = convert_float(SIGNED)
    assert np.array_equal(result.picture, SIGNED / np.float32(255))
    end = float(np.float32(300) / np.float32(255))
    assert result.display == Display(-end, end, "diverging")


@pytest.mark.parametrize("scale", ["divide by 255", "keep", "stretch"])
def test_every_8_bit_value_becomes_the_decimal_one(scale) -> None:
    values = np.arange(256, dtype=np.uint8)[::-1].reshape(8, 32)
    expected = values.astype(np.float32)
    if scale != "keep":
        expected /= np.float32(255)
    found = convert_float(values, scale=scale).picture
    np.testing.assert_allclose(found, expected, rtol=1e-7)
    assert found.max() == expected.max()


def test_8_bit_stretch_is_the_nearest_whole_number() -> None:
    for low, high in ((0, 255), (3, 4), (10, 27), (0, 200), (90, 251)):
        values = np.arange(low, high + 1, dtype=np.uint8)[np.newaxis]
        exact = 255 * (values.astype(float) - low) / (high - low)
        assert np.abs(convert_depth(values).picture - exact).max() <= 0.5
