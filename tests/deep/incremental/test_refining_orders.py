"""Coarse maps first, finer where they are steep."""

import numpy as np
import pytest

from visionlab.core.errors import ParamError
from visionlab.deep.incremental.orders import refine


def asked(scores):
    """Return what answers from a map, and the list of what it was asked."""
    seen = []

    def ask(positions):
        seen.extend(map(tuple, positions.tolist()))
        return scores[tuple(positions.T)]

    return ask, seen


@pytest.mark.parametrize("shape", [(27, 27), (15, 15), (1, 1), (1, 40), (33, 2), (2, 2), (8, 61)])
@pytest.mark.parametrize("most", [1000, 20])
def test_the_whole_is_computed_once_and_exactly(shape, most):
    scores = np.random.default_rng(0).normal(size=shape)
    ask, seen = asked(scores)
    sketches = list(refine(ask, *shape, most=most))
    assert sorted(seen) == sorted(np.ndindex(shape))
    assert np.array_equal(sketches[-1].scores, scores)
    assert [sketch.done for sketch in sketches] == [False] * (len(sketches) - 1) + [True]
    counts = [int(sketch.computed.sum()) for sketch in sketches]
    assert counts == sorted(set(counts))
    assert counts[0] <= 25
    assert max(np.diff(counts), default=0) <= most


def test_the_first_map_covers_the_grid():
    ask, seen = asked(np.zeros((27, 27)))
    first = next(refine(ask, 27, 27))
    lines = [0, 8, 16, 24, 26]
    assert sorted(seen) == [(row, col) for row in lines for col in lines]
    assert np.array_equal(np.argwhere(first.computed), sorted(seen))


def test_a_plane_is_known_from_the_first_map():
    rows, cols = np.mgrid[:27, :19]
    plane = 3.0 * rows - 2.0 * cols + 1
    ask, _ = asked(plane)
    for sketch in refine(ask, 27, 19):
        assert np.allclose(sketch.scores, plane)


def test_a_third_on_a_line_is_interpolated_by_hand():
    ask, _ = asked(np.array([[0.0, 7.0, 7.0, 7.0, 4.0]]))
    first = next(refine(ask, 1, 5, share=0.4))
    assert first.computed.tolist() == [[True, False, False, False, True]]
    assert first.scores.tolist() == [[0, 1, 2, 3, 4]]


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.7])
def test_no_more_than_the_share_is_computed(share):
    scores = np.random.default_rng(1).normal(size=(27, 27))
    ask, seen = asked(scores)
    *_, last = refine(ask, 27, 27, share)
    assert last.done
    assert len(seen) == len(set(seen)) == last.computed.sum() == max(4, round(share * 729))
    assert np.array_equal(last.scores[last.computed], scores[last.computed])


def test_each_stage_halves_what_is_left_out():
    ask, _ = asked(np.zeros((9, 9)))
    lattice = np.zeros((9, 9), bool)
    lattice[::2, ::2] = True
    centres = np.add.outer(np.arange(9), np.arange(9)) % 2 == 0
    *_, quarter = refine(ask, 9, 9, 25 / 81)
    *_, half = refine(ask, 9, 9, 41 / 81)
    assert np.array_equal(quarter.computed, lattice)
    assert np.array_equal(half.computed, centres)


def test_a_place_among_four_takes_their_mean():
    scores = np.random.default_rng(2).normal(size=(9, 9))
    ask, _ = asked(scores)
    *_, half = refine(ask, 9, 9, 41 / 81)
    assert half.scores[3, 3] == scores[3, 3]
    around = (scores[2, 4] + scores[4, 4] + scores[3, 3] + scores[3, 5]) / 4
    assert half.scores[3, 4] == pytest.approx(around)


def test_what_is_left_goes_where_the_map_is_steep():
    rows, cols = np.mgrid[:33, :33]
    scores = np.exp(-0.5 * (rows - 10.0) ** 2) + 0.0 * cols  # a ridge, flat elsewhere
    ask, _ = asked(scores)
    *_, last = refine(ask, 33, 33, 0.3)
    more = last.computed & ((rows % 2 == 1) & (cols % 2 == 1))  # beyond every second line
    assert more.sum() == round(0.3 * 33 * 33) - 17 * 17
    assert set(np.argwhere(more)[:, 0]) <= {7, 9, 11, 13}


@pytest.mark.parametrize("share", [0, -1, 1.5, float("nan")])
def test_a_share_that_is_none_is_refused(share):
    ask, _ = asked(np.zeros((4, 4)))
    with pytest.raises(ParamError, match="share"):
        next(refine(ask, 4, 4, share))
