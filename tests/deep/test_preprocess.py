"""From a picture to the network's input: what is seen, where it is from, and its values."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.transform import resize_local_mean

from visionlab.core.image import Display, as_image
from visionlab.deep.card import Preprocess
from visionlab.deep.preprocess import centred, normalised, prepare

RGB = Preprocess(4, 3, (0.5, 0.4, 0.3), (0.2, 0.25, 0.5), resize=4)
GREY = Preprocess(4, 1, (0.5,), (0.5,), resize=4)


def columns(height: int, width: int) -> np.ndarray:
    """A grey ramp: every pixel holds its column."""
    return np.broadcast_to(np.arange(width, dtype=np.uint8), (height, width)).copy()


def test_a_picture_of_the_right_size_is_seen_as_it_is():
    rng = np.random.default_rng(0)
    picture = as_image(rng.integers(0, 256, (4, 4, 3), np.uint8))
    found = prepare(picture, RGB)
    assert np.array_equal(found.seen, picture)
    assert found.box == (0, 0, 4, 4)


def test_crop_takes_the_middle_square():
    found = prepare(as_image(columns(4, 12)), GREY)
    assert found.box == (4, 0, 4, 4)
    assert found.seen[0].tolist() == [4, 5, 6, 7]


def test_a_longer_resize_cuts_a_border_from_all_sides():
    how = Preprocess(4, 1, (0.5,), (0.5,), resize=8)
    found = prepare(as_image(columns(8, 8)), how)
    assert found.box == (2, 2, 4, 4)
    assert found.seen[0].tolist() == [2, 3, 4, 5]


def test_stretch_takes_the_whole_picture():
    found = prepare(as_image(columns(4, 12)), GREY, fit="stretch")
    assert found.box == (0, 0, 12, 4)
    assert found.seen[0].tolist() == [1, 4, 7, 10]  # means of three columns each


def test_pad_puts_black_around_the_whole_picture():
    found = prepare(as_image(np.full((2, 8), 200, np.uint8)), GREY, fit="pad")
    assert found.box == (0, -3, 8, 8)
    assert found.seen[:, 0].tolist() == [0, 200, 0, 0]


def test_shrinking_averages_so_that_fine_stripes_turn_grey():
    stripes = np.tile(np.array([0, 255], np.uint8), (64, 32))
    seen = prepare(as_image(stripes), GREY).seen
    assert np.all(np.abs(seen.astype(int) - 127) <= 1)


@pytest.mark.parametrize("side", [30, 90, 720, 360, 333, 256])
def test_shrinking_takes_the_mean_over_each_pixels_place(side):
    rng = np.random.default_rng(side)
    picture = rng.integers(0, 256, (side, side, 3), np.uint8)
    how = Preprocess(8, 3, (0.5,) * 3, (0.5,) * 3, resize=8)
    expected = resize_local_mean(picture, (8, 8), channel_axis=2, preserve_range=True)
    difference = prepare(as_image(picture), how).seen - expected
    assert np.abs(difference).max() < 6  # noise, the worst case: pixels on borders are shared out
    assert abs(difference.mean()) < 1


def test_grey_pictures_enter_colour_networks_and_colour_ones_grey_networks():
    grey = prepare(as_image(columns(4, 4)), RGB)
    assert grey.seen.shape == (4, 4, 3)
    assert (grey.seen[..., 0] == grey.seen[..., 2]).all()
    red = np.zeros((4, 4, 3), np.uint8)
    red[..., 0] = 200
    assert prepare(as_image(red), GREY).seen[0, 0] == round(0.299 * 200)


def test_decimal_values_are_seen_as_they_are_shown():
    ramp = np.linspace(-1, 1, 16, dtype=np.float32).reshape(4, 4)
    shown = prepare(as_image(ramp), GREY, Display(-1, 1)).seen
    assert shown[0, 0] == 0
    assert shown[-1, -1] == 255
    assert prepare(as_image(ramp), GREY, Display(-3, 1)).seen[0, 0] == round(255 / 2)


def test_normalised_values_are_those_of_the_formula():
    seen = np.zeros((4, 4, 3), np.uint8)
    seen[1, 2] = (255, 51, 102)
    values = normalised(seen, RGB)
    assert values.shape == (1, 3, 4, 4)
    torch.testing.assert_close(
        values[0, :, 1, 2], torch.tensor([(1 - 0.5) / 0.2, (0.2 - 0.4) / 0.25, (0.4 - 0.3) / 0.5])
    )
    torch.testing.assert_close(values[0, :, 0, 0], torch.tensor([-2.5, -1.6, -0.6]))


@pytest.mark.parametrize("ground", [0, 255])
def test_dark_ground_networks_see_light_strokes_whatever_the_paper(ground):
    how = Preprocess(28, 1, (0.5,), (0.5,), resize=28, dark_ground=True)
    picture = np.full((56, 56), ground, np.uint8)
    picture[16:40, 26:30] = 255 - ground
    found = prepare(as_image(picture), how)
    assert found.inverted == (ground == 255)
    assert found.seen[0, 0] == 0
    assert found.seen[12, 13] == 255


def test_a_flat_picture_is_not_inverted():
    how = Preprocess(28, 1, (0.5,), (0.5,), resize=28, dark_ground=True)
    assert not prepare(as_image(np.full((56, 56), 255, np.uint8)), how).inverted


def test_pictures_of_the_networks_own_size_are_not_inverted():
    how = Preprocess(28, 1, (0.5,), (0.5,), resize=28, dark_ground=True)
    full = np.full((28, 28), 200, np.uint8)  # clothes that fill their picture
    full[10:18, 10:18] = 0
    assert np.array_equal(prepare(as_image(full), how).seen, full)


def test_a_drawing_is_brought_to_twenty_pixels_around_its_centre_of_mass():
    drawing = np.zeros((280, 280), np.uint8)
    drawing[10:110, 200:220] = 255  # a tall stroke in a corner
    seen = centred(drawing, 28)
    rows, cols = np.nonzero(seen > 127)
    assert rows.max() - rows.min() + 1 == pytest.approx(20, abs=1)
    assert cols.max() - cols.min() + 1 == pytest.approx(4, abs=1)
    mass = seen / seen.sum()
    assert (mass.sum(1) * np.arange(28)).sum() == pytest.approx(13.5, abs=0.6)
    assert (mass.sum(0) * np.arange(28)).sum() == pytest.approx(13.5, abs=0.6)


def test_centring_leaves_pictures_of_the_networks_size_alone():
    how = Preprocess(28, 1, (0.5,), (0.5,), resize=28, dark_ground=True, centre=True)
    picture = np.zeros((28, 28), np.uint8)
    picture[2:6, 2:6] = 200
    assert np.array_equal(prepare(as_image(picture), how).seen, picture)


def test_an_empty_drawing_stays_empty():
    assert not centred(np.zeros((280, 280), np.uint8), 28).any()


@given(
    height=st.integers(1, 90), width=st.integers(1, 90), colour=st.booleans(),
    size=st.integers(1, 40), extra=st.integers(0, 20),
    fit=st.sampled_from(["crop", "stretch", "pad"]), channels=st.sampled_from([1, 3]),
    centre=st.booleans(), decimal=st.booleans(),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_every_picture_becomes_an_input(
    height, width, colour, size, extra, fit, channels, centre, decimal
):
    how = Preprocess(
        size, channels, (0.5,) * channels, (0.5,) * channels, size + extra, dark_ground=centre,
        centre=centre and channels == 1,
    )  # fmt: skip
    rng = np.random.default_rng(height * 100 + width)
    shape = (height, width, 3) if colour else (height, width)
    picture = rng.integers(0, 256, shape, np.uint8)
    found = prepare(as_image(picture.astype(np.float32) if decimal else picture), how, fit=fit)
    assert found.seen.shape == ((size, size, 3) if channels == 3 else (size, size))
    assert found.seen.dtype == np.uint8
    values = normalised(found.seen, how)
    assert values.shape == (1, channels, size, size)
    assert values.abs().max() <= 1 + 1e-6


def test_light_paper_that_is_not_square_is_inverted_before_it_is_padded():
    how = Preprocess(28, 1, (0.5,), (0.5,), resize=28, fit="pad", dark_ground=True)
    paper = np.full((120, 60), 240, np.uint8)
    paper[20:100, 27:33] = 20
    found = prepare(as_image(paper), how)
    assert found.inverted
    assert found.seen[0].max() < 20  # paper and padding are dark alike
    assert found.seen[14, 14] > 150
