"""A heatmap as a mask and as lines: answers from tiny maps on paper."""

import numpy as np
import pytest

from visionlab.deep.explain.heatmap import Heatmap
from visionlab.runtime.heat_lines import level_lines
from visionlab.runtime.heat_mask import heat_mask, strength


def heat(values, **more):
    return Heatmap(np.array(values, np.float32), "Means nothing.", **more)


def test_strength_runs_from_the_least_to_the_most_and_of_signed_maps_from_zero():
    assert strength(heat([[1, 3], [2, 5]])).tolist() == [[0, 0.5], [0.25, 1]]
    assert strength(heat([[-4, 2], [0, 1]], signed=True)).tolist() == [[0, 1], [0, 0.5]]
    assert strength(heat([[0.9, 0.1], [0.5, 0.9]], low_matters=True)).ravel() == pytest.approx(
        [0, 1, 0.5, 0]
    )
    assert not strength(heat([[2, 2], [2, 2]])).any()


def test_a_mask_lies_where_the_networks_part_of_the_picture_does():
    values = np.zeros((4, 4))
    values[1:3, 1:3] = 1
    mask = heat_mask(heat(values), (10, 20, 40, 40), (80, 60), 0.5, False)
    assert mask.shape == (80, 60)
    assert set(np.unique(mask)) == {0, 255}
    rows, columns = np.nonzero(mask)
    # The four pixels cover 20..40 by 30..50; halfway to their neighbours, the value is a half.
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (30, 49, 20, 39)


def test_beside_the_networks_part_nothing_is_masked():
    mask = heat_mask(heat([[0, 0], [1, 1]]), (0, 10, 20, 20), (40, 40), 0.1, False)
    assert not mask[:10].any()
    assert not mask[30:].any()
    assert not mask[:, 20:].any()
    assert mask[25, 5] == 255


def test_the_largest_region_alone():
    values = np.zeros((8, 8))
    values[1, 1] = 1
    values[4:7, 4:7] = 1
    both = heat_mask(heat(values), (0, 0, 64, 64), (64, 64), 0.5, False)
    one = heat_mask(heat(values), (0, 0, 64, 64), (64, 64), 0.5, True)
    assert both[12, 12] == 255
    assert one[12, 12] == 0
    assert one[44, 44] == both[44, 44] == 255
    flat = heat_mask(heat(np.zeros((8, 8))), (0, 0, 64, 64), (64, 64), 0.5, True)
    assert not flat.any()


def test_lines_go_around_what_is_above_them():
    values = np.zeros((9, 9), np.float32)
    values[3:6, 3:6] = 1
    (ring,) = level_lines(values, 0.5)
    assert ring.min(axis=0) == pytest.approx([3, 3], abs=0.3)
    assert ring.max(axis=0) == pytest.approx([6, 6], abs=0.3)
    assert level_lines(values, 2.0) == ()
