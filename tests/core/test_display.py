"""What is shown for which value, worked out by hand."""

import numpy as np
import pytest

from visionlab.core.display import auto_display, lookup_table, to_rgb8, value_display
from visionlab.core.image import Display

COLOUR_MAPS = ("grey", "sequential", "diverging", "cyclic")


def floats(*values):
    return np.array([values], np.float32)


def test_8_bit_pictures_are_shown_as_they_are():
    for shape in ((2, 3), (2, 3, 3)):
        picture = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
        assert to_rgb8(picture) is picture


def test_floats_run_from_their_smallest_to_their_largest_value():
    assert auto_display(floats(-2, 5, 3)) == Display(-2, 5)
    # 255 * 0.5 = 127.5 rounds up.
    assert to_rgb8(floats(10, 20, 30)).tolist() == [[0, 128, 255]]


def test_a_display_sets_the_ends_and_what_lies_beyond_is_clipped():
    shown = to_rgb8(floats(-1, 0, 0.2, 1, 7), Display(0, 1))
    assert shown.tolist() == [[0, 0, 51, 255, 255]]
    assert to_rgb8(np.array([[0, 100, 110, 200]], np.uint8), Display(100, 110)).tolist() == [
        [0, 0, 255, 255]
    ]


def test_colour_floats_keep_their_channels_whatever_the_map():
    picture = np.array([[[0, 0.5, 1]]], np.float32)
    for cmap in COLOUR_MAPS:
        assert to_rgb8(picture, Display(0, 1, cmap)).tolist() == [[[0, 128, 255]]]


def test_a_diverging_map_is_neutral_at_its_centre_and_signed_at_its_ends():
    shown = to_rgb8(floats(-8, 0, 8), Display(-8, 8, "diverging"))[0].astype(int)
    negative, zero, positive = shown
    assert np.ptp(zero) <= 1  # no tint
    assert zero.min() >= 245
    assert negative.tolist() == lookup_table("diverging")[0].tolist()
    assert positive.tolist() == lookup_table("diverging")[255].tolist()
    assert negative[2] > negative[0] + 100  # blue
    assert positive[0] > positive[2] + 100  # orange


def test_a_cyclic_map_ends_where_it_begins_and_sequential_grows_lighter():
    cyclic = lookup_table("cyclic").astype(int)
    assert cyclic[0].tolist() == cyclic[255].tolist()
    lightness = lookup_table("sequential") @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(lightness) > -0.5).all()
    assert lightness[255] - lightness[0] > 150


@pytest.mark.parametrize("cmap", COLOUR_MAPS)
def test_maps_have_256_colours(cmap):
    table = lookup_table(cmap)
    assert (table.shape, table.dtype) == ((256, 3), np.uint8)
    shown = to_rgb8(np.arange(256, dtype=np.float32)[None], Display(0, 255, cmap))
    grey = cmap == "grey"
    np.testing.assert_array_equal(shown[0], np.arange(256) if grey else table)


@pytest.mark.parametrize("value", [0, -3.5, 1e30])
def test_flat_pictures_are_shown_without_a_warning(value):
    assert to_rgb8(floats(value, value)).tolist() == [[0, 0]]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ((0, 1e-45), [0, 0]),  # less than float32 can divide by
        ((-3e38, 3e38), [0, 255]),
        ((1, np.nextafter(np.float32(1), np.float32(2))), [0, 255]),
    ],
)
def test_extreme_ranges(values, shown):
    assert to_rgb8(floats(*values)).tolist() == [shown]


def test_a_narrow_range_of_large_values_keeps_its_steps():
    steps = np.arange(17)
    picture = np.float32(1e6) + steps.astype(np.float32) / 16
    expected = np.floor(steps * 255 / 16 + 0.5)
    np.testing.assert_array_equal(to_rgb8(picture[None])[0], expected)


def test_the_true_values_are_left_alone():
    picture = floats(-1, 2, 3)
    kept = picture.copy()
    picture.flags.writeable = False
    to_rgb8(picture, Display(0, 1, "diverging"))
    np.testing.assert_array_equal(picture, kept)


def test_value_display():
    assert value_display(np.zeros((2, 2), np.uint8)) is None
    assert value_display(floats(1, 4)) == Display(1, 4)
    assert value_display(floats(-1, 4)) == Display(-4, 4, "diverging")
    assert value_display(np.full((1, 1, 3), -1, np.float32)) == Display(-1, -1)
    nominal = Display(0, 1)
    assert value_display(floats(0, 0.5), nominal) is nominal
    assert value_display(floats(0, 1.5), nominal) == Display(0, 1.5)
