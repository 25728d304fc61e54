import cv2
import numpy as np
import pytest
from skimage.exposure import adjust_gamma
from skimage.util import invert as skimage_invert

from visionlab.operations.colour.brightness_contrast import brightness_contrast
from visionlab.operations.colour.clahe import clahe
from visionlab.operations.colour.equalise import equalise
from visionlab.operations.colour.invert import invert

PHOTO = np.random.default_rng(5).integers(40, 200, (48, 64, 3), dtype=np.uint8)
GREY = PHOTO[..., 1].copy()


def on_lightness(function) -> np.ndarray:
    """PHOTO with a function applied to L of Lab, by direct OpenCV calls."""
    lightness, a, b = cv2.split(cv2.cvtColor(PHOTO, cv2.COLOR_RGB2Lab))
    return cv2.cvtColor(cv2.merge([function(lightness), a, b]), cv2.COLOR_Lab2RGB)


def test_brightness_and_contrast_on_paper() -> None:
    grey = np.array([[0, 100, 200]], np.uint8)
    result = brightness_contrast(grey, brightness=-50, contrast=1.5)
    assert result.picture.tolist() == [[0, 100, 250]]
    assert brightness_contrast(grey, contrast=0, brightness=7).picture.tolist() == [[7, 7, 7]]
    assert np.array_equal(brightness_contrast(PHOTO).picture, PHOTO)


def test_brightness_and_contrast_as_in_opencv() -> None:
    direct = cv2.convertScaleAbs(PHOTO, alpha=1.25, beta=20)
    assert np.array_equal(brightness_contrast(PHOTO, contrast=1.25, brightness=20).picture, direct)


@pytest.mark.parametrize("gamma", [0.1, 0.5, 1.0, 2.2, 5.0])
def test_gamma_against_scikit_image_and_the_direct_call(gamma) -> None:
    picture = brightness_contrast(PHOTO, gamma=gamma).picture
    assert np.abs(picture.astype(int) - adjust_gamma(PHOTO, gamma)).max() <= 1  # it rounds down
    table = np.rint([255 * (v / 255) ** gamma for v in range(256)]).astype(np.uint8)
    assert np.array_equal(picture, cv2.LUT(PHOTO, table))


def test_tone_curve_is_what_was_applied() -> None:
    result = brightness_contrast(GREY, brightness=30, gamma=0.7)
    assert np.array_equal(result.plots[0].curves[0].y[GREY], result.picture)


def test_negative() -> None:
    assert np.array_equal(invert(PHOTO).picture, skimage_invert(PHOTO))
    assert np.array_equal(invert(PHOTO).picture, cv2.bitwise_not(PHOTO))
    assert np.array_equal(invert(invert(PHOTO).picture).picture, PHOTO)


def test_negative_of_decimal_values_stays_in_their_range() -> None:
    result = invert(np.array([[-1, 0, 3]], np.float32))
    assert result.picture.tolist() == [[3, 2, -1]]
    assert result.display is None  # shown as it was
    assert invert(np.array([[0, 0.25, 1]], np.float32)).picture.tolist() == [[1, 0.75, 0]]


def test_equalise_on_paper() -> None:
    # Numbers of pixels up to 10, 20, 30, 40: 2, 3, 5, 6; so 255 * (0, 1, 3, 4) / 4.
    grey = np.array([[10, 10, 20], [30, 30, 40]], np.uint8)
    assert equalise(grey).picture.tolist() == [[0, 0, 64], [191, 191, 255]]


def test_equalise_as_in_opencv_in_grey_and_in_lightness() -> None:
    assert np.array_equal(equalise(GREY).picture, cv2.equalizeHist(GREY))
    assert np.array_equal(equalise(PHOTO).picture, on_lightness(cv2.equalizeHist))


def test_equalise_leaves_a_flat_picture_and_spreads_the_others() -> None:
    flat = np.full((5, 6), 77, np.uint8)
    assert np.array_equal(equalise(flat).picture, flat)
    out = equalise(GREY).picture
    assert (out.min(), out.max()) == (0, 255)


def test_equalise_keeps_grey_colours_grey() -> None:
    neutral = np.repeat(GREY[..., None], 3, axis=2)
    spread = np.ptp(equalise(neutral).picture.astype(int), axis=2)
    assert spread.max() <= 1


@pytest.mark.parametrize(("clip_limit", "tiles"), [(2.0, 8), (40.0, 3), (0.0, 1)])
def test_clahe_as_in_opencv_in_grey_and_in_lightness(clip_limit, tiles) -> None:
    direct = cv2.createCLAHE(clip_limit, (tiles, tiles)).apply
    params = {"clip_limit": clip_limit, "tiles": tiles}
    assert np.array_equal(clahe(GREY, **params).picture, direct(GREY))
    assert np.array_equal(clahe(PHOTO, **params).picture, on_lightness(direct))


def test_clahe_of_one_tile_without_limit_maps_by_the_share_of_darker_pixels() -> None:
    share = np.bincount(GREY.ravel(), minlength=256).cumsum() / GREY.size
    out = clahe(GREY, clip_limit=0, tiles=1).picture
    assert np.abs(out - 255 * share[GREY]).max() <= 0.51


def test_clahe_limit_bounds_the_steepest_contrast() -> None:
    # One tile of 4096 pixels: mean bin 16, limit 2, so 32 pixels a bin and 480 of 512 cut off
    # are spread over all 256 bins: at most 34 of 4096 pixels, 2.1 grey values, a step.
    two_tones = np.full((64, 64), 100, np.uint8)
    two_tones[::2] = 101
    out = clahe(two_tones, clip_limit=2, tiles=1).picture.astype(int)
    step = out[0, 0] - out[1, 0]
    assert 0 < step <= 3
    assert np.ptp(clahe(two_tones, clip_limit=0, tiles=1).picture) > 100
