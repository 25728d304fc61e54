"""A source that takes long to open, in the whole window: it is shown, and can be stopped."""

import socket

import pytest
from person import WAYS_TO_STOP


@pytest.fixture
def silent():
    """The address of a camera that takes the call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/video"


@pytest.mark.parametrize("stop", WAYS_TO_STOP)
def test_opening_is_stopped_and_the_picture_stays(lab, grey, silent, stop):
    lab.open(grey[0])
    lab.window.sources.open(silent)
    lab.until(lab.status.stop.isVisible)
    assert lab.status.message.text() == f"Opening {silent} …"
    stop(lab)
    assert not lab.status.stop.isVisible()
    assert not lab.window.commands["stop_work"].isEnabled()
    assert lab.status.message.text() == f"Stopped opening {silent}"
    lab.settle()
    assert lab.session.source.title == "grey.png"
    lab.add("invert")
    assert (lab.result == 255 - grey[1]).all()


def test_another_source_ends_the_waiting(lab, grey, silent):
    lab.window.sources.open(silent)
    lab.until(lab.status.stop.isVisible)
    lab.open(grey[0])
    assert not lab.status.stop.isVisible()
    assert lab.status.message.text() == ""


def test_the_stop_sign_goes_when_nobody_answers(lab, silent):
    lab.window.sources.open(silent)
    lab.until(lab.status.stop.isVisible)
    lab.qtbot.waitUntil(lab.status.message.is_error, timeout=9000)
    assert not lab.status.stop.isVisible()
    assert lab.refusal().startswith("No live video came from ")
