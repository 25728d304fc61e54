"""Hough circles against drawn ones and OpenCV called directly."""

import cv2
import numpy as np
import pytest

from visionlab.core.errors import ImageError
from visionlab.operations import catalogue

OP = catalogue()["hough_circles"]
METHODS = {"gradient": {}, "gradient alt": {"edge_threshold": 300, "dp": 1.5}}


def apply(image, **params):
    return OP(image, **OP.check_params(params))


def discs(*circles, shape=(150, 200)):
    """Bright discs with soft edges; each pixel's share of the disc, by distance."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    image = np.full(shape, 40.0)
    for cx, cy, radius in circles:
        share = np.clip(radius + 0.5 - np.hypot(x - cx, y - cy), 0, 1)
        image += (200 - image) * share
    return np.rint(image).astype(np.uint8)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("circle", [(70, 60, 35), (120, 90, 20), (60, 75, 48)])
def test_one_disc(method, circle):
    result = apply(discs(circle), method=method, **METHODS[method])
    (row,) = result.tables[0].rows
    assert row[:3] == pytest.approx(circle, abs=1.5)
    assert result.overlays[0].xyr == pytest.approx(np.array([row[:3]]), abs=0.01)
    assert result.readings[0].value == 1


@pytest.mark.parametrize("dp", [1, 2, 2.5])
def test_votes_meet_at_the_centre(dp):
    votes = apply(discs((70, 60, 35)), dp=dp).views[0].picture
    assert votes.shape == (np.ceil(150 / dp), np.ceil(200 / dp))
    y, x = np.unravel_index(votes.argmax(), votes.shape)
    assert ((x + 0.5) * dp, (y + 0.5) * dp) == pytest.approx((70, 60), abs=dp)
    # Nearly all of the 2 pi 35 = 220 edge pixels point within a cell or two of the centre.
    near = votes[y - 2 : y + 3, x - 2 : x + 3].sum()
    assert near > 220


@pytest.mark.parametrize("dp", [1, 1.5, 3])
@pytest.mark.parametrize("circle", [(70, 60, 35), (110, 80, 24)])
def test_the_view_counts_the_votes_that_opencv_counts(dp, circle):
    """A largest radius of -1 finds centres alone: those with more votes than the threshold."""
    image = discs(circle)

    def found(threshold):
        return cv2.HoughCircles(
            image, cv2.HOUGH_GRADIENT, dp, 200,
            param1=100, param2=threshold, minRadius=10, maxRadius=-1,
        )  # fmt: skip

    result = apply(image, dp=dp, radius=(10, 200), min_distance=200)
    peak = int(result.views[0].picture.max())
    assert found(peak) is None
    x, y = found(peak - 1)[0, 0, :2]
    assert result.views[0].picture[int(y / dp), int(x / dp)] == peak


@pytest.mark.parametrize("circle", [(70, 60, 35), (110, 80, 24)])
def test_the_table_counts_the_edge_pixels_on_a_circle(circle):
    image = discs(circle)
    (row,) = apply(image).tables[0].rows
    y, x = np.nonzero(cv2.Canny(image, 50, 100))
    away = np.abs(np.hypot(x - row[0], y - row[1]) - row[2])
    assert (away < 0.3).sum() <= row[3] <= (away < 1).sum()


def test_the_circle_on_most_edge_pixels_comes_first():
    for method, params in METHODS.items():
        image = discs((40, 40, 22), (110, 60, 31), (60, 110, 26))
        counts = [row[3] for row in apply(image, method=method, **params).tables[0].rows]
        assert len(counts) == 3
        assert counts == sorted(counts, reverse=True)


def noise(height, width):
    return np.random.default_rng(2).integers(0, 256, (height, width), dtype=np.uint8)


def test_noise_that_would_take_long_is_refused_with_advice():
    with pytest.raises(ImageError, match=r"edges are few; in this one \d\d % .* blur it first"):
        apply(noise(720, 1280))
    with pytest.raises(ImageError, match="blur it first"):
        apply(noise(2000, 3000), method="gradient alt", radius=(1, 1000))
    # The later variant compares every edge pixel with every centre: 20 s for these.
    with pytest.raises(ImageError, match="let centres be farther apart"):
        apply(noise(1200, 1600), method="gradient alt", radius=(1, 5), min_distance=4, dp=1.5)


def test_a_noisy_or_small_picture_within_the_limit_is_not_refused():
    image = cv2.GaussianBlur(noise(720, 1280), (0, 0), 3)
    image[100:250, 100:300] = discs((70, 60, 35))
    assert apply(image).readings[0].value >= 1
    assert apply(noise(100, 120)).readings[0].value >= 0
    assert apply(noise(400, 600), method="gradient alt", radius=(1, 5)).readings[0].value >= 0


def test_two_discs_and_the_distance_between_centres():
    image = discs((60, 70, 40), (140, 70, 30))
    both = apply(image, min_distance=60).tables[0].rows
    assert sorted(round(row[0], -1) for row in both) == [60, 140]
    assert len(apply(image, min_distance=100).tables[0].rows) == 1
    assert len(apply(image, radius=(35, 60)).tables[0].rows) == 1
    assert apply(image, max_count=1).tables[0].rows == apply(image).tables[0].rows[:1]


@pytest.mark.parametrize("method", METHODS)
def test_it_is_opencvs(method):
    image = discs((40, 40, 22), (110, 60, 31), (60, 110, 26), (150, 110, 18))
    image = cv2.add(image, np.random.default_rng(1).integers(0, 30, image.shape, dtype=np.uint8))
    alt = method == "gradient alt"
    direct = cv2.HoughCircles(
        image, cv2.HOUGH_GRADIENT_ALT if alt else cv2.HOUGH_GRADIENT, 1.5, 12,
        param1=250, param2=0.8 if alt else 35, minRadius=12, maxRadius=60,
    )  # fmt: skip
    result = apply(
        image, method=method, dp=1.5, min_distance=12, edge_threshold=250,
        perfectness=0.8, threshold=35, radius=(12, 60),
    )  # fmt: skip
    assert direct.shape[1] >= 4
    np.testing.assert_allclose(result.overlays[0].xyr, direct[0], rtol=1e-6)


def test_nothing_is_found_in_nothing():
    result = apply(np.full((30, 40), 90, np.uint8))
    assert result.tables[0].rows == ()
    assert result.overlays[0].xyr.shape == (0, 3)
    assert not result.views[0].picture.any()
