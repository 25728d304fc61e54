import os
import stat
import sys
import threading
import time

import numpy as np
import pytest
import shiboken6

from visionlab.core.errors import SourceError
from visionlab.core.image import Frame, as_image
from visionlab.core.pipeline import Pipeline, Step
from visionlab.core.source import Source
from visionlab.operations import catalogue
from visionlab.runtime.autosave import Autosave
from visionlab.runtime.session import Session


class Flat(Source):
    """Pictures of one value."""

    def __init__(self, value, kind="still", fps=0.0, size=(40, 60, 3)):
        self.title = self.spec = f"flat {value}"
        self.kind, self.fps = kind, fps
        self.picture = as_image(np.full(size, value, np.uint8))
        self.at = 0

    def read(self):
        if self.kind == "still" and self.at:
            return None
        if self.fps:
            time.sleep(1 / self.fps)
        self.at += 1
        return Frame(self.picture.copy(), index=self.at - 1, name=self.title)

    def seek(self, index):
        self.at = index


@pytest.fixture
def session(qapp):
    session = Session(catalogue())
    session.seen = []
    session.shown.connect(session.seen.append)
    yield session
    assert session.close()
    shiboken6.delete(session)  # with the timers of its autosave, which belong to this thread


def invert():
    return Pipeline((Step.of(catalogue()["invert"]),))


def test_a_source_and_steps_give_a_picture(session, qtbot):
    session.editor.load(invert())
    session.open("flat", lambda: Flat(10))
    qtbot.waitUntil(lambda: bool(session.seen))
    shown = session.seen[-1]
    assert (shown.original.shown == 10).all()
    assert (shown.result.values == 245).all()
    assert session.source.title == "flat 10"
    qtbot.waitUntil(session.idle)


def test_an_edit_runs_again_on_the_same_frame(session, qtbot):
    session.open("flat", lambda: Flat(10))
    qtbot.waitUntil(lambda: bool(session.seen))
    session.editor.add("invert")
    qtbot.waitUntil(lambda: (session.seen[-1].result.values == 245).all())
    session.editor.undo()
    qtbot.waitUntil(lambda: (session.seen[-1].result.values == 10).all())
    assert session.seen[0].run.frame is session.seen[-1].run.frame


def test_a_source_that_fails_leaves_the_picture_there(session, qtbot):
    session.open("flat", lambda: Flat(10))
    qtbot.waitUntil(lambda: bool(session.seen))

    def broken():
        raise SourceError("cat.png is no picture; choose another file.")

    with qtbot.waitSignal(session.sourceFailed) as failed:
        session.open("cat.png", broken)
    assert failed.args == ["cat.png is no picture; choose another file."]
    assert session.source.title == "flat 10"
    session.editor.add("invert")
    qtbot.waitUntil(lambda: (session.seen[-1].result.values == 245).all())


def test_the_last_wish_wins_when_sources_are_opened_quickly(session, qtbot):
    def slow():
        time.sleep(0.15)
        return Flat(1)

    session.open("slow", slow)
    session.open("quick", lambda: Flat(2))
    qtbot.waitUntil(lambda: bool(session.seen))
    qtbot.wait(300)
    assert session.source.title == "flat 2"
    assert all((shown.original.values == 2).all() for shown in session.seen)


def test_opening_can_be_stopped_and_the_present_source_stays(session, qtbot):
    session.open("flat", lambda: Flat(10))
    qtbot.waitUntil(lambda: bool(session.seen))
    answered, told = threading.Event(), []
    session.openingStopped.connect(told.append)

    def slow():
        assert answered.wait(10)
        return Flat(1)

    session.open("slow", slow)
    assert session.opening == ""  # most sources are there before anybody could read it
    qtbot.waitUntil(lambda: session.opening == "slow")
    session.stop_work()
    assert (session.opening, told, session.idle()) == ("", ["slow"], True)
    answered.set()
    qtbot.wait(100)
    assert session.source.title == "flat 10"
    assert not session.stopped


def test_a_source_that_failed_is_no_longer_being_opened(session, qtbot):
    failing = threading.Event()

    def broken():
        assert failing.wait(10)
        raise SourceError("The camera does not open; plug it in again.")

    session.open("camera", broken)
    qtbot.waitUntil(lambda: session.opening == "camera")
    with qtbot.waitSignal(session.workChanged):
        failing.set()
    assert session.opening == ""


