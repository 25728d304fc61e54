"""Which frame is worked on, stopping, letting go of pictures, and ending in time."""

import queue
import threading
import weakref

import numpy as np
import pytest

from visionlab.core.image import Frame, Image, as_image
from visionlab.core.operation import Catalogue, operation
from visionlab.core.pipeline import Pipeline, Step
from visionlab.core.result import Result
from visionlab.core.source import Source
from visionlab.runtime.session import Session
from visionlab.sources import ArraySource

WAIT = 10

gate = threading.Event()


@operation("Hold", group="Test")
def hold(image: Image) -> Result:
    """Return the picture when the gate is open."""
    assert gate.wait(WAIT)
    return Result(image + np.uint8(1))


@operation("Add", group="Test")
def add(image: Image) -> Result:
    """Add one."""
    return Result(image + np.uint8(1))


CATALOGUE = Catalogue({op.id: op for op in (hold, add)})
HOLD, ADD = Step.of(hold), Step.of(add)


def flat(value):
    return as_image(np.full((4, 6), value, np.uint8))


class Fed(Source):
    """A live source that gives what is put into it."""

    def __init__(self, *values, kind="live"):
        self.title, self.kind, self.fps = "fed", kind, 100.0
        self.values, self.over, self.at = queue.Queue(), threading.Event(), 0
        for value in values:
            self.values.put(value)

    def read(self):
        while not self.over.is_set():
            try:
                value = self.values.get(timeout=0.02)
            except queue.Empty:
                continue
            self.at += 1
            return Frame(flat(value), index=self.at - 1, name=self.title)
        return None

    def seek(self, index):
        self.at = index


@pytest.fixture
def session(qapp):
    gate.set()
    session = Session(CATALOGUE)
    session.values = []
    session.shown.connect(lambda shown: session.values.append(int(shown.result.values[0, 0])))
    yield session
    gate.set()
    if isinstance(session.source, Fed):
        session.source.over.set()
    assert session.close()


@pytest.fixture
def before_submit(session, monkeypatch):
    """Return a function that has another one called when a thread is about to submit a job."""
    real, calls = session._lane.submit, {}

    def submit(job, epoch):
        call = calls.pop(threading.current_thread().name, None)
        if call:
            call()
        real(job, epoch)

    monkeypatch.setattr(session._lane, "submit", submit)
    return calls.__setitem__


def open_and_wait(session, qtbot, source):
    session.open("x", lambda: source)
    qtbot.waitUntil(lambda: session.source is source and session.idle())
    return source


def test_a_frame_that_comes_while_the_source_changes_is_not_shown(session, before_submit, qtbot):
    old = open_and_wait(session, qtbot, Fed(1))
    arrived, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def held():
        arrived.set()
        assert go_on.wait(WAIT)
        done.set()

    before_submit("feed", held)
    old.values.put(2)
    assert arrived.wait(WAIT)  # the old feed has its frame and is about to hand it on
    open_and_wait(session, qtbot, ArraySource(flat(9), "new"))
    former = session.values.copy()
    go_on.set()
    assert done.wait(WAIT)
    old.over.set()
    qtbot.wait(30)
    qtbot.waitUntil(session.idle)
    assert session.values == former == [1, 9]
    assert session.frame.name == "new"


def test_running_again_takes_the_newest_frame(session, before_submit, qtbot):
    source = open_and_wait(session, qtbot, Fed(1))
    gate.clear()
    session.editor.load(Pipeline((HOLD,)))  # the lane is busy with the first frame
    qtbot.waitUntil(lambda: session.work.current is not None)
    came = threading.Event()
    before_submit("feed", came.set)

    def another_frame():
        source.values.put(5)
        assert came.wait(WAIT)

    before_submit(threading.current_thread().name, another_frame)
    session.refresh()
    gate.set()
    qtbot.waitUntil(session.idle)
    assert session.values[-1] == 6


def test_a_closed_source_leaves_no_picture_behind(session, qtbot):
    session.editor.load(Pipeline((ADD, HOLD)))
    open_and_wait(session, qtbot, ArraySource(flat(1), "x"))
    run = session.last.run
    pictures = [weakref.ref(run.frame.image), *(weakref.ref(s.result.picture) for s in run.stages)]
    pictures.append(weakref.ref(session.last.result.shown))
    del run
    session.close_source()
    qtbot.waitUntil(lambda: not any(picture() is not None for picture in pictures))


