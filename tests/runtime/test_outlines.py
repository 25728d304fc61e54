"""Outlines for painting: sides by hand, coarser ones, and a limit to their number."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visionlab.core.result import Points, Polygons
from visionlab.runtime import outlines as module
from visionlab.runtime.outlines import MOST, Outlines, outlined

SQUARE = np.array([[0, 0], [8, 0], [8, 8], [0, 8]])
TRIANGLE = np.array([[20, 20], [24, 20], [20, 23]])
EVERYWHERE = np.array([-1e9, -1e9, 1e9, 1e9])


def random_rings(seed, many=5, corners=300):
    rng = np.random.default_rng(seed)
    return tuple(
        np.cumsum(rng.integers(-9, 10, (rng.integers(1, corners), 2)), axis=0) + 500
        for _ in range(rng.integers(1, many))
    )


def by_hand(rings):
    """All sides, each corner joined to the next one of its ring."""
    return sorted(
        (*a, *b)
        for ring in rings
        for a, b in zip(ring.tolist(), np.roll(ring, -1, axis=0).tolist(), strict=True)
    )


def listed(sides):
    return sorted(map(tuple, sides.astype(int).tolist()))


def drawn(lines):
    """The sides of lines through many corners."""
    xy, first = lines
    return sorted(
        (*a, *b)
        for line in np.split(xy.T.astype(int), first[1:])
        for a, b in zip(line[:-1].tolist(), line[1:].tolist(), strict=True)
    )


def test_sides_join_each_corner_to_the_next_and_the_last_to_the_first():
    sides = Outlines.of((SQUARE, TRIANGLE)).sides(EVERYWHERE)
    assert sides.tolist() == [
        [0, 0, 8, 0], [8, 0, 8, 8], [8, 8, 0, 8], [0, 8, 0, 0],
        [20, 20, 24, 20], [24, 20, 20, 23], [20, 23, 20, 20],
    ]  # fmt: skip


def test_lines_are_closed_rings():
    xy, first = Outlines.of((SQUARE, TRIANGLE)).lines(EVERYWHERE)
    assert first.tolist() == [0, 5]
    assert xy.T.tolist() == [*SQUARE.tolist(), [0, 0], *TRIANGLE.tolist(), [20, 20]]


def test_thinning_leaves_out_corners_in_one_cell():
    ring = np.array([[0, 0], [1, 0], [2, 0], [3, 0], [4, 0], [9, 0], [9, 7]])
    # Cells of four pixels: 0 to 3 is one, 4 another, 9 a third, (9, 7) a fourth.
    sides = Outlines.of((ring,)).thinned(2).sides(EVERYWHERE)
    assert sides.tolist() == [[0, 0, 4, 0], [4, 0, 9, 0], [9, 0, 9, 7], [9, 7, 0, 0]]


def test_tiny_rings_stay_as_dots():
    dot = np.array([[5, 5], [6, 5], [6, 6]])
    sides = Outlines.of((dot, dot + 1)).thinned(5).sides(EVERYWHERE)
    assert sides.tolist() == [[5, 5, 5, 5], [6, 6, 6, 6]]


@pytest.mark.parametrize("rings", [(), (np.empty((0, 2), int),)])
def test_no_corners_have_no_sides(rings):
    none = Outlines.of(rings)
    for outlines in (none, none.thinned(3), none.part(0), none.part(7)):
        assert outlines.sides(EVERYWHERE).shape == (0, 4)
        assert outlines.about(EVERYWHERE) == 0
        xy, first = outlines.lines(EVERYWHERE)
        assert xy.shape == (2, 0)
        assert first.tolist() == []


@given(seed=st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_whatever_touches_a_box_is_seen(seed):
    rings = random_rings(seed)
    outlines = Outlines.of(rings)
    x, y = np.random.default_rng(seed).integers(300, 700, 2)
    box = np.array([x, y, x + 60, y + 40])
    touching = {
        (ax, ay, bx, by)
        for ax, ay, bx, by in by_hand(rings)
        if max(ax, bx) >= box[0] and min(ax, bx) <= box[2]
        and max(ay, by) >= box[1] and min(ay, by) <= box[3]
    }  # fmt: skip
    everything = by_hand(rings)
    for found in (listed(outlines.sides(box)), drawn(outlines.lines(box))):
        assert touching <= set(found) <= set(everything)
    assert len(outlines.sides(box)) <= outlines.about(box)
    assert listed(outlines.sides(EVERYWHERE)) == everything == drawn(outlines.lines(EVERYWHERE))


@given(seed=st.integers(0, 10_000), level=st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_thinned_outlines_are_closed_and_pass_through_every_cell(seed, level):
    rings = random_rings(seed)
    sides = Outlines.of(rings).thinned(level).sides(EVERYWHERE).astype(int)
    assert listed(sides[:, :2]) == listed(sides[:, 2:])
    cells = {tuple(corner) for ring in rings for corner in (ring >> level).tolist()}
    assert {tuple(corner) for corner in (sides[:, :2] >> level).tolist()} == cells


def test_what_lies_beside_the_box_is_skipped():
    rng = np.random.default_rng(0)
    rings = tuple(SQUARE + at for at in rng.integers(0, 4000, (5000, 2)))
    overlay = outlined(Polygons("", rings))
    box = np.array([1000, 1000, 1200, 1200])  # 1/400 of the area, 13 rings
    assert overlay.levels[0].about(box) < 0.1 * 20_000


def test_a_part_is_the_polygon_of_its_row():
    rings = (SQUARE + 900, TRIANGLE, SQUARE)
    overlay = outlined(Polygons("", rings))
    for row, ring in enumerate(rings):
        part = overlay.part(row)
        assert listed(part.at(0, EVERYWHERE).sides(EVERYWHERE)) == by_hand((ring,))
    for row in (-1, 3):
        assert len(overlay.part(row).at(0, EVERYWHERE)) == 0


def test_a_crowd_is_made_coarser_and_a_small_part_of_it_is_not(monkeypatch):
    rng = np.random.default_rng(0)
    ring = np.cumsum(rng.integers(-1, 2, (200_000, 2)), axis=0)
    overlay = outlined(Polygons("walk", (ring,)))
    assert len(overlay.levels[-1]) < MOST
    monkeypatch.setattr(module, "_CROWD", 20_000)
    assert overlay.at(0, EVERYWHERE).about(EVERYWHERE) <= 20_000
    box = np.array([*ring[1000], *ring[1000]])
    assert overlay.at(0, box) is overlay.levels[0]
    assert overlay.at(-3, box) is overlay.levels[0]
    assert overlay.at(2, box) is overlay.levels[2]
    assert overlay.at(99, box) is overlay.levels[-1]


def test_other_overlays_are_left_alone():
    points = Points("", np.zeros((1, 2)))
    assert outlined(points) is points
    ready = outlined(Polygons("", (SQUARE,)))
    assert outlined(ready) is ready
