import threading
import time
import weakref
from functools import partial

import pytest
from PySide6.QtCore import QObject, Qt, Slot

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


@pytest.fixture
def submit(lane):
    """Submit a job in the lane's first epoch."""
    epoch = lane.new_epoch()
    return lambda job: lane.submit(job, epoch)


def test_runs_in_a_thread_of_its_own_and_delivers_here(lane, submit, qtbot):
    collector = Collector(lane)
    submit(lambda cancelled: threading.get_ident())
    qtbot.waitUntil(lambda: len(collector.results) == 1)
    assert collector.results[0] != threading.get_ident()


def test_one_runs_one_waits_and_the_newest_is_always_done(lane, submit, qtbot):
    """Jobs three times longer than the feed's interval: some are done, in order, the last too."""
    collector = Collector(lane)

    def job(number):
        def work(cancelled):
            time.sleep(0.015)
            return number

        return work

    for number in range(1, 41):
        submit(job(number))
        qtbot.wait(5)
    qtbot.waitUntil(lambda: collector.results[-1:] == [40])
    assert collector.results == sorted(collector.results)
    assert 8 <= len(collector.results) < 40


def test_a_stalled_receiver_gets_only_the_newest(lane, submit, qtbot):
    done, go_on = threading.Semaphore(0), threading.Event()

    def job(number):
        def work(cancelled):
            done.release()
            return number

        return work

    def last(cancelled):
        done.release()
        go_on.wait(5)
        raise Cancelled

    for number in range(50):  # nobody runs the event loop meanwhile
        submit(job(number))
        assert done.acquire(timeout=5)
    submit(last)
    assert done.acquire(timeout=5)  # what came before it is delivered by now
    assert lane.take() == 49
    assert lane.take() is None
    go_on.set()
    collector = Collector(lane)
    qtbot.waitUntil(lane.idle)
    qtbot.wait(20)
    assert collector.results == []


def test_new_epoch_drops_what_was_submitted_before(lane, submit, qtbot):
    collector = Collector(lane)
    started, go_on = threading.Event(), threading.Event()

    def old(cancelled):
        started.set()
        go_on.wait(5)
        return ("old", cancelled())

    submit(old)
    assert started.wait(5)
    submit(lambda cancelled: "waiting")
    epoch = lane.new_epoch()
    lane.submit(lambda cancelled: "new", epoch)
    submit(lambda cancelled: "late, of the old epoch")
    go_on.set()
    qtbot.waitUntil(lambda: bool(collector.results))
    qtbot.wait(30)
    assert collector.results == ["new"]


def test_a_finished_job_and_its_pictures_are_let_go(lane, submit, qtbot):
    class Picture:
        pass

    picture = Picture()
    gone = weakref.ref(picture)
    submit(partial(lambda picture, cancelled: None, picture))
    del picture
    qtbot.waitUntil(lambda: gone() is None)


def test_it_tells_that_it_works_once_until_it_was_found_idle(lane, submit, qtbot):
    told = []
    lane.started.connect(lambda: told.append(lane.running()), Qt.ConnectionType.DirectConnection)
    assert lane.running() is None
    jobs = threading.Semaphore(0)

    def run_three():
        for _ in range(3):
            submit(lambda cancelled: jobs.release())
            assert jobs.acquire(timeout=5)
        qtbot.waitUntil(lambda: lane.take() is None and lane.idle())

    run_three()
    assert len(told) == 1
    assert 0 <= told[0] < 5
    assert lane.running() is None
    run_three()
    assert len(told) == 2


def test_it_counts_the_time_at_work_and_no_other(lane, submit, qtbot):
    assert lane.worked() == 0
    begun, go_on = threading.Event(), threading.Event()

    def job(cancelled):
        begun.set()
        go_on.wait()

    submit(job)
    begun.wait()
    time.sleep(0.02)
    assert lane.worked() >= 0.02  # the present job counts
    go_on.set()
    qtbot.waitUntil(lambda: lane.running() is None)
    worked = lane.worked()
    assert worked >= 0.02
    time.sleep(0.01)
    assert lane.worked() == worked


def test_a_cancelled_job_delivers_nothing_and_the_lane_goes_on(lane, submit, qtbot):
    collector = Collector(lane)

    def cancels(cancelled):
        raise Cancelled

    submit(cancels)
    qtbot.waitUntil(lane.idle)
    submit(lambda cancelled: "next")
    qtbot.waitUntil(lambda: collector.results == ["next"])


def test_a_failing_job_is_logged_and_the_lane_goes_on(lane, submit, qtbot, caplog):
    collector = Collector(lane)

    def fails(cancelled):
        raise ZeroDivisionError

    submit(fails)
    qtbot.waitUntil(lane.idle)
    assert "ZeroDivisionError" in caplog.text
    submit(lambda cancelled: "next")
    qtbot.waitUntil(lambda: collector.results == ["next"])


def test_stop_says_when_a_job_does_not_end_in_time(qapp):
    lane = Lane("slow")
    started, go_on = threading.Event(), threading.Event()

    def slow(cancelled):
        started.set()
        go_on.wait(10)

    lane.submit(slow, lane.new_epoch())
    assert started.wait(5)
    assert lane.stop(0.05) is False
    go_on.set()
    assert lane.stop() is True


def test_a_job_may_deliver_one_result_after_another(lane, qtbot):
    taken = []
    lane.ready.connect(lambda: taken.append(lane.take()))
    go = threading.Event()

    def job(cancelled):
        yield 1
        go.wait(3)
        yield 2

    lane.submit(job, lane.new_epoch())
    qtbot.waitUntil(lambda: taken == [1])
    go.set()
    qtbot.waitUntil(lambda: taken == [1, 2])
    qtbot.waitUntil(lane.idle)


def test_what_delivers_on_and_on_is_closed_when_its_epoch_ends(lane, qtbot):
    closed = threading.Event()

    def job(cancelled):
        try:
            while True:
                yield 0
                time.sleep(0.001)
        finally:
            closed.set()

    lane.submit(job, lane.new_epoch())
    qtbot.waitUntil(lambda: lane.take() is not None)
    assert not lane.waits()
    epoch = lane.new_epoch()
    assert closed.wait(3)
    lane.submit(lambda cancelled: "next", epoch)
    qtbot.waitUntil(lambda: lane.take() == "next")
