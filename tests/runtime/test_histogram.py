"""Histograms against numpy's own counting and answers from paper."""

import numpy as np
import pytest

from visionlab.runtime.histogram import FLOAT_SAMPLES, histogram


def test_grey_bytes_by_hand():
    h = histogram(np.array([[0, 0, 10], [255, 10, 10]], np.uint8))
    assert h.names == ("grey",)
    assert h.whole
    assert {int(i): int(h.counts[0, i]) for i in np.flatnonzero(h.counts[0])} == {
        0: 2, 10: 3, 255: 1,
    }  # fmt: skip
    assert h.mean == pytest.approx([285 / 6])
    assert (h.min[0], h.max[0]) == (0, 255)


def test_rgb_bytes_like_numpy():
    picture = np.random.default_rng(1).integers(0, 256, (37, 41, 3), np.uint8)
    picture[..., 1] //= 2
    h = histogram(picture)
    assert h.names == ("red", "green", "blue")
    for c in range(3):
        np.testing.assert_array_equal(
            h.counts[c], np.bincount(picture[..., c].ravel(), minlength=256)
        )
    flat = picture.reshape(-1, 3).astype(np.float64)
    np.testing.assert_allclose(h.mean, flat.mean(axis=0))
    np.testing.assert_allclose(h.std, flat.std(axis=0))
    np.testing.assert_array_equal(h.max, flat.max(axis=0))


def test_floats_like_numpy():
    picture = np.random.default_rng(2).normal(3, 20, (61, 53)).astype(np.float32)
    h = histogram(picture)
    assert not h.whole
    assert h.stride == 1
    assert h.counts.sum() == picture.size
    assert (h.edges[0], h.edges[-1]) == (picture.min(), picture.max())
    expected, _ = np.histogram(picture, bins=h.edges)
    # A value within rounding of an edge may fall on its other side.
    assert np.abs(h.counts[0] - expected).sum() <= 2
    assert h.mean == pytest.approx([picture.mean(dtype=float)])
    assert h.std == pytest.approx([picture.std(dtype=float)])


def test_largest_float_is_counted():
    h = histogram(np.array([[-1.0, 0.0, 1.0, 1.0]], np.float32))
    assert h.counts[0, 0] == 1
    assert h.counts[0, -1] == 2


def test_colour_floats_share_their_bins():
    picture = np.zeros((2, 2, 3), np.float32)
    picture[..., 2] = 5
    h = histogram(picture)
    assert h.counts[:, 0].tolist() == [4, 4, 0]
    assert h.counts[:, -1].tolist() == [0, 0, 4]


@pytest.mark.parametrize("value", [0.0, -7.5, 3e38, 1e-30])
def test_flat_float_is_one_bin(value):
    h = histogram(np.full((3, 4), value, np.float32))
    assert h.counts.max() == 12
    assert np.count_nonzero(h.counts) == 1
    assert h.std == pytest.approx([0])


def test_nan_and_infinity_are_left_out():
    h = histogram(np.array([[np.nan, 1, np.inf, 3]], np.float32))
    assert h.counts.sum() == 2
    assert h.mean == pytest.approx([2])


def test_nothing_finite():
    h = histogram(np.full((2, 2), np.nan, np.float32))
    assert h.counts.sum() == 0
    assert np.isnan(h.mean).all()


def test_large_float_is_sampled_and_says_so():
    picture = np.zeros((2000, 2000), np.float32)
    picture[1000:] = 1
    h = histogram(picture)
    assert h.stride == 2
    assert h.counts.sum() == 1000 * 1000 <= FLOAT_SAMPLES
    assert h.counts[0, 0] == h.counts[0, -1]
    assert h.mean == pytest.approx([0.5])


def test_counts_above_float32_precision_are_exact():
    picture = np.zeros((4097, 4097), np.uint8)
    picture[0, 0] = 1
    h = histogram(picture)
    assert h.counts[0, 0] == 4097 * 4097 - 1
    assert h.counts[0, 1] == 1
