"""Hough segments against drawn ones and OpenCV called directly."""

import cv2
import numpy as np
import pytest

from visionlab.core.errors import ImageError
from visionlab.operations import catalogue

OP = catalogue()["hough_segments"]


def apply(image, **params):
    return OP(image, **OP.check_params(params))


def drawn(*segments):
    image = np.zeros((120, 160), np.uint8)
    for x1, y1, x2, y2 in segments:
        cv2.line(image, (x1, y1), (x2, y2), 255)
    return image


@pytest.mark.parametrize(
    ("segment", "angle"),
    [
        ((20, 30, 100, 30), 0),
        ((40, 10, 40, 90), 90),
        ((10, 10, 70, 70), 45),
        ((10, 100, 90, 20), 135),
    ],
)
def test_one_segment(segment, angle):
    result = apply(drawn(segment))
    (row,) = result.tables[0].rows
    found = {row[0:2], row[2:4]}
    assert found == {segment[0:2], segment[2:4]}
    length = np.hypot(segment[2] - segment[0], segment[3] - segment[1])
    assert row[4:] == pytest.approx((length, angle), abs=0.01)
    assert result.overlays[0].ends.tolist() == [list(row[:4])]


def test_a_gap_joins_or_parts():
    image = drawn((10, 50, 60, 50), (71, 50, 140, 50))  # ten pixels without an edge
    assert [row[4] for row in apply(image, max_gap=12).tables[0].rows] == [130]
    for threshold in (10, 20, 30):
        parted = apply(image, max_gap=5, threshold=threshold).tables[0].rows
        assert all(x2 <= 60 or x1 >= 71 for x1, _, x2, *_ in parted)
        assert parted[0][4] >= 50
    assert [row[4] for row in apply(image, max_gap=5, min_length=60).tables[0].rows] == [69]


def test_it_is_opencvs_with_the_longest_first():
    image = (np.random.default_rng(9).random((90, 130)) < 0.2).astype(np.uint8)
    direct = cv2.HoughLinesP(image, 1, np.pi / 180, 12, minLineLength=8, maxLineGap=3)
    params = {"threshold": 12, "min_length": 8, "max_gap": 3}
    result = apply(image, **params)
    assert len(direct) > 20
    assert {row[:4] for row in result.tables[0].rows} == {tuple(e) for e in direct[:, 0].tolist()}
    lengths = [row[4] for row in result.tables[0].rows]
    assert lengths == sorted(lengths, reverse=True)
    few = apply(image, **params, max_count=5)
    assert few.tables[0].rows == result.tables[0].rows[:5]
    assert few.readings[0].value == 5


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (2, 1), (2, 2), (1, 40), (40, 1)])
def test_the_widest_cells_on_the_smallest_pictures(shape):
    result = apply(np.full(shape, 255, np.uint8), rho=10, threshold=1, min_length=0)
    assert np.isfinite(result.overlays[0].ends).all()


def test_crowds_of_pixels_that_would_take_long_are_refused_with_advice():
    with pytest.raises(ImageError, match=r"up to 972,222 pixels may vote; .* has 1,000,000 "):
        apply(np.full((1000, 1000), 255, np.uint8), theta=0.25)


def test_nothing_is_found_in_nothing():
    result = apply(drawn())
    assert result.tables[0].rows == ()
    assert result.overlays[0].ends.shape == (0, 4)


def test_the_accumulator_counts_the_pixels_of_each_line():
    picture = np.zeros((21, 31), np.uint8)
    picture[7, 5:25] = 255  # a level line: theta 90°, rho 7, 20 votes
    view = apply(picture, threshold=5, min_length=5).views[0]
    middle = view.picture.shape[1] // 2  # rho 0
    assert view.picture.shape[0] == 180
    assert view.picture[90, middle + 7] == 20
    assert view.picture.max() == 20
    # Every pixel votes once for each angle: an upright line through each column, 20 columns.
    assert view.picture.sum() == 20 * 180
    assert (view.picture[0, middle + 5 : middle + 25] == 1).all()
