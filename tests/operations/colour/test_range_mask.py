import cv2
import numpy as np
import pytest

from visionlab.operations.colour.range_mask import range_mask

PHOTO = np.random.default_rng(3).integers(0, 256, (40, 31, 3), dtype=np.uint8)
RED, PINKISH, GREEN, GREY = (255, 0, 0), (255, 0, 20), (0, 255, 0), (90, 90, 90)
FOUR = np.array([[RED, PINKISH, GREEN, GREY]], np.uint8)  # H 0, 178, 60, 0 (S 0)


@pytest.mark.parametrize("space", ["RGB", "HSV", "HLS", "Lab", "Luv", "YCrCb", "XYZ"])
def test_same_pixels_as_the_direct_calls(space) -> None:
    low, high = (20, 50, 30), (120, 220, 240)
    code = getattr(cv2, f"COLOR_RGB2{space}", None)
    converted = PHOTO if code is None else cv2.cvtColor(PHOTO, code)
    result = range_mask(PHOTO, space=space, bounds=(low, high))
    mask = cv2.inRange(converted, low, high)
    assert 0 < mask.mean() < 255
    assert np.array_equal(result.picture, mask)
    views = {view.name: view.picture for view in result.views}
    assert np.array_equal(views["Picture in the chosen space"], converted)
    kept = cv2.bitwise_and(PHOTO, PHOTO, mask=mask)
    assert np.array_equal(views["Kept by the mask"], kept)


def test_both_ends_belong_to_the_range() -> None:
    grey = np.repeat(np.arange(5, dtype=np.uint8), 3).reshape(1, 5, 3)
    result = range_mask(grey, space="RGB", bounds=((1, 1, 1), (3, 3, 3)))
    assert result.picture.tolist() == [[0, 255, 255, 255, 0]]
    assert (result.readings[0].value, result.readings[0].unit) == (60, "%")


def test_fractional_ends_take_no_value_outside() -> None:
    grey = np.repeat(np.arange(5, dtype=np.uint8), 3).reshape(1, 5, 3)
    result = range_mask(grey, space="RGB", bounds=((0.5, 0.5, 0.5), (2.5, 2.5, 2.5)))
    assert result.picture.tolist() == [[0, 255, 255, 0, 0]]


def test_hue_wraps_round() -> None:
    reds = range_mask(FOUR, bounds=((170, 100, 100), (10, 255, 255)))
    assert reds.picture.tolist() == [[255, 255, 0, 0]]
    straight = range_mask(FOUR, bounds=((0, 100, 100), (10, 255, 255)))
    assert straight.picture.tolist() == [[255, 0, 0, 0]]
    lightness = range_mask(FOUR, space="HLS", bounds=((170, 100, 100), (10, 255, 255)))
    assert lightness.picture.tolist() == [[255, 255, 0, 0]]


def test_hue_wraps_at_every_place_as_set_union() -> None:
    hsv = cv2.cvtColor(PHOTO, cv2.COLOR_RGB2HSV).astype(int)
    result = range_mask(PHOTO, bounds=((150, 40, 0), (30, 255, 200)))
    h, s, v = hsv[..., 0], hsv[..., 1], hsv[..., 2]
    expected = ((h >= 150) | (h <= 30)) & (s >= 40) & (v <= 200)
    assert np.array_equal(result.picture > 0, expected)


def test_other_channels_do_not_wrap() -> None:
    assert not range_mask(FOUR, space="RGB", bounds=((200, 0, 0), (100, 255, 255))).picture.any()
    assert not range_mask(FOUR, bounds=((0, 200, 0), (179, 100, 255))).picture.any()


def test_histograms_count_every_pixel_and_mark_the_ends() -> None:
    plots = range_mask(PHOTO, space="RGB", bounds=((1, 2, 3), (4, 5, 6))).plots
    for i, plot in enumerate(plots):
        expected = np.bincount(PHOTO[..., i].ravel(), minlength=256)
        assert np.array_equal(plot.curves[0].y, expected)
        assert plot.markers == (("low", 1 + i), ("high", 4 + i))
