import numpy as np

from visionlab.core.image import as_image
from visionlab.runtime import pyramid as module
from visionlab.runtime.pyramid import SMALLEST, pyramid


def test_each_copy_has_half_the_sides_down_to_a_small_one():
    levels = pyramid(as_image(np.zeros((101, 203, 3), np.uint8)))
    assert [level.shape for level in levels] == [
        (101, 203, 4), (50, 101, 4), (25, 50, 4), (12, 25, 4)
    ]  # fmt: skip
    assert min(levels[-1].shape[:2]) >= SMALLEST


def test_colours_are_in_qts_order_and_opaque():
    picture = as_image(np.full((20, 20, 3), (10, 20, 30), np.uint8))
    for level in pyramid(picture):
        assert (level == (30, 20, 10, 255)).all()


def test_each_pixel_is_the_mean_of_four():
    checks = np.indices((32, 32)).sum(axis=0) % 2 * 200
    levels = pyramid(as_image(checks.astype(np.uint8)))
    assert (levels[1][..., :3] == 100).all()


def test_a_large_picture_is_not_copied_at_full_size(monkeypatch):
    monkeypatch.setattr(module, "LARGE", 1000)
    picture = as_image(np.full((64, 64), 7, np.uint8))
    levels = pyramid(picture)
    assert levels[0] is picture
    assert (levels[1] == (7, 7, 7, 255)).all()


def test_colours_are_multiplied_by_the_opacity():
    picture = as_image(np.full((16, 16, 3), 200, np.uint8))
    levels = pyramid(picture, as_image(np.full((16, 16), 51, np.uint8)))  # a fifth
    assert (levels[0] == (40, 40, 40, 51)).all()
