"""A patch on a picture: what lies under it, worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visionlab.core.errors import ParamError
from visionlab.core.image import Display, as_image
from visionlab.runtime.covering import Cover, covered, filling


def ramp(height=4, width=6):
    """0, 10, 20 … from left to right."""
    return as_image(np.tile(np.arange(width, dtype=np.uint8) * 10, (height, 1)))


def test_the_patch_hides_its_square_and_nothing_else():
    picture = ramp()
    found = covered(picture, Cover(1, 2, 2, "black"))
    assert found.tolist() == [
        [0, 10, 20, 30, 40, 50],
        [0, 10, 20, 30, 40, 50],
        [0, 0, 0, 30, 40, 50],
        [0, 0, 0, 30, 40, 50],
    ]
    assert (picture == ramp()).all()
    assert not found.flags.writeable


@pytest.mark.parametrize(
    ("cover", "inside"),
    [
        (Cover(-1, -1, 2, "black"), np.s_[:1, :1]),
        (Cover(5, 3, 9, "black"), np.s_[3:, 5:]),
        (Cover(-50, -50, 200, "black"), np.s_[:, :]),
        (Cover(6, 0, 3, "black"), np.s_[:0]),
        (Cover(0, -3, 3, "black"), np.s_[:0]),
    ],
)
def test_it_may_hang_over_the_border_or_be_larger_than_the_picture(cover, inside):
    picture = as_image(np.full((4, 6, 3), 200, np.uint8))
    wanted = picture.copy()
    wanted[inside] = 0
    assert (covered(picture, cover) == wanted).all()


def test_what_it_shows():
    colours = np.zeros((2, 2, 3), np.uint8)
    colours[0] = (100, 200, 40)
    colours[1] = (20, 0, 42)
    picture = as_image(colours)
    for shows, pixel in (("mean", (60, 100, 41)), ("grey", (128,) * 3), ("black", (0,) * 3)):
        assert covered(picture, Cover(0, 0, 1, shows))[0, 0].tolist() == list(pixel)
    assert covered(ramp(), Cover(0, 0, 1, "mean"))[0, 0] == 25


def test_decimal_values_are_covered_as_the_screen_shows_them():
    values = as_image(np.array([[-1.0, 0.0, 1.0]], np.float32))
    found = covered(values, Cover(0, 0, 1, "grey"), Display(-1, 1))
    assert found.tolist() == [[128, 128, 255]]  # the middle one is 127.5, rounded to even
    assert values.tolist() == [[-1, 0, 1]]


def test_a_blur_of_one_colour_is_that_colour():
    picture = as_image(np.full((90, 120, 3), (10, 120, 250), np.uint8))
    assert (covered(picture, Cover(30, 20, 40, "blur")) == picture).all()


def test_the_blurred_picture_lies_where_the_picture_does():
    picture = np.zeros((128, 256), np.uint8)
    picture[:, 128:] = 200  # an edge in the middle
    found = covered(as_image(picture), Cover(0, 0, 256, "blur")).astype(int)
    row = found[64]
    assert (np.diff(row) >= 0).all()
    assert row[127] + row[128] == pytest.approx(200, abs=4)  # half way at the edge itself
    assert row[[0, -1]].tolist() == pytest.approx([0, 200], abs=3)
    assert max(filling(as_image(picture), "blur").shape) <= 64


def test_a_patch_without_pixels_is_refused():
    with pytest.raises(ParamError, match=r"at least 1 px; it was 0 px"):
        Cover(0, 0, 0)


@given(
    x=st.integers(-30, 30), y=st.integers(-30, 30), side=st.integers(1, 40),
    shows=st.sampled_from(["mean", "grey", "black", "blur"]), colour=st.booleans(),
)  # fmt: skip
def test_outside_the_patch_every_pixel_stays(x, y, side, shows, colour):
    rng = np.random.default_rng(3)
    picture = as_image(rng.integers(0, 256, (13, 17, 3)[: 2 + colour], np.uint8))
    found = covered(picture, Cover(x, y, side, shows))
    assert found.shape == picture.shape
    rows, columns = np.mgrid[:13, :17]
    outside = (rows < y) | (rows >= y + side) | (columns < x) | (columns >= x + side)
    assert (found[outside] == picture[outside]).all()
