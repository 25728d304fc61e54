"""A step that takes long, in the whole window: it is shown, and can be stopped."""

import threading

import numpy as np
import pytest
import shiboken6
from person import WAYS_TO_STOP, escape
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from visionlab.core.image import Image, as_image
from visionlab.core.operation import Catalogue, operation
from visionlab.core.pipeline import Pipeline, Step
from visionlab.core.result import Result
from visionlab.operations import catalogue
from visionlab.runtime.session import Session
from visionlab.runtime.settings import Settings
from visionlab.ui import theme
from visionlab.ui.main_window import MainWindow
from visionlab.ui.step_card import StepCard

LEFT = Qt.MouseButton.LeftButton
STOPPED = "Stopped. Change a step, or press Ctrl+R to run again."

gate = threading.Event()


@operation("Slow step", group="Test")
def slow(image: Image) -> Result:
    """Invert the picture when the gate is open."""
    assert gate.wait(10)
    return Result(255 - image)


TWO = Pipeline((Step.of(catalogue()["box_blur"]), Step.of(slow)))


@pytest.fixture
def window(qapp):
    theme.set_scheme("light")
    session = Session(Catalogue({**catalogue().operations, slow.id: slow}))
    window = MainWindow(session, Settings(scheme="light"))
    window.show()
    window.activateWindow()
    yield window
    gate.set()
    assert session.close()
    shiboken6.delete(window)


@pytest.fixture
def busy(lab):
    """The window with a white picture, while the second of two steps is at work."""
    gate.set()
    lab.window.sources.open_array(as_image(np.full((20, 30), 255, np.uint8)), None, "white")
    lab.until(lambda: bool(lab.painted))
    lab.settle()
    gate.clear()
    lab.editor.load(TWO)
    lab.until(lambda: lab.session.working is not None)
    return lab


def card_times(lab):
    return [card.findChild(QLabel).text() for card in lab.docks.steps.findChildren(StepCard)]


def test_a_long_step_is_shown_and_the_sign_goes_with_it(busy):
    message = busy.status.message.text()
    assert message.startswith("Working: Slow step, 0.")
    busy.until(lambda: busy.status.message.text() > message)  # the seconds run
    assert busy.status.stop.isVisible()
    assert [time.endswith(" s …") for time in card_times(busy)] == [False, True]
    gate.set()
    busy.settle()
    busy.until(lambda: not busy.status.stop.isVisible())
    assert busy.status.message.text() == ""
    busy.until(lambda: all(time.endswith(" ms") for time in card_times(busy)))
    assert not busy.result.any()


@pytest.mark.parametrize("stop", WAYS_TO_STOP)
def test_stop_keeps_the_last_good_picture_until_it_is_run_again(busy, stop):
    assert not busy.window.commands["run_again"].isEnabled()
    seen = len(busy.painted)
    stop(busy)
    assert busy.status.message.text().startswith("Stops after this step: Slow step, ")
    assert not busy.status.stop.isEnabled()
    gate.set()
    busy.until(lambda: busy.status.message.text() == STOPPED)
    assert not busy.status.stop.isVisible()
    assert not busy.window.commands["stop_work"].isEnabled()
    assert not any(time.endswith(" s …") for time in card_times(busy))
    busy.qtbot.wait(50)
    assert len(busy.painted) == seen
    assert busy.result.all()
    busy.do("run_again")
    busy.settle()
    assert not busy.result.any()
    assert busy.status.message.text() == ""
    assert not busy.window.commands["run_again"].isEnabled()


def test_an_edit_after_a_stop_goes_on(busy):
    escape(busy)
    gate.set()
    busy.until(lambda: busy.status.message.text() == STOPPED)
    busy.editor.remove(0)
    busy.settle()
    assert not busy.result.any()
    assert busy.status.message.text() == ""


def test_what_is_refused_meanwhile_is_said(busy):
    busy.window.sources.open("missing.png")
    assert "missing.png" in busy.refusal()
    assert busy.status.stop.isVisible()
    busy.status.clear_message()
    assert busy.status.message.text().startswith("Working: Slow step, ")
