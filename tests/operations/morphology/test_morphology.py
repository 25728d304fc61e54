"""Morphology against answers worked out on paper, SciPy, and OpenCV called directly."""

import cv2
import numpy as np
import pytest
from scipy import ndimage

from visionlab.operations import catalogue

OPS = catalogue()
NAMES = (
    "erode", "dilate", "opening", "closing", "morphological_gradient", "top_hat", "black_hat",
)  # fmt: skip


def picture_of(text: str) -> np.ndarray:
    """A picture from rows of "." (0) and "#" (255)."""
    rows = text.split()
    return np.array([[255 * (cell == "#") for cell in row] for row in rows], np.uint8)


def apply(name, image, **params):
    return OPS[name](image, **OPS[name].check_params(params)).picture


# The definitions of the four elements, without OpenCV.


def footprint(shape: str, size: int) -> np.ndarray:
    r = size // 2
    y, x = np.mgrid[-r : r + 1, -r : r + 1]
    match shape:
        case "rectangle":
            return np.ones((size, size), bool)
        case "cross":
            return (x == 0) | (y == 0)
        case "diamond":
            return abs(x) + abs(y) <= r
        case _:  # each row of the ellipse reaches to the nearest whole pixel
            return abs(x) <= np.rint(np.sqrt(r * r - y * y))


# The operations from SciPy's smallest and largest value under a footprint; what lies
# outside the picture never wins.


def smallest(image, under):
    return ndimage.grey_erosion(image, footprint=under, mode="constant", cval=1e9)


def largest(image, under):
    return ndimage.grey_dilation(image, footprint=under, mode="constant", cval=-1e9)


def repeated(function, image, under, times):
    for _ in range(times):
        image = function(image, under)
    return image


def expected(name, channel, under, times):
    image = channel.astype(float)
    low = repeated(smallest, image, under, times)
    high = repeated(largest, image, under, times)
    opening = repeated(largest, low, under, times)
    closing = repeated(smallest, high, under, times)
    return {
        "erode": low,
        "dilate": high,
        "opening": opening,
        "closing": closing,
        "morphological_gradient": high - low,
        "top_hat": image - opening,
        "black_hat": closing - image,
    }[name]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", ["rectangle", "ellipse", "cross", "diamond"])
@pytest.mark.parametrize(("size", "times"), [(1, 2), (3, 1), (3, 3), (7, 1), (5, 2)])
def test_equals_scipy(name, shape, size, times):
    rng = np.random.default_rng(size + times)
    grey = rng.integers(0, 256, (19, 23), np.uint8)
    found = apply(name, grey, shape=shape, size=size, iterations=times)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, expected(name, grey, footprint(shape, size), times))


@pytest.mark.parametrize("name", NAMES)
def test_float_colour_channels_are_treated_alone_with_their_true_values(name):
    rng = np.random.default_rng(5)
    colour = rng.normal(0, 100, (14, 11, 3)).astype(np.float32)
    found = apply(name, colour, shape="diamond", size=5)
    assert found.dtype == np.float32
    for c in range(3):
        by_scipy = expected(name, colour[..., c], footprint("diamond", 5), 1)
        np.testing.assert_allclose(found[..., c], by_scipy, rtol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_equals_direct_opencv(name):
    image = np.random.default_rng(2).integers(0, 256, (40, 31, 3), np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    direct = {
        "erode": lambda: cv2.erode(image, kernel, iterations=2),
        "dilate": lambda: cv2.dilate(image, kernel, iterations=2),
        "opening": lambda: cv2.morphologyEx(image, cv2.MORPH_OPEN, kernel, iterations=2),
        "closing": lambda: cv2.morphologyEx(image, cv2.MORPH_CLOSE, kernel, iterations=2),
        "morphological_gradient": lambda: cv2.morphologyEx(
            image, cv2.MORPH_GRADIENT, kernel, iterations=2
        ),
        "top_hat": lambda: cv2.morphologyEx(image, cv2.MORPH_TOPHAT, kernel, iterations=2),
        "black_hat": lambda: cv2.morphologyEx(image, cv2.MORPH_BLACKHAT, kernel, iterations=2),
    }[name]()
    found = apply(name, image, shape="ellipse", size=9, iterations=2)
    np.testing.assert_array_equal(found, direct)


SQUARE_AND_SPECK = picture_of("....... .###.#. .###... .###... .......")


def test_erosion_leaves_the_centre_of_a_square_and_no_speck():
    eroded = picture_of("....... ....... ..#.... ....... .......")
    np.testing.assert_array_equal(apply("erode", SQUARE_AND_SPECK), eroded)


def test_a_dilated_pixel_is_the_element():
    dot = picture_of("..... ..... ..#.. ..... .....")
    plus = picture_of("..... ..#.. .###. ..#.. .....")
    np.testing.assert_array_equal(apply("dilate", dot, shape="cross"), plus)
    diamond = picture_of("..#.. .###. ##### .###. ..#..")
    np.testing.assert_array_equal(apply("dilate", dot, shape="cross", iterations=2), diamond)
    np.testing.assert_array_equal(apply("dilate", dot, shape="diamond", size=5), diamond)


def test_opening_removes_the_speck_and_keeps_the_square_as_it_was():
    speck = picture_of("....... .....#. ....... ....... .......")
    opened = SQUARE_AND_SPECK - speck
    np.testing.assert_array_equal(apply("opening", SQUARE_AND_SPECK), opened)
    np.testing.assert_array_equal(apply("top_hat", SQUARE_AND_SPECK, size=3), speck)


def test_closing_fills_the_hole_and_black_hat_shows_it():
    # Two pixels of margin: nearer, the closing would join the ring to what lies outside.
    hole = np.zeros((9, 9), np.uint8)
    hole[4, 4] = 255
    ring = np.zeros((9, 9), np.uint8)
    ring[2:7, 2:7] = 255
    ring -= hole
    np.testing.assert_array_equal(apply("closing", ring), ring + hole)
    np.testing.assert_array_equal(apply("black_hat", ring, size=3), hole)


def test_gradient_of_a_step_is_two_pixels_wide_and_as_high_as_the_step():
    step = np.repeat(np.array([[10, 10, 10, 70, 70, 70]], np.uint8), 4, axis=0)
    found = apply("morphological_gradient", step)
    np.testing.assert_array_equal(found, np.repeat([[0, 0, 60, 60, 0, 0]], 4, axis=0))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [0, 200, -7.5])
def test_a_flat_picture_has_no_detail_at_its_borders_either(name, value):
    flat = np.full((5, 4), value, np.float32)
    found = apply(name, flat, size=31, iterations=10)
    unchanged = name in ("erode", "dilate", "opening", "closing")
    np.testing.assert_array_equal(found, flat if unchanged else 0 * flat)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", ["rectangle", "ellipse", "cross", "diamond"])
def test_the_element_is_shown_as_a_picture(name, shape):
    params = OPS[name].check_params({"shape": shape, "size": 9})
    (view,) = OPS[name](SQUARE_AND_SPECK, **params).views
    assert view.name == "Structuring element"
    np.testing.assert_array_equal(view.picture, 255 * footprint(shape, 9))
