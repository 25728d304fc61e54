"""Garbage is collected in the window's thread, whichever thread makes it."""

import gc
import threading

import pytest
from PySide6.QtCore import QObject

from visionlab.runtime.garbage import Garbage
from visionlab.runtime.lane import Lane


class Knot:
    """Something that only the collector frees, and that notes where."""

    def __init__(self, seen):
        self.seen, self.itself = seen, self

    def __del__(self):
        self.seen.append(threading.current_thread())


@pytest.fixture(autouse=True)
def left_to_python():
    """Let Python collect, as it does where nobody says otherwise."""
    gc.enable()
    yield
    gc.disable()


def make_much(lane, epoch, qtbot, seen):
    """Let the lane's thread leave knots, and allocate so much that Python would collect."""

    def job(_):
        for _ in range(2000):
            Knot(seen)
        return len([[] for _ in range(50_000)])

    lane.submit(job, epoch)
    qtbot.waitUntil(lambda: lane.take() is not None)


def test_the_lanes_garbage_ends_in_the_windows_thread(qapp, qtbot):
    owner, lane, seen = QObject(), Lane("test"), []
    garbage, epoch = Garbage(owner), lane.new_epoch()
    assert not gc.isenabled()
    make_much(lane, epoch, qtbot, seen)
    qtbot.waitUntil(lambda: len(seen) == 2000)
    assert set(seen) == {threading.main_thread()}
    garbage.stop()
    assert gc.isenabled()
    assert lane.stop()


def test_it_is_left_to_python_when_the_last_one_stops(qapp):
    owner = QObject()
    first, second = Garbage(owner), Garbage(owner)
    first.stop()
    assert not gc.isenabled()
    second.stop()
    second.stop()
    assert gc.isenabled()


def test_where_python_was_told_not_to_it_stays_so(qapp):
    gc.disable()
    owner = QObject()
    Garbage(owner).stop()
    assert not gc.isenabled()


def test_little_garbage_is_left_where_it_is(qapp):
    owner, seen = QObject(), []
    garbage = Garbage(owner)
    gc.collect()
    Knot(seen)
    garbage.look()
    assert seen == []
    garbage.stop()
    gc.collect()
    assert len(seen) == 1
