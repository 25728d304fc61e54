"""Shi-Tomasi corners against eigenvalues by NumPy, known corners, and OpenCV called directly."""

import cv2
import numpy as np
import pytest
from scipy import ndimage

from visionlab.core.errors import ImageError
from visionlab.operations import catalogue

OP = catalogue()["shi_tomasi"]
NOISE = np.random.default_rng(13).integers(0, 256, (48, 59), dtype=np.uint8)


def apply(image, **params):
    return OP(image, **OP.check_params(params))


@pytest.mark.parametrize("block_size", [3, 5])
def test_the_response_is_the_smaller_eigenvalue(block_size):
    scale = 1 / (4 * block_size * 255)
    gx, gy = (ndimage.sobel(NOISE.astype(float), axis, mode="mirror") * scale for axis in (1, 0))
    sums = [
        ndimage.uniform_filter(product, block_size, mode="mirror") * block_size**2
        for product in (gx * gx, gx * gy, gx * gy, gy * gy)
    ]
    matrices = np.stack(sums, axis=-1).reshape(*NOISE.shape, 2, 2)
    expected = np.linalg.eigvalsh(matrices)[..., 0]
    response = apply(NOISE, block_size=block_size).views[0].picture
    np.testing.assert_allclose(response, expected, atol=1e-6 * expected.max() + 1e-7)


def test_the_corners_of_a_square():
    image = np.zeros((60, 80), np.uint8)
    image[20:40, 30:60] = 255
    result = apply(image)
    assert sorted(row[:2] for row in result.tables[0].rows) == [
        (30, 20), (30, 39), (59, 20), (59, 39),
    ]  # fmt: skip
    assert result.readings[0].value == 4
    response = result.views[0].picture
    for x, y, value in result.tables[0].rows:
        assert value == pytest.approx(response[y, x])
    assert response[20, 45] == pytest.approx(0, abs=1e-6)  # an edge is no corner


@pytest.mark.parametrize("image", [NOISE, NOISE.astype(np.float32) / 255])
@pytest.mark.parametrize("params", [{}, {"block_size": 4, "ksize": 5, "min_distance": 3}])
def test_it_is_opencvs(image, params):
    size, ksize = params.get("block_size", 3), params.get("ksize", 3)
    distance = params.get("min_distance", 10)
    direct = cv2.goodFeaturesToTrack(
        image, 30, 0.05, distance, mask=None, blockSize=size, gradientSize=ksize
    )
    result = apply(image, **params, max_count=30, quality=0.05)
    assert np.array_equal(result.overlays[0].xy, direct[:, 0])
    assert np.array_equal(result.views[0].picture, cv2.cornerMinEigenVal(image, size, ksize=ksize))


def test_quality_distance_and_count():
    result = apply(NOISE, quality=0.3, min_distance=6)
    strengths = np.array([row[2] for row in result.tables[0].rows])
    assert strengths.min() >= 0.3 * result.views[0].picture.max()
    assert np.all(np.diff(strengths) <= 0)
    xy = result.overlays[0].xy
    gaps = np.linalg.norm(xy[:, None] - xy[None], axis=2) + 1000 * np.eye(len(xy))
    assert gaps.min() >= 6
    assert apply(NOISE, quality=0.3, min_distance=6, max_count=4).readings[0].value == 4


def test_flat_pictures_have_no_corners():
    for image in (np.full((9, 9), 7, np.uint8), np.full((9, 9), 0.3, np.float32)):
        result = apply(image)
        assert result.tables[0].rows == ()
        assert result.overlays[0].xy.shape == (0, 2)


def test_large_values_that_do_not_overflow_are_taken():
    image = np.zeros((9, 9), np.float32)
    image[4, 4] = 3e9  # in a worse pattern it would
    assert apply(image).readings[0].value >= 1


def test_values_that_overflow_are_refused():
    image = np.zeros((9, 9), np.float32)
    image[4, 4] = 1e30
    with pytest.raises(ImageError, match="stretch them"):
        apply(image)
