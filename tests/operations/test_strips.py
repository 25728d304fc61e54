"""Large pictures are worked on in strips; the answers are those of the whole picture."""

import cv2
import numpy as np
import pytest

from visionlab.core.image import as_image
from visionlab.operations import catalogue
from visionlab.operations._strips import strips


@pytest.fixture(scope="module")
def large():
    """65 MB of decimal RGB, its extremes in single pixels of different strips."""
    picture = np.random.default_rng(3).random((1801, 3003, 3), np.float32)
    picture[0, 0], picture[1700, 2000] = -3, 7
    return as_image(picture)


def test_strips_cover_every_row_once_and_reach_beyond():
    picture = np.broadcast_to(np.float32(0), (5000, 2000, 3))
    parts = strips(picture, 7)
    assert len(parts) > 5
    assert [row for s in parts for row in range(s.place.start, s.place.stop)] == list(range(5000))
    for strip in parts:
        rows = np.arange(5000)[strip.rows]
        assert (rows[strip.kept] == np.arange(5000)[strip.place]).all()
        assert rows[0] == max(strip.place.start - 7, 0)
        assert rows[-1] == min(strip.place.stop + 7, 5000) - 1


def test_small_and_odd_pictures_are_one_strip():
    for shape in ((10, 20, 3), (1, 1), (3, 9_000_000)):
        assert len(strips(np.broadcast_to(np.float32(0), shape), 4)) == 1


def test_bilateral_filter_is_the_same_bit_by_bit(large):
    found = catalogue()["bilateral_filter"].function(
        large, diameter=7, sigma_colour=0.5, sigma_space=3.0
    )
    assert len(strips(large, 4)) > 2
    assert (found.picture == cv2.bilateralFilter(large, 7, 0.5, 3.0)).all()


@pytest.mark.parametrize(
    ("op", "operator"),
    [("erode", cv2.MORPH_ERODE), ("closing", cv2.MORPH_CLOSE), ("top_hat", cv2.MORPH_TOPHAT)],
)
def test_morphology_is_the_same_bit_by_bit(large, op, operator):
    found = catalogue()[op].function(large, shape="ellipse", size=9, iterations=2)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    assert (found.picture == cv2.morphologyEx(large, operator, kernel, iterations=2)).all()
