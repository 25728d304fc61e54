"""Networks of torchvision, downloaded by the window."""

import threading

import pytest
import small_torchvision
from file_server import serving
from model_driver import SECONDS_30, add, own
from PySide6.QtCore import Qt

from visionlab.ui.add_model_dialog import AddModelDialog


@pytest.fixture
def server():
    with serving() as running:
        yield running


def test_a_network_of_torchvision_is_downloaded(lab, qtbot, monkeypatch, server):
    small_torchvision.install(monkeypatch, server)
    lab.do("add_model")
    dialog = lab.window.findChild(AddModelDialog)
    dialog.from_web.click()
    assert dialog.add.isEnabled()
    add(dialog, qtbot)
    assert own()[0].card.labels == small_torchvision.LABELS
    assert lab.session.network.options.model == "resnet18"


def test_a_download_is_stopped_and_goes_on(lab, qtbot, monkeypatch, server):
    small_torchvision.install(monkeypatch, server)
    server.silent = threading.Event()
    lab.do("add_model")
    dialog = lab.window.findChild(AddModelDialog)
    dialog.from_web.click()
    qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(server.asked), timeout=SECONDS_30)
    assert dialog.line.bar.isVisible()
    assert not dialog.add.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.line.text.text() == "Stopping…"
    server.silent.set()
    qtbot.waitUntil(lambda: not dialog.line.running)
    assert dialog.line.text.text() == "Stopped."
    assert dialog.isVisible()
    assert own() == []
    add(dialog, qtbot)
    assert len(own()) == 1


def test_without_a_network_the_download_is_a_sentence(lab, qtbot, monkeypatch, server):
    small_torchvision.install(monkeypatch, server)
    server.status = 503
    lab.do("add_model")
    dialog = lab.window.findChild(AddModelDialog)
    dialog.from_web.click()
    add(dialog, qtbot)
    assert "refuses the file (503" in dialog.line.text.text()
    assert dialog.add.isEnabled()
    dialog.reject()
