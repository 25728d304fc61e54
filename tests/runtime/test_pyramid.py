import numpy as np
import pytest

from visionlab.core.image import as_image
from visionlab.runtime import pyramid as module
from visionlab.runtime.pyramid import pyramid_level, top_level


@pytest.mark.parametrize(
    ("shape", "top"), [((1, 1), 0), ((1, 900), 0), ((2, 3), 1), ((100, 203, 3), 6), ((64, 64), 6)]
)
def test_the_top_level_is_one_pixel_high_or_wide(shape, top):
    assert top_level(shape) == top
    smallest = pyramid_level(as_image(np.zeros(shape, np.uint8)), top)
    assert min(smallest.shape[:2]) == 1


def test_each_level_has_half_the_sides():
    picture = as_image(np.zeros((101, 203, 3), np.uint8))
    assert [pyramid_level(picture, k).shape for k in range(4)] == [
        (101, 203, 4), (50, 101, 4), (25, 50, 4), (12, 25, 4)
    ]  # fmt: skip


def test_colours_are_in_qts_order_and_opaque():
    picture = as_image(np.full((20, 20, 3), (10, 20, 30), np.uint8))
    for level in range(4):
        assert (pyramid_level(picture, level) == (30, 20, 10, 255)).all()


@pytest.mark.parametrize("level", [1, 2, 3])
def test_each_pixel_is_the_mean_of_its_square(level):
    picture = as_image(np.random.default_rng(1).integers(0, 256, (51, 67), np.uint8))
    side, height, width = 2**level, 51 >> level, 67 >> level
    squares = picture[: height * side, : width * side].reshape(height, side, width, side)
    got = pyramid_level(picture, level)[..., 0]
    assert abs(got - squares.mean(axis=(1, 3))).max() <= 0.51


def test_a_large_picture_is_not_copied_at_full_size(monkeypatch):
    monkeypatch.setattr(module, "LARGE", 1000)
    picture = as_image(np.full((64, 64), 7, np.uint8))
    assert pyramid_level(picture, 0) is picture
    assert (pyramid_level(picture, 1) == (7, 7, 7, 255)).all()


def test_colours_are_multiplied_by_the_opacity():
    picture = as_image(np.full((16, 16, 3), 200, np.uint8))
    alpha = as_image(np.full((16, 16), 51, np.uint8))  # a fifth
    for level in range(3):
        assert (pyramid_level(picture, level, alpha) == (40, 40, 40, 51)).all()
