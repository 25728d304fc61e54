import cv2
import numpy as np
import pytest
from scipy import ndimage
from skimage.data import camera
from skimage.filters import threshold_local, threshold_otsu

from visionlab.operations.colour.adaptive_threshold import adaptive_threshold
from visionlab.operations.colour.otsu_threshold import otsu_threshold
from visionlab.operations.colour.threshold import threshold

NOISE = np.random.default_rng(6).integers(0, 256, (37, 29, 3), dtype=np.uint8)
CAMERA = camera()[::4, ::4].copy()

CODES = {
    "binary": cv2.THRESH_BINARY,
    "binary inverted": cv2.THRESH_BINARY_INV,
    "truncate": cv2.THRESH_TRUNC,
    "to zero": cv2.THRESH_TOZERO,
    "to zero inverted": cv2.THRESH_TOZERO_INV,
}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("binary", [0, 0, 200, 200]),
        ("binary inverted", [200, 200, 0, 0]),
        ("truncate", [0, 100, 100, 100]),
        ("to zero", [0, 0, 101, 255]),
        ("to zero inverted", [0, 100, 0, 0]),
    ],
)
def test_five_modes_on_paper(mode, expected) -> None:
    grey = np.array([[0, 100, 101, 255]], np.uint8)
    assert threshold(grey, level=100, mode=mode, maximum=200).picture.tolist() == [expected]


@pytest.mark.parametrize("level", [0, 1, 127, 254, 255])
@pytest.mark.parametrize("mode", CODES)
def test_fixed_threshold_as_in_opencv(mode, level) -> None:
    direct = cv2.threshold(NOISE, level, 255, CODES[mode])[1]
    assert np.array_equal(threshold(NOISE, level=level, mode=mode).picture, direct)


def test_binary_against_numpy() -> None:
    assert np.array_equal(threshold(NOISE, level=90).picture > 0, NOISE > 90)


def test_otsu_parts_two_tones() -> None:
    grey = np.array([[10, 10, 12, 200, 202]], np.uint8)
    result = otsu_threshold(grey)
    assert result.picture.tolist() == [[0, 0, 0, 255, 255]]
    assert otsu_threshold(grey, mode="binary inverted").picture.tolist() == [[255, 255, 255, 0, 0]]


def test_otsu_maximises_the_variance_between_the_classes() -> None:
    def between(t: int) -> float:
        dark, bright = CAMERA[t >= CAMERA], CAMERA[t < CAMERA]
        if not dark.size or not bright.size:
            return 0
        return dark.size * bright.size * (dark.mean() - bright.mean()) ** 2

    assert otsu_threshold(CAMERA).readings[0].value == max(range(256), key=between)


def test_otsu_against_scikit_image_and_opencv() -> None:
    result = otsu_threshold(CAMERA)
    level = threshold_otsu(CAMERA)
    assert np.array_equal(result.picture > 0, level < CAMERA)
    value, direct = cv2.threshold(CAMERA, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    assert np.array_equal(result.picture, direct)
    reading = result.readings[0].value
    assert reading == value
    assert result.plots[0].markers == (("Otsu", reading),)
    assert np.array_equal(result.plots[0].curves[0].y, np.bincount(CAMERA.ravel(), minlength=256))


@pytest.mark.parametrize("mode", ["binary", "binary inverted"])
@pytest.mark.parametrize("block_size", [3, 25, 255])
@pytest.mark.parametrize("method", ["mean", "Gaussian"])
def test_adaptive_as_in_opencv(method, block_size, mode) -> None:
    code = {"mean": cv2.ADAPTIVE_THRESH_MEAN_C, "Gaussian": cv2.ADAPTIVE_THRESH_GAUSSIAN_C}[method]
    direct = cv2.adaptiveThreshold(CAMERA, 255, code, CODES[mode], block_size, -4)
    result = adaptive_threshold(CAMERA, method=method, block_size=block_size, offset=-4, mode=mode)
    assert np.array_equal(result.picture, direct)


def test_adaptive_mean_against_scikit_image() -> None:
    local = threshold_local(CAMERA, 25, method="mean", offset=7, mode="nearest")
    sure = np.abs(CAMERA - local) > 1  # OpenCV rounds the mean to a whole number
    white = adaptive_threshold(CAMERA, block_size=25, offset=7).picture > 0
    assert np.array_equal(white[sure], (local < CAMERA)[sure])


def test_adaptive_gaussian_against_scipy() -> None:
    sigma = 0.3 * ((25 - 1) * 0.5 - 1) + 0.8
    average = ndimage.gaussian_filter(CAMERA.astype(float), sigma, mode="nearest", radius=12)
    sure = np.abs(CAMERA - (average - 7)) > 1
    white = adaptive_threshold(CAMERA, method="Gaussian", block_size=25, offset=7).picture > 0
    assert np.array_equal(white[sure], (average - 7 < CAMERA)[sure])


def test_adaptive_finds_a_spot_on_a_slope() -> None:
    slope = np.tile(np.arange(0, 240, 4, dtype=np.uint8), (21, 1))
    slope[10, 10] -= 30
    black = adaptive_threshold(slope, block_size=9, offset=10).picture == 0
    assert np.argwhere(black).tolist() == [[10, 10]]
