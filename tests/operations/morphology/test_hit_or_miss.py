"""Hit-or-miss against its definition, SciPy, and OpenCV called directly."""

import cv2
import numpy as np
import pytest
from scipy import ndimage

from visionlab.operations import catalogue

OP = catalogue()["hit_or_miss"]
LONE = ((-1, -1, -1), (-1, 1, -1), (-1, -1, -1))


def by_definition(white, pattern):
    """Try the pattern at every pixel; cells outside the picture fit anything."""
    height, width = white.shape
    cells = np.array(pattern)
    ry, rx = cells.shape[0] // 2, cells.shape[1] // 2
    found = np.zeros(white.shape, np.uint8)
    for y, x in np.ndindex(white.shape):
        found[y, x] = 255 * all(
            not (0 <= y + j - ry < height and 0 <= x + i - rx < width)
            or cell == 0
            or (white[y + j - ry, x + i - rx] == (cell == 1))
            for (j, i), cell in np.ndenumerate(cells)
        )
    return found


def random_picture(seed, shape=(21, 26), share=0.5):
    return np.random.default_rng(seed).random(shape) < share


def test_the_default_finds_upper_left_corners():
    picture = np.zeros((12, 12), np.uint8)
    picture[2:6, 3:9] = 255
    picture[8:11, 1:4] = 255
    result = OP(picture)
    assert np.argwhere(result.picture).tolist() == [[2, 3], [8, 1]]
    assert result.overlays[0].xy.tolist() == [[3, 2], [1, 8]]
    assert result.readings[0].value == 2


def test_a_lone_pixel_is_found_beside_a_pair():
    picture = np.zeros((7, 9), np.uint8)
    picture[3, 2] = picture[3, 6] = picture[3, 7] = 255
    assert np.argwhere(OP(picture, pattern=LONE).picture).tolist() == [[3, 2]]


@pytest.mark.parametrize("sides", [(1, 1), (3, 3), (1, 5), (7, 3), (5, 5)])
def test_equals_the_definition(sides):
    rng = np.random.default_rng(sum(sides))
    for seed in range(5):
        cells = rng.choice([-1, 0, 0, 1], sides)
        cells[0, 0] = 1
        white = random_picture(seed)
        found = OP(white.astype(np.uint8) * 255, pattern=tuple(map(tuple, cells.tolist())))
        np.testing.assert_array_equal(found.picture, by_definition(white, cells))


def test_equals_scipy_away_from_the_borders():
    white = random_picture(9)
    cells = np.array(OP.params[0].default)
    by_scipy = ndimage.binary_hit_or_miss(white, cells == 1, cells == -1)
    inside = np.s_[1:-1, 1:-1]
    found = OP(white.astype(np.uint8) * 255).picture
    np.testing.assert_array_equal(found[inside] > 0, by_scipy[inside])
    assert by_scipy[inside].any()


def test_equals_direct_opencv_on_a_binary_picture():
    binary = random_picture(4).astype(np.uint8) * 255
    kernel = np.array(LONE, np.int32)
    direct = cv2.morphologyEx(binary, cv2.MORPH_HITMISS, kernel)
    np.testing.assert_array_equal(OP(binary, pattern=LONE).picture, direct)


def test_any_value_but_0_is_white():
    white = random_picture(3)
    greys = np.where(white, np.random.default_rng(0).integers(1, 256, white.shape), 0)
    found = OP(greys.astype(np.uint8)).picture
    np.testing.assert_array_equal(found, OP(white.astype(np.uint8) * 255).picture)


def test_zeros_alone_give_the_binary_picture():
    found = OP(np.array([[0, 1, 90]], np.uint8), pattern=((0,),)).picture
    assert found.tolist() == [[0, 255, 255]]


def test_points_are_capped_and_the_reading_counts_all():
    white = np.full((200, 200), 255, np.uint8)
    result = OP(white, pattern=((1,),))
    assert len(result.overlays[0].xy) == 10_000
    assert result.readings[0].value == 40_000
