import threading
import time

import pytest
from PySide6.QtCore import QObject, Slot

from visionlab.core.errors import Cancelled
from visionlab.runtime.lane import Lane


class Collector(QObject):
    def __init__(self, lane):
        super().__init__()
        self.lane = lane
        self.results = []
        lane.ready.connect(self.collect)

    @Slot()
    def collect(self):
        result = self.lane.take()
        if result is not None:
            self.results.append(result)


@pytest.fixture
def lane(qapp):
    lane = Lane("test")
    yield lane
    assert lane.stop()


def test_runs_in_a_thread_of_its_own_and_delivers_here(lane, qtbot):
    collector = Collector(lane)
    lane.submit(lambda cancelled: threading.get_ident())
    qtbot.waitUntil(lambda: len(collector.results) == 1)
    assert collector.results[0] != threading.get_ident()


def test_one_runs_one_waits_and_the_newest_is_always_done(lane, qtbot):
    """Jobs three times longer than the feed's interval: some are done, in order, the last too."""
    collector = Collector(lane)

    def job(number):
        def work(cancelled):
            time.sleep(0.015)
            return number

        return work

    for number in range(1, 41):
        lane.submit(job(number))
        qtbot.wait(5)
    qtbot.waitUntil(lambda: collector.results[-1:] == [40])
    assert collector.results == sorted(collector.results)
    assert 8 <= len(collector.results) < 40


def test_a_stalled_receiver_gets_only_the_newest(lane, qtbot):
    done = threading.Semaphore(0)

    def job(number):
        def work(cancelled):
            done.release()
            return number

        return work

    for number in range(50):  # nobody runs the event loop meanwhile
        lane.submit(job(number))
        done.acquire(timeout=5)
    collector = Collector(lane)
    deadline = time.monotonic() + 5
    while not (lane._condition and not lane._running) and time.monotonic() < deadline:
        time.sleep(0.001)
    assert lane.take() == 49
    assert lane.take() is None
    qtbot.wait(20)
    assert collector.results == []


def test_new_epoch_drops_what_was_submitted_before(lane, qtbot):
    collector = Collector(lane)
    started, go_on = threading.Event(), threading.Event()

    def old(cancelled):
        started.set()
        go_on.wait(5)
        return ("old", cancelled())

    lane.submit(old)
    assert started.wait(5)
    lane.submit(lambda cancelled: "waiting")
    lane.new_epoch()
    lane.submit(lambda cancelled: "new")
    go_on.set()
    qtbot.waitUntil(lambda: bool(collector.results))
    qtbot.wait(30)
    assert collector.results == ["new"]


def test_a_cancelled_job_delivers_nothing_and_the_lane_goes_on(lane, qtbot):
    collector = Collector(lane)

    def cancels(cancelled):
        raise Cancelled

    lane.submit(cancels)
    qtbot.waitUntil(lane.idle)
    lane.submit(lambda cancelled: "next")
    qtbot.waitUntil(lambda: collector.results == ["next"])


def test_a_failing_job_is_logged_and_the_lane_goes_on(lane, qtbot, caplog):
    collector = Collector(lane)

    def fails(cancelled):
        raise ZeroDivisionError

    lane.submit(fails)
    qtbot.waitUntil(lane.idle)
    assert "ZeroDivisionError" in caplog.text
    lane.submit(lambda cancelled: "next")
    qtbot.waitUntil(lambda: collector.results == ["next"])


def test_stop_says_when_a_job_does_not_end_in_time(qapp):
    lane = Lane("slow")
    started, go_on = threading.Event(), threading.Event()

    def slow(cancelled):
        started.set()
        go_on.wait(10)

    lane.submit(slow)
    assert started.wait(5)
    assert lane.stop(0.05) is False
    go_on.set()
    assert lane.stop() is True
