"""Harris corners against the formula in NumPy, known corners, and OpenCV called directly."""

import cv2
import numpy as np
import pytest
from scipy import ndimage
from skimage.feature import corner_harris, corner_peaks

from visionlab.core.errors import ImageError
from visionlab.operations import catalogue

OP = catalogue()["harris"]
NOISE = np.random.default_rng(12).integers(0, 256, (48, 59), dtype=np.uint8)


def apply(image, **params):
    return OP(image, **OP.check_params(params))


def square():
    image = np.zeros((60, 80), np.uint8)
    image[20:40, 30:60] = 255
    return image


def by_formula(image, block_size, k):
    """det(M) - k trace(M)² with M from Sobel sums over a block, scaled as OpenCV does."""
    scale = 1 / (4 * block_size * 255)
    gx, gy = (ndimage.sobel(image.astype(float), axis, mode="mirror") * scale for axis in (1, 0))
    xx, yy, xy = (
        ndimage.uniform_filter(product, block_size, mode="mirror") * block_size**2
        for product in (gx * gx, gy * gy, gx * gy)
    )
    return xx * yy - xy**2 - k * (xx + yy) ** 2


@pytest.mark.parametrize("block_size", [3, 5])
@pytest.mark.parametrize("k", [0, 0.04, 0.2])
def test_the_response_is_the_formulas(block_size, k):
    result = apply(NOISE, block_size=block_size, k=k)
    expected = by_formula(NOISE, block_size, k)
    np.testing.assert_allclose(result.views[0].picture, expected, atol=1e-5 * abs(expected).max())


@pytest.mark.parametrize("image", [NOISE, NOISE.astype(np.float32) / 255])
@pytest.mark.parametrize(("block_size", "ksize"), [(2, 3), (4, 5), (3, 31)])
def test_the_response_is_opencvs(image, block_size, ksize):
    result = apply(image, block_size=block_size, ksize=ksize, k=0.05)
    assert np.array_equal(result.views[0].picture, cv2.cornerHarris(image, block_size, ksize, 0.05))


def test_corners_edges_and_flat_areas_differ_in_sign():
    response = apply(square()).views[0].picture
    assert response[20, 30] > 0
    assert response[20, 45] < 0
    assert response[30, 20] == 0
    shown = apply(square()).views[0].display
    assert shown.cmap == "diverging"
    assert shown.low == -shown.high


def test_the_corners_of_a_square():
    result = apply(square())
    assert sorted(row[:2] for row in result.tables[0].rows) == [
        (30, 20), (30, 39), (59, 20), (59, 39),
    ]  # fmt: skip
    assert result.overlays[0].xy.tolist() == [list(row[:2]) for row in result.tables[0].rows]
    assert result.readings[0].value == 4
    response = result.views[0].picture
    assert all(response[y, x] == value for x, y, value in result.tables[0].rows)


def test_corners_are_scikit_images():
    image = np.kron(NOISE[:5, :6] // 128 * 255, np.ones((12, 12), np.uint8))
    found = apply(image, min_distance=4, threshold=0.1)
    theirs = corner_peaks(
        corner_harris(image, sigma=1), min_distance=3, threshold_rel=0.1, exclude_border=2
    )
    ours = found.overlays[0].xy[:, ::-1]
    assert len(ours) >= 8
    gaps = np.abs(ours[:, None] - theirs[None]).max(axis=2)
    assert gaps.min(axis=0).max() <= 2  # each of theirs is among ours


def test_threshold_is_a_share_of_the_largest_response():
    response = cv2.cornerHarris(NOISE, 3, 3, 0.04)
    for share in (0.1, 0.5, 0.9):
        rows = apply(NOISE, threshold=share, min_distance=1, max_count=5000).tables[0].rows
        expected = np.argwhere(response > np.float32(share) * response.max())
        assert sorted((y, x) for x, y, _ in rows) == [tuple(p) for p in expected.tolist()]
    assert apply(NOISE, threshold=1.0).tables[0].rows == ()


@pytest.mark.parametrize("distance", [2, 5, 12])
def test_corners_keep_their_distance_and_the_strongest_stay(distance):
    rows = apply(NOISE, threshold=0.01, min_distance=distance).tables[0].rows
    xy = np.array([row[:2] for row in rows])
    gaps = np.abs(xy[:, None] - xy[None]).max(axis=2) + 1000 * np.eye(len(xy))
    assert gaps.min() >= distance
    strengths = [row[2] for row in rows]
    assert strengths == sorted(strengths, reverse=True)
    assert strengths[0] == apply(NOISE).views[0].picture.max()
    few = apply(NOISE, threshold=0.01, min_distance=distance, max_count=3)
    assert few.tables[0].rows == rows[:3]


def test_the_strongest_of_very_many_peaks_are_found():
    noise = np.random.default_rng(3).integers(0, 256, (300, 400), dtype=np.uint8)
    response = cv2.cornerHarris(noise, 3, 3, 0.04)
    rows = apply(noise, threshold=0.0, min_distance=1, max_count=50).tables[0].rows
    strongest = np.argsort(-response, axis=None, kind="stable")[:50]
    assert [(y, x) for x, y, _ in rows] == [divmod(int(i), 400) for i in strongest]


def test_plateaus_of_equal_peaks_do_not_crowd_out_the_others():
    """A ripple has a ridge of equal peaks along its whole length; blobs elsewhere are weaker."""
    image = np.zeros((64, 600), np.uint8)
    for x in range(10, 590, 6):
        image[20:23, x : x + 3] = 255  # the same pattern, and so the same response, 97 times
    image[54:58, 100:104] = image[54:58, 300:304] = 90
    found = apply(image, min_distance=30, threshold=0.0, max_count=1000).overlays[0].xy
    assert len(found) == 22
    for count in (5, 12, 21):  # the ridge has room for 20
        few = apply(image, min_distance=30, threshold=0.0, max_count=count).overlays[0].xy
        assert few.tolist() == found[:count].tolist()
    gaps = np.abs(found[:, None] - found[None]).max(axis=2) + 1000 * np.eye(len(found))
    assert gaps.min() >= 30
    assert {(y > 40) for _, y in found.tolist()} == {True, False}


def test_equal_peaks_side_by_side_are_one_corner():
    image = np.zeros((40, 40), np.uint8)
    image[19:21, 19:21] = 255  # symmetrical about a point between pixels
    assert len(apply(image, min_distance=8).tables[0].rows) == 1


def test_flat_pictures_have_no_corners():
    for image in (np.zeros((9, 9), np.uint8), np.full((9, 9), 0.3, np.float32)):
        assert apply(image).tables[0].rows == ()


def test_large_values_that_do_not_overflow_are_taken():
    image = np.zeros((9, 9), np.float32)
    image[4, 4] = 3e9  # in a worse pattern it would
    assert apply(image).readings[0].value >= 1


def test_values_that_overflow_are_refused():
    image = np.zeros((9, 9), np.float32)
    image[4, 4] = 1e20
    with pytest.raises(ImageError, match=r"reach 1e\+20: stretch them"):
        apply(image)
