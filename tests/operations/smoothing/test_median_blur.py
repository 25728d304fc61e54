import cv2
import numpy as np
import pytest
from scipy import ndimage
from skimage.filters import median as skimage_median

from visionlab.core.errors import ImageError
from visionlab.operations.smoothing.median_blur import median_blur

PHOTO = np.random.default_rng(10).integers(0, 256, (35, 43, 3), dtype=np.uint8)
NOISE = np.random.default_rng(11).normal(0, 50, (35, 43)).astype(np.float32)


def test_outlier_vanishes_and_edge_stays() -> None:
    step = np.zeros((7, 8), np.uint8)
    step[:, 4:] = 200
    salted = step.copy()
    salted[3, 1], salted[3, 6] = 255, 0
    assert np.array_equal(median_blur(salted, ksize=3).picture, step)


def test_middle_of_nine_on_paper() -> None:
    grey = np.array([[9, 1, 8], [2, 7, 3], [6, 4, 5]], np.uint8)
    assert median_blur(grey, ksize=3).picture[1, 1] == 5


@pytest.mark.parametrize("ksize", [3, 5, 9, 21])
def test_against_scipy_and_scikit_image(ksize) -> None:
    out = median_blur(PHOTO, ksize=ksize).picture
    for i in range(3):
        channel = PHOTO[..., i].copy()
        expected = ndimage.median_filter(channel, ksize, mode="nearest")
        assert np.array_equal(out[..., i], expected)
        square = np.ones((ksize, ksize))
        assert np.array_equal(out[..., i], skimage_median(channel, square, mode="nearest"))


@pytest.mark.parametrize("ksize", [3, 5])
def test_decimal_values_against_scipy(ksize) -> None:
    out = median_blur(NOISE, ksize=ksize).picture
    assert np.array_equal(out, ndimage.median_filter(NOISE, ksize, mode="nearest"))
    assert np.array_equal(out, cv2.medianBlur(NOISE, ksize))


@pytest.mark.parametrize("ksize", [3, 7, 99])
def test_same_pixels_as_the_direct_call(ksize) -> None:
    assert np.array_equal(median_blur(PHOTO, ksize=ksize).picture, cv2.medianBlur(PHOTO, ksize))


@pytest.mark.parametrize("picture", [PHOTO, NOISE], ids=["uint8", "float32"])
def test_kernel_of_1_hands_the_picture_on(picture) -> None:
    assert median_blur(picture, ksize=1).picture is picture


def test_large_kernels_on_decimal_values_are_refused_with_the_way_out() -> None:
    with pytest.raises(ImageError, match=r"up to 5 px; it was 7; .*Convert to 8-bit"):
        median_blur(NOISE, ksize=7)
