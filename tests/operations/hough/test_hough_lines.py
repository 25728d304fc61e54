"""Hough lines against drawn ones, scikit-image, and OpenCV called directly."""

import cv2
import numpy as np
import pytest
from skimage.transform import hough_line

from visionlab.core.errors import ImageError
from visionlab.operations import catalogue

OP = catalogue()["hough_lines"]
SPECKS = (np.random.default_rng(8).random((53, 71)) < 0.08).astype(np.uint8)


def apply(image, **params):
    return OP(image, **OP.check_params(params))


def blank(height=60, width=80):
    return np.zeros((height, width), np.uint8)


def strongest(image, **params):
    result = apply(image, threshold=10, max_count=1, **params)
    return result.tables[0].rows[0], result.overlays[0].ends[0].tolist()


def test_an_upright_line():
    image = blank()
    image[:, 20] = 255
    row, ends = strongest(image)
    assert row == (20, 0, 60)
    assert ends == pytest.approx([20, -0.5, 20, 59.5])


def test_a_level_line():
    image = blank()
    image[33] = 1  # anything but 0 votes
    row, ends = strongest(image)
    assert row == (33, 90, 80)
    assert sorted(ends[::2]) == pytest.approx([-0.5, 79.5])
    assert ends[1::2] == pytest.approx([33, 33])


def test_a_rising_and_a_falling_diagonal():
    falling = np.eye(60, 80, dtype=np.uint8)  # y = x
    row, ends = strongest(falling)
    assert row == (0, 135, 60)
    assert ends == pytest.approx([-0.5, -0.5, 59.5, 59.5]) or ends == pytest.approx(
        [59.5, 59.5, -0.5, -0.5]
    )
    rising = falling[:, 59::-1].copy()  # x + y = 59, which is 59 / sqrt(2) = 41.7 away
    row, _ = strongest(rising)
    assert row == (42, 45, 60)


def test_a_line_that_is_drawn_at_any_angle_is_found():
    for theta in range(3, 180, 14):
        rho = 35 if theta < 90 else 5
        c, s = np.cos(np.deg2rad(theta)), np.sin(np.deg2rad(theta))
        y, x = np.mgrid[:60, :80]
        image = (abs(x * c + y * s - rho) <= 0.5).astype(np.uint8)
        (found_rho, found_theta, votes), ends = strongest(image)
        assert found_rho == pytest.approx(rho, abs=1)
        assert found_theta == pytest.approx(theta, abs=1)
        assert votes >= 0.9 * image.sum()
        for px, py in (ends[:2], ends[2:]):
            t = np.deg2rad(found_theta)
            assert px * np.cos(t) + py * np.sin(t) == pytest.approx(found_rho, abs=1e-4)
            assert min(px + 0.5, 79.5 - px, py + 0.5, 59.5 - py) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("rho", "theta"), [(1, 1), (2, 1), (1.5, 0.5), (3, 2.5), (1, 7)])
def test_it_is_opencvs_and_the_view_counts_the_same_votes(rho, theta):
    direct = cv2.HoughLinesWithAccumulator(SPECKS, rho, np.deg2rad(theta), 8)[:, 0]
    result = apply(SPECKS, rho=rho, theta=theta, threshold=8, max_count=1000)
    rows = np.array(result.tables[0].rows)
    assert len(rows) == min(len(direct), 1000) == result.readings[0].value
    expected = direct[:1000] * [1, 180 / np.pi, 1]
    np.testing.assert_allclose(rows, expected, atol=1e-4)
    votes = result.views[0].picture
    cells = np.rint(rows[:, :2] / [rho, theta]).astype(int)
    assert np.array_equal(votes[cells[:, 1], cells[:, 0] + votes.shape[1] // 2], rows[:, 2])


def test_the_accumulator_is_scikit_images():
    expected, _, distances = hough_line(SPECKS, np.deg2rad(np.arange(180)))
    votes = apply(SPECKS).views[0].picture
    reach = min(votes.shape[1] // 2, len(distances) // 2)
    middle, theirs = votes.shape[1] // 2, len(distances) // 2
    ours = votes[:, middle - reach : middle + reach + 1]
    different = ours != expected[theirs - reach : theirs + reach + 1].T
    assert different.mean() < 1e-3  # where a distance lies half-way between two cells
    assert np.all(votes.sum(axis=1) == SPECKS.sum())


def test_wide_cells_still_draw_inside_the_picture():
    for seed in range(5):
        image = (np.random.default_rng(seed).random((9, 13)) < 0.5).astype(np.uint8)
        for rho in (5, 10):
            ends = apply(image, rho=rho, theta=10, threshold=1).overlays[0].ends
            assert len(ends) > 0
            assert np.all((ends >= -0.5) & (ends <= [12.5, 8.5, 12.5, 8.5]))


def test_the_picture_is_handed_on_and_nothing_is_found_in_nothing():
    result = apply(blank())
    assert not result.picture.any()
    assert result.tables[0].rows == ()
    assert result.overlays[0].ends.shape == (0, 4)
    assert result.readings[0].value == 0
    assert not result.views[0].picture.any()


def test_crowds_of_pixels_that_would_take_long_are_refused_with_advice():
    white = np.full((1600, 1400), 255, np.uint8)
    with pytest.raises(ImageError, match=r"up to 1,388,888 pixels may vote; .* has 2,240,000 "):
        apply(white, theta=0.25)
    white[800:] = 0
    assert apply(white, theta=0.25, threshold=2000).readings[0].value == 0


def test_max_count_keeps_the_strongest():
    image = blank()
    image[:, 20] = image[:, 50] = image[10] = 255
    votes = [row[2] for row in apply(image, threshold=40, max_count=2).tables[0].rows]
    assert votes == [80, 60]
