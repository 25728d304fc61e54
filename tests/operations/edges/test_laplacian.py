"""The Laplacian against answers worked out on paper, SciPy, and OpenCV called directly."""

import cv2
import numpy as np
import pytest
from scipy import ndimage

from visionlab.core.errors import ImageError
from visionlab.core.image import Display
from visionlab.operations import catalogue

OP = catalogue()["laplacian"]
NOISE = np.random.default_rng(6).integers(0, 256, (23, 34), dtype=np.uint8)


def test_the_kernels():
    spot = np.zeros((5, 5), np.uint8)
    spot[2, 2] = 1
    inside = np.s_[1:-1, 1:-1]
    assert OP(spot, ksize=1).picture[inside].tolist() == [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    assert OP(spot, ksize=3).picture[inside].tolist() == [[2, 0, 2], [0, -8, 0], [2, 0, 2]]


def test_a_step_is_positive_on_its_dark_side():
    image = np.zeros((4, 6), np.uint8)
    image[:, 3:] = 200
    assert OP(image).picture.tolist() == [[0, 0, 200, -200, 0, 0]] * 4


@pytest.mark.parametrize(("ksize", "factor"), [(1, 1), (3, 4)])
def test_second_derivatives_of_parabolas(ksize, factor):
    y, x = np.mgrid[:9, :9].astype(np.float32)
    bowl, saddle, plane = x**2 + y**2, x**2 - y**2, 3 * x + 2 * y
    inside = np.s_[2:-2, 2:-2]
    assert np.all(OP(bowl, ksize=ksize).picture[inside] == 4 * factor)
    assert np.all(OP(saddle, ksize=ksize).picture[inside] == 0)
    assert np.all(OP(plane, ksize=ksize).picture[inside] == 0)


def test_it_is_scipys():
    assert np.array_equal(OP(NOISE).picture, ndimage.laplace(NOISE.astype(float), mode="mirror"))


@pytest.mark.parametrize("ksize", [1, 3, 5, 7, 31])
@pytest.mark.parametrize("image", [NOISE, NOISE.astype(np.float32) / 255])
def test_it_is_opencvs(image, ksize):
    result = OP(image, ksize=ksize)
    assert np.array_equal(result.picture, cv2.Laplacian(image, cv2.CV_32F, ksize=ksize))
    assert result.picture.dtype == np.float32


@pytest.mark.parametrize(
    ("ksize", "positive"),
    [(1, 4), (3, 8), (5, 56)],  # ksize 5: [1 0 -2 0 1] and [1 4 6 4 1], summed on paper
)
def test_shown_around_0_to_an_eighth_of_the_largest_possible_answer(ksize, positive):
    end = 255 * positive / 8
    for image in (NOISE, NOISE // 7):
        assert OP(image, ksize=ksize).display == Display(-end, end, "diverging")


def test_values_that_overflow_are_refused():
    with pytest.raises(ImageError, match="stretch them"):
        OP(np.full((4, 4), 3e38, np.float32))