def test_the_step_that_takes_long_is_told(session, qtbot):
    session.editor.load(Pipeline((ADD, HOLD)))
    open_and_wait(session, qtbot, ArraySource(flat(1), "x"))
    told = []
    session.workChanged.connect(lambda: told.append(session.working))
    gate.clear()
    session.editor.load(Pipeline((ADD, ADD, HOLD)))
    qtbot.waitUntil(lambda: len(told) > 2)
    assert {working.index for working in told} == {2}
    assert {working.step.op for working in told} == {"hold"}
    seconds = [working.seconds for working in told]
    assert seconds == sorted(set(seconds))
    gate.set()
    qtbot.waitUntil(lambda: session.working is None)
    qtbot.waitUntil(lambda: session.values[-1] == 4)
    assert not session.stopped


def test_stop_keeps_the_picture_until_the_next_edit(session, qtbot):
    open_and_wait(session, qtbot, ArraySource(flat(1), "x"))
    gate.clear()
    session.editor.load(Pipeline((HOLD, ADD)))
    qtbot.waitUntil(lambda: session.working is not None)
    session.stop_work()
    assert session.stopped
    assert session.working.step == HOLD  # a step in work is not broken off
    session.want(histogram=True)  # a panel that is opened is no wish to go on
    gate.set()
    qtbot.waitUntil(lambda: session.working is None and session.idle())
    qtbot.wait(30)
    assert session.values == [1]
    assert session.stopped
    session.editor.load(Pipeline((HOLD, ADD, ADD)))
    assert not session.stopped
    qtbot.waitUntil(lambda: session.values[-1] == 4)
    assert session.last.run.stages[0].reused  # what was done before the stop is not lost


def test_run_again_after_a_stop(session, qtbot):
    open_and_wait(session, qtbot, ArraySource(flat(1), "x"))
    gate.clear()
    session.editor.load(Pipeline((HOLD,)))
    qtbot.waitUntil(lambda: session.working is not None)
    session.stop_work()
    session.refresh()
    gate.set()
    qtbot.waitUntil(lambda: session.values == [1, 2])


@pytest.mark.parametrize("kind", ["live", "video"])
def test_stop_holds_moving_pictures_until_they_go_on(session, qtbot, kind):
    source = open_and_wait(session, qtbot, Fed(1, kind=kind))
    gate.clear()
    session.editor.load(Pipeline((HOLD,)))
    qtbot.waitUntil(lambda: session.working is not None)
    session.stop_work()
    assert not session.moving
    gate.set()
    source.values.put(3)
    qtbot.waitUntil(session.idle)
    qtbot.wait(60)
    assert session.values == [1]
    if kind == "live":
        session.playback.set_frozen(False)
    else:
        session.playback.play(True)
    source.values.put(5)
    qtbot.waitUntil(lambda: session.values[-1] == 6)
    assert session.moving


def test_another_source_ends_the_stop(session, qtbot):
    open_and_wait(session, qtbot, ArraySource(flat(1), "x"))
    session.stop_work()
    open_and_wait(session, qtbot, ArraySource(flat(7), "y"))
    assert not session.stopped
    assert session.values == [1, 7]


def test_all_threads_share_one_deadline(session, qtbot, monkeypatch):
    """Each is given what the ones before it have left."""
    never = threading.Event()
    open_and_wait(session, qtbot, Fed(1))

    def blocked():
        never.wait(WAIT)
        return ArraySource(flat(1), "y")

    session.open("y", blocked)
    given = []
    for thread in (session._lane, session._opening.feed, session.feed):
        real = thread.stop

        def stop(timeout, real=real):
            given.append(timeout)
            return real(timeout)

        monkeypatch.setattr(thread, "stop", stop)
    gate.clear()
    session.editor.load(Pipeline((HOLD,)))
    qtbot.waitUntil(lambda: session.work.current is not None)
    assert not session.close(0.2)
    assert given[0] <= 0.2
    assert given[1:] == [0, 0]
    never.set()
