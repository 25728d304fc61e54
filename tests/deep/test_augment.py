"""Random variations: known answers, ranges, and the same draw for the same seed."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from visionlab.deep.augment import Augment


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def pictures(n: int = 4, size: int = 8, channels: int = 3) -> torch.Tensor:
    rng = np.random.default_rng(1)
    return torch.from_numpy(rng.integers(0, 256, (n, channels, size, size), np.uint8))


def test_without_any_variation_the_pictures_come_back_as_parts_of_one():
    images = pictures()
    torch.testing.assert_close(Augment()(images, 8, generator()), images / 255)


def test_a_flip_mirrors_about_half_of_the_pictures_and_leaves_the_others():
    images = pictures(n=200)
    varied = Augment(flip=True)(images, 8, generator())
    plain, mirrored = images / 255, images.flip(3) / 255
    is_plain = (varied - plain).abs().amax((1, 2, 3)) < 1e-4
    is_mirrored = (varied - mirrored).abs().amax((1, 2, 3)) < 1e-4
    assert (is_plain | is_mirrored).all()
    assert 70 < int(is_mirrored.sum()) < 130  # 100 expected; 4 standard deviations are 28


def test_a_crop_of_a_ramp_spans_the_root_of_its_area():
    ramp = torch.arange(64, dtype=torch.uint8).repeat(64, 1)[None, None].repeat(50, 1, 1, 1)
    crops = Augment(area=(0.25, 0.25))(ramp, 32, generator()) * 255
    # A quarter of the area is half of the width: 32 columns of one grey level each.
    span = crops[:, 0, 0, -1] - crops[:, 0, 0, 0]
    torch.testing.assert_close(span, torch.full((50,), 31.0))
    assert crops.min() >= 0
    assert crops.max() <= 63
    assert crops[:, 0, 0, 0].std() > 3  # from here and there


def test_a_quarter_turn_is_that_of_the_array():
    class Quarter(Augment):
        def _draw(self, n, generator):
            cos, sin = 0.0, 1.0
            return torch.tensor([[cos, -sin, 0.0], [sin, cos, 0.0]]).repeat(n, 1, 1)

    images = pictures(n=1)
    expected = torch.rot90(images[0], 1, (1, 2)) / 255
    torch.testing.assert_close(Quarter()(images, 8, generator())[0], expected)


def test_turns_keep_to_their_limit():
    bar = torch.zeros(100, 1, 65, 65, dtype=torch.uint8)
    bar[:, :, 32, :] = 255  # a horizontal line through the middle
    turned = Augment(degrees=20)(bar, 65, generator())[:, 0]
    rows = torch.arange(65.0)[:, None]
    column = turned[:, :, 52]  # 20 pixels right of the middle
    height = (column * rows.T).sum(1) / column.sum(1) - 32
    degrees = torch.rad2deg(torch.atan2(height, torch.tensor(20.0)))
    assert degrees.abs().max() < 20.5
    assert degrees.min() < -15
    assert degrees.max() > 15


def test_pictures_shown_smaller_get_a_border_of_zeros():
    white = torch.full((20, 1, 28, 28), 255, dtype=torch.uint8)
    small = Augment(area=(1.44, 1.44))(white, 28, generator())
    # 1.2 times as much is shown in height and width: 28 / 1.2 = 23.3 pixels are white.
    torch.testing.assert_close(
        small.sum((1, 2, 3)), torch.full((20,), (28 / 1.2) ** 2), rtol=0.03, atol=0
    )


@given(
    low=st.floats(0.1, 1), ratio=st.floats(1, 2), shift=st.floats(0, 0.3), degrees=st.floats(0, 45),
    flip=st.booleans(), size=st.integers(1, 20), seed=st.integers(0, 1000),
)  # fmt: skip
@settings(max_examples=50, deadline=None)
def test_values_stay_within_the_pictures_and_the_same_seed_draws_alike(
    low, ratio, shift, degrees, flip, size, seed
):
    augment = Augment((low, 1.0), ratio, shift, degrees, flip)
    images = pictures(n=3)
    first = augment(images, size, generator(seed))
    assert first.shape == (3, 3, size, size)
    assert first.dtype == torch.float32
    assert first.min() >= 0
    assert first.max() <= 1 + 1e-6
    assert torch.equal(first, augment(images, size, generator(seed)))


@pytest.mark.parametrize("other", [1, 2])
def test_another_seed_draws_otherwise(other):
    augment = Augment(area=(0.3, 1.0))
    images = pictures()
    assert not torch.equal(augment(images, 8, generator(0)), augment(images, 8, generator(other)))
