"""The map of the places where the patch has been, worked out on paper."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from visionlab.deep.explain.heatmap import Heatmap
from visionlab.runtime.hand_map import HandMap


def test_the_mean_drop_at_each_pixel():
    found = HandMap((2, 4), (0, 0, 40, 20), (40, 20))  # ten pixels of the picture for one
    found.add((0, 0, 20, 10), 3.0)
    found.add((10, 0, 20, 20), 1.0)
    assert found.values.tolist() == [[3, 2, 0, 0], [0, 1, 0, 0]]
    assert found.visited.tolist() == [[True, True, False, False], [False, True, False, False]]
    assert found.share == 3 / 8
    assert found.positions == 2


def test_a_pixel_counts_as_far_as_it_was_covered():
    found = HandMap((1, 2), (0, 0, 20, 10), (20, 10))
    found.add((0, 0, 10, 10), 4.0)  # all of the first pixel
    found.add((5, 0, 20, 5), 1.0)  # a quarter of it, and half of the second
    assert found.values.tolist() == [[pytest.approx((4 + 0.25) / 1.25), 1]]


def test_one_pixel_of_a_large_picture_leaves_its_mark():
    found = HandMap((2, 2), (0, 0, 1000, 1000), (1000, 1000))
    found.add((600, 100, 601, 101), -0.5)
    assert found.values.tolist() == [[0, -0.5], [0, 0]]


def test_what_the_network_does_not_see_counts_for_nothing():
    found = HandMap((2, 2), (100, 0, 20, 20), (220, 20))  # the middle of a wide picture
    found.add((0, 0, 90, 20), 7.0)
    assert found.positions == 0
    assert not found.visited.any()
    found.add((0, 0, 110, 20), 7.0)
    assert found.values.tolist() == [[7, 0], [7, 0]]


def test_the_share_is_that_of_the_picture_where_the_input_reaches_beyond_it():
    found = HandMap((4, 4), (0, -10, 40, 40), (40, 20))  # a wide picture between two bars
    found.add((0, 0, 40, 10), 1.0)
    assert found.share == 0.5
    assert found.visited.sum() == 4


def test_agreement_is_the_rank_correlation_where_the_patch_has_been():
    rng = np.random.default_rng(5)
    found = HandMap((8, 8), (0, 0, 8, 8), (8, 8))
    for y in range(6):
        for x in range(7):
            found.add((x, y, x + 1, y + 1), float(rng.normal()))
    computed = rng.normal(size=(8, 8)).astype(np.float32)
    seen = np.s_[:6, :7]
    wanted = spearmanr(found.values[seen].ravel(), computed[seen].ravel()).statistic
    assert found.agreement(Heatmap(computed, "m", True)) == pytest.approx(wanted)
    assert found.agreement(found.heatmap("m")) == pytest.approx(1)
    # Where low values matter, the other end speaks for the class.
    left = Heatmap(-found.values, "what is left", low_matters=True)
    assert found.agreement(left) == pytest.approx(1)


def test_too_little_and_other_sizes_are_not_compared():
    found = HandMap((8, 8), (0, 0, 8, 8), (8, 8))
    flat = Heatmap(np.zeros((8, 8), np.float32), "m", True)
    assert found.agreement(flat) is None
    found.add((0, 0, 8, 4), 1.0)
    assert found.agreement(flat) == 0.0
    assert found.agreement(Heatmap(np.zeros((4, 4), np.float32), "m", True)) is None


def test_the_map_is_signed():
    found = HandMap((1, 2), (0, 0, 2, 1), (2, 1))
    found.add((0, 0, 1, 1), -2.0)
    heatmap = found.heatmap("Yours.")
    assert heatmap.signed
    assert (heatmap.display.low, heatmap.display.high) == pytest.approx((-2, 2), rel=0.01)
    assert heatmap.meaning == "Yours."
