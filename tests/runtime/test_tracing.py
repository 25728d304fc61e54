"""Traced lines against masks drawn by hand."""

import numpy as np

from visionlab.runtime.tracing import traced

LEVEL = np.array([[2.0, 9.0], [5.0, 5.0]])


def test_strokes_lie_around_their_line():
    depth = traced(LEVEL, np.array([0]), (12, 10), (4, 2))
    expected = np.zeros((10, 12), np.uint8)
    expected[3:7, 0:11] = 1  # four pixels around the border between rows 4 and 5
    expected[4:6, 1:10] = 2
    assert np.array_equal(depth, expected)


def test_lines_are_not_joined_to_each_other():
    xy = np.array([[1.0, 4.0, 8.0, 11.0], [3.0, 3.0, 3.0, 3.0]])
    (row,) = traced(xy, np.array([0, 2]), (13, 6), (1,))[3:4]
    assert np.flatnonzero(row).tolist() == [1, 2, 3, 4, 8, 9, 10, 11]


def test_a_dot_is_seen():
    assert traced(np.full((2, 2), 3.0), np.array([0]), (6, 6), (1,)).sum() == 1


def test_lines_far_beyond_the_picture_keep_their_direction():
    xy = np.array([[-1e6, 1e6], [-1e6, 1e6]])
    depth = traced(xy, np.array([0]), (50, 50), (1,))
    assert np.array_equal(depth, np.eye(50, dtype=np.uint8))


def test_nothing_is_drawn_of_no_lines():
    assert not traced(np.empty((2, 0)), np.empty(0, int), (5, 4), (4, 2)).any()
