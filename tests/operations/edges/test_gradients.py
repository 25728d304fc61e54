"""Sobel and Scharr against answers worked out on paper, SciPy, and OpenCV called directly."""

import cv2
import numpy as np
import pytest
from scipy import ndimage

from visionlab.core.errors import ImageError
from visionlab.core.image import Display
from visionlab.operations import catalogue

OPS = catalogue()
OUTPUTS = ("x", "y", "magnitude", "direction")
NOISE = np.random.default_rng(5).integers(0, 256, (31, 42), dtype=np.uint8)


def apply(name, image, **params):
    return OPS[name](image, **OPS[name].check_params(params))


def ramp(across, down, dtype=np.float32):
    y, x = np.mgrid[:8, :9]
    return (across * x + down * y + 20).astype(dtype)


@pytest.mark.parametrize(("name", "step"), [("sobel", 4 * 255), ("scharr", 16 * 255)])
def test_a_step_edge(name, step):
    image = np.full((5, 6), 0, np.uint8)
    image[:, 3:] = 255
    rows = [[0, 0, step, step, 0, 0]] * 5
    assert apply(name, image, output="x").picture.tolist() == rows
    assert apply(name, image, output="y").picture.tolist() == [[0] * 6] * 5
    assert apply(name, image).picture.tolist() == rows
    assert apply(name, 255 - image, output="x").picture[0, 2] == -step
    assert apply(name, image.T.copy(), output="y").picture.T.tolist() == rows


@pytest.mark.parametrize(("name", "weight"), [("sobel", 8), ("scharr", 32)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_a_ramp(name, weight, dtype):
    inside = np.s_[1:-1, 1:-1]
    image = ramp(3, 4, dtype)
    assert np.all(apply(name, image, output="x").picture[inside] == 3 * weight)
    assert np.all(apply(name, image, output="y").picture[inside] == 4 * weight)
    assert np.all(apply(name, image, output="magnitude").picture[inside] == 5 * weight)
    direction = apply(name, image, output="direction").picture[inside]
    assert direction == pytest.approx(np.degrees(np.arctan2(4, 3)), abs=1e-4)


@pytest.mark.parametrize("name", ["sobel", "scharr"])
@pytest.mark.parametrize(
    ("across", "down", "degrees"),
    [(2, 0, 0), (0, 2, 90), (-2, 0, 180), (0, -2, -90), (2, 2, 45), (-2, -2, -135)],
)
def test_direction_points_to_the_brighter_side(name, across, down, degrees):
    result = apply(name, ramp(across, down), output="direction")
    assert result.picture[1:-1, 1:-1] == pytest.approx(degrees, abs=1e-5)
    assert result.display == Display(-180, 180, "cyclic")


def test_kernel_size_1_is_the_plain_difference():
    image = np.array([[5, 9, 250, 0]] * 3, np.uint8)
    assert apply("sobel", image, output="x", ksize=1).picture[1].tolist() == [0, 245, -9, 0]


@pytest.mark.parametrize("output", ["x", "y"])
def test_sobel_is_scipys(output):
    expected = ndimage.sobel(NOISE.astype(float), axis="yx".index(output), mode="mirror")
    assert np.array_equal(apply("sobel", NOISE, output=output).picture, expected)


@pytest.mark.parametrize("ksize", [1, 3, 5, 7, 31])
@pytest.mark.parametrize("image", [NOISE, NOISE.astype(np.float32) / 255 - 0.5])
def test_sobel_is_opencvs(image, ksize):
    dx = cv2.Sobel(image, cv2.CV_32F, 1, 0, ksize=ksize)
    dy = cv2.Sobel(image, cv2.CV_32F, 0, 1, ksize=ksize)
    expected = dx, dy, cv2.magnitude(dx, dy), np.degrees(np.arctan2(dy, dx))
    for output, picture in zip(OUTPUTS, expected, strict=True):
        found = apply("sobel", image, output=output, ksize=ksize).picture
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, picture, rtol=1e-6)


def test_scharr_is_opencvs():
    dx = cv2.Scharr(NOISE, cv2.CV_32F, 1, 0)
    dy = cv2.Scharr(NOISE, cv2.CV_32F, 0, 1)
    expected = dx, dy, cv2.magnitude(dx, dy), np.degrees(np.arctan2(dy, dx))
    for output, picture in zip(OUTPUTS, expected, strict=True):
        np.testing.assert_allclose(apply("scharr", NOISE, output=output).picture, picture, 1e-6)


def test_the_largest_kernel_does_not_overflow():
    image = np.zeros((64, 64), np.uint8)
    image[:, 32:] = 255
    dx = cv2.Sobel(image, cv2.CV_32F, 1, 0, ksize=31)
    assert float(dx.max()) ** 2 > float(np.finfo(np.float32).max)
    np.testing.assert_allclose(apply("sobel", image, ksize=31).picture.max(), dx.max(), rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "params", "end"),
    [
        ("sobel", {}, 255),
        ("sobel", {"ksize": 1}, 255 / 4),
        ("sobel", {"ksize": 5}, 255 * 48 / 4),  # [1 2 0 -2 -1] and [1 4 6 4 1]: 3 * 16
        ("scharr", {}, 255 * 16 / 4),
    ],
)
def test_signed_answers_are_shown_around_0_and_hold_still(name, params, end):
    for image in (NOISE, NOISE // 9):
        for output in ("x", "y"):
            shown = apply(name, image, output=output, **params).display
            assert shown == Display(-end, end, "diverging")
        assert apply(name, image, **params).display == Display(0, end)


def test_decimal_pictures_are_shown_by_their_own_size():
    image = NOISE.astype(np.float32) / 255  # largest value 1
    assert apply("sobel", image, output="x").display == Display(-1, 1, "diverging")
    assert apply("sobel", image * 0.9, output="x").display == Display(-1, 1, "diverging")
    assert apply("sobel", image * 100, output="x").display == Display(-128, 128, "diverging")


@pytest.mark.parametrize("name", ["sobel", "scharr"])
def test_values_that_overflow_are_refused(name):
    with pytest.raises(ImageError, match=r"reach 3e\+38: stretch them"):
        apply(name, np.full((4, 4), 3e38, np.float32))
