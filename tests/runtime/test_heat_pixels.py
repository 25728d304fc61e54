"""A heatmap's colours, and where they lie on the screen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visionlab.core.display import to_rgb8
from visionlab.core.image import Display
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.runtime.heat_pixels import coloured, on_screen, shade

MAP = Heatmap(np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4), "Class")


@pytest.mark.parametrize("cmap", ["grey", "sequential"])
def test_colours_are_premultiplied(cmap):
    display = Display(0, 1, cmap)
    rgb = np.broadcast_to(to_rgb8(MAP.values, display).reshape(3, 4, -1), (3, 4, 3))
    found = coloured(MAP, display, 0.6)
    assert abs(found[..., 2::-1] - 0.6 * rgb).max() <= 0.5
    assert (found[..., 3] == 153).all()


def test_its_own_colours_are_worked_out_once():
    found = coloured(MAP, MAP.display, 1.0)
    assert (found[..., 2::-1] == to_rgb8(MAP.values, MAP.display)).all()
    assert MAP.rgb8 is MAP.rgb8


def test_what_is_not_known_is_clear():
    known = MAP.values > 0.5
    found = coloured(MAP, Display(0, 1), 1.0, known)
    assert (found[~known] == 0).all()
    assert (found[known][:, 3] == 255).all()


def test_a_mask_hides_the_weak():
    found = shade(MAP, 0.5, False, 0.8)
    assert found.shape == (12, 16, 4)
    assert not found[..., :3].any()
    assert found[0, 0, 3] == 204  # 0.8 of 255
    assert found[-1, -1, 3] == 0


def mixed(pixels, x, y):
    """Mix the four pixels around a place, the outermost repeated beyond the edge."""
    rows, columns = pixels.shape[:2]
    left, top = int(np.floor(x)), int(np.floor(y))
    u, v = x - left, y - top
    at = [
        pixels[np.clip(top + down, 0, rows - 1), np.clip(left + across, 0, columns - 1)]
        * ((v if down else 1 - v) * (u if across else 1 - u))
        for down in (0, 1)
        for across in (0, 1)
    ]
    return sum(at)


POSITIONS = st.floats(-30, 30)
LENGTHS = st.floats(1, 60)


@settings(max_examples=60, deadline=None)
@given(
    whole=st.tuples(POSITIONS, POSITIONS, LENGTHS, LENGTHS),
    part=st.tuples(*[st.floats(0, 1)] * 4),
)
def test_the_screen_shows_what_lies_under_each_of_its_pixels(whole, part):
    pixels = np.random.default_rng(1).integers(0, 256, (5, 7, 4), dtype=np.uint8)
    left, top, width, height = whole
    ends = sorted(part[:2]), sorted(part[2:])
    seen = (
        left + ends[0][0] * width,
        top + ends[1][0] * height,
        (ends[0][1] - ends[0][0]) * width,
        (ends[1][1] - ends[1][0]) * height,
    )
    x, y, found = on_screen(pixels, whole, seen)
    for across in range(-40, 100):
        inside = seen[0] <= across + 0.5 < seen[0] + seen[2]
        if found.size and abs(across + 0.5 - seen[0]) > 1e-6:
            edge = abs(across + 0.5 - seen[0] - seen[2]) < 1e-6
            assert edge or inside == (x <= across < x + found.shape[1])
    for row in range(0, found.shape[0], 7):
        for column in range(0, found.shape[1], 5):
            wanted = mixed(
                pixels.astype(float),
                (x + column + 0.5 - left) / width * 7 - 0.5,
                (y + row + 0.5 - top) / height * 5 - 0.5,
            )
            assert abs(found[row, column] - wanted).max() <= 10  # a 32nd of a pixel's way


def test_what_is_not_seen_is_empty():
    pixels = np.zeros((5, 7, 4), np.uint8)
    assert on_screen(pixels, (0, 0, 50, 50), (0, 0, 0, 0))[2].size == 0
    assert on_screen(pixels, (0, 0, 50, 50), (3.6, 2, 0.3, 20))[2].size == 0
