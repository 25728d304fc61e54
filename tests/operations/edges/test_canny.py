"""Canny against answers worked out on paper and OpenCV called directly."""

import cv2
import numpy as np
import pytest

from visionlab.core.image import as_image
from visionlab.operations import catalogue

OP = catalogue()["canny"]


def apply(image, **params):
    return OP(image, **OP.check_params(params)).picture


def upright_step(contrast):
    image = np.zeros((9, 12), np.uint8)
    image[:, 6:] = contrast
    return image


def test_a_step_is_one_pixel_wide():
    edges = apply(upright_step(255))
    columns = np.unique(np.nonzero(edges)[1])
    assert len(columns) == 1
    assert columns[0] in (5, 6)
    assert np.all(edges[:, columns[0]] == 255)


def test_the_upper_threshold_is_on_the_sobel_gradient():
    image = upright_step(30)  # its gradient is 4 * 30
    assert apply(image, thresholds=(119, 119)).any()
    assert not apply(image, thresholds=(120, 120)).any()


def test_weak_edges_count_only_where_they_touch_a_strong_one():
    image = np.zeros((30, 40), np.uint8)
    image[:10, 10:] = 100  # strong, and continued weakly below
    image[10:20, 10:] = 40
    image[:, 30:] = image[:, 30:] // 8 * 8
    weak_alone = np.zeros((30, 40), np.uint8)
    weak_alone[:, 10:] = 40
    limits = {"thresholds": (100, 300)}
    assert not apply(weak_alone, **limits).any()
    assert apply(image, **limits)[13:18, 9:11].any(axis=1).all()


def test_exact_gradient_length():
    # On the diagonal both derivatives are 100 * (1 + 2): 600 in absolute values, 424 exactly.
    y, x = np.mgrid[:16, :16]
    image = np.where(x > y, 100, 0).astype(np.uint8)
    limits = {"thresholds": (500, 500)}
    assert apply(image, **limits).any()
    assert not apply(image, **limits, l2_gradient=True).any()


@pytest.mark.parametrize("ksize", [3, 5, 7])
@pytest.mark.parametrize("l2_gradient", [False, True])
def test_it_is_opencvs(ksize, l2_gradient):
    image = cv2.GaussianBlur(
        np.random.default_rng(1).integers(0, 256, (45, 61), dtype=np.uint8), (5, 5), 0
    )
    expected = cv2.Canny(image, 60, 180, apertureSize=ksize, L2gradient=l2_gradient)
    found = apply(image, thresholds=(60, 180), ksize=ksize, l2_gradient=l2_gradient)
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("ksize", [3, 5, 7])
@pytest.mark.parametrize("l2_gradient", [False, True])
def test_moving_the_thresholds_over_one_picture_gives_opencvs_edges(ksize, l2_gradient):
    noise = np.random.default_rng(2).integers(0, 256, (57, 83), dtype=np.uint8)
    image = as_image(cv2.GaussianBlur(noise, (5, 5), 1.0))
    for low, high in [(50, 150), (50, 151), (20.5, 90.25), (0, 0), (400, 1000), (1000, 1000)]:
        expected = cv2.Canny(image, low, high, apertureSize=ksize, L2gradient=l2_gradient)
        found = apply(image, thresholds=(low, high), ksize=ksize, l2_gradient=l2_gradient)
        assert np.array_equal(found, expected), (low, high)