def test_another_source_drops_the_old_ones_results(session, qtbot):
    session.open("live", lambda: Flat(3, "live", 100))
    qtbot.waitUntil(lambda: len(session.seen) > 5)
    session.open("still", lambda: Flat(4))
    with qtbot.waitSignal(session.sourceChanged):
        pass
    session.seen.clear()
    qtbot.waitUntil(lambda: bool(session.seen))
    qtbot.wait(100)
    assert all((shown.original.values == 4).all() for shown in session.seen)


def test_a_failing_step_shows_the_last_good_picture(session, qtbot):
    session.editor.load(Pipeline((Step.of(catalogue()["invert"]), Step.of(catalogue()["canny"]))))
    session.open("flat", lambda: Flat(10))
    qtbot.waitUntil(lambda: bool(session.seen))
    shown = session.seen[-1]
    assert "needs one channel" in shown.run.error.message
    assert (shown.result.values == 245).all()


def test_show_the_picture_after_a_chosen_step(session, qtbot):
    session.editor.load(
        Pipeline((Step.of(catalogue()["convert_colour"]), Step.of(catalogue()["invert"])))
    )
    session.open("flat", lambda: Flat(10))
    qtbot.waitUntil(lambda: bool(session.seen))
    session.want(step=0)
    qtbot.waitUntil(lambda: (session.seen[-1].result.values == 10).all())


def test_the_histogram_is_made_when_it_is_wanted(session, qtbot):
    session.open("flat", lambda: Flat(10))
    qtbot.waitUntil(lambda: bool(session.seen))
    assert session.seen[-1].histogram is None
    session.want(histogram=True)
    qtbot.waitUntil(lambda: session.seen[-1].histogram is not None)


def test_a_live_source_computes_few_histograms(session, qtbot):
    session.want(histogram=True)
    session.open("live", lambda: Flat(3, "live", 100))
    qtbot.waitUntil(lambda: len(session.seen) > 40)
    made = sum(shown.histogram is not None for shown in session.seen)
    assert 1 <= made <= len(session.seen) / 3


def test_freeze_keeps_the_frame_for_further_edits(session, qtbot):
    session.open("live", lambda: Flat(3, "live", 100))
    qtbot.waitUntil(lambda: len(session.seen) > 3)
    session.playback.set_frozen(True)
    qtbot.wait(60)
    frame = session.frame
    assert not session.moving
    session.editor.add("invert")
    qtbot.waitUntil(lambda: (session.seen[-1].result.values == 252).all())
    assert session.seen[-1].run.frame is frame


def test_autosave_brings_back_a_session_that_crashed(session, qtbot):
    autosave = Autosave(session)
    assert autosave.found is None
    session.open("flat", lambda: Flat(10))
    session.editor.load(invert())
    qtbot.waitUntil(lambda: bool(session.seen))
    autosave.save()
    autosave._lock.unlock()  # as the system does for a killed process
    again = Autosave(session)
    assert again.found == (invert(), "flat 10")
    assert again.path is None
    again.finish()
    assert Autosave(session).found is None


def test_autosave_knows_the_file_of_the_recipe(session, tmp_path):
    autosave = Autosave(session)
    session.editor.load(invert(), tmp_path / "mine.json")
    autosave.save()
    autosave._lock.unlock()
    again = Autosave(session)
    assert again.path == tmp_path / "mine.json"
    assert again.found == (invert(), "")


def test_only_one_running_program_saves_itself(session):
    first = Autosave(session)
    first.save()
    second = Autosave(session)
    assert second.found is None
    second.finish()
    first._lock.unlock()
    assert Autosave(session).found is not None


def test_an_autosave_of_a_gigabyte_is_not_read(session, caplog):
    autosave = Autosave(session)
    autosave.save()
    os.truncate(autosave._path, 2**31)  # takes no room on the disk
    autosave._lock.unlock()
    assert Autosave(session).found is None
    assert "more than" in caplog.text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_an_autosave_is_its_owners_alone(session):
    autosave = Autosave(session)
    autosave.save()
    assert stat.S_IMODE(autosave._path.stat().st_mode) == 0o600


def test_a_damaged_autosave_is_ignored(session, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("VISIONLAB_HOME", str(tmp_path))
    (tmp_path / "autosave.json").write_text('{"source": "x", "recipe": "{}"}')
    assert Autosave(session).found is None
    assert "not readable" in caplog.text
