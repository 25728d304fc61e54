import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from visionlab.ui.source_panel import SourcePanel


@pytest.fixture
def panel(qtbot):
    panel = SourcePanel()
    qtbot.addWidget(panel)
    panel.resize(272, 300)
    panel.show()
    return panel


def flat(value, shape=(30, 60)):
    return np.full(shape, value, np.uint8)


def middle(panel):
    image = panel.thumbnail.grab().toImage()
    return QColor(image.pixel(image.width() // 2, image.height() // 2)).red()


def test_thumbnail_title_and_size(panel):
    panel.set_title("astronaut.png")
    panel.set_thumbnail(flat(77))
    assert panel._title.text() == "astronaut.png"
    assert panel._size.text() == "60 x 30"
    assert middle(panel) == 77


def test_large_pictures_become_small(panel):
    panel.set_thumbnail(flat(9, (3000, 4000, 3)))
    assert panel._size.text() == "4000 x 3000"
    assert max(panel.thumbnail._image.width(), panel.thumbnail._image.height()) <= 640
    assert middle(panel) == 9


def test_live_thumbnails_are_throttled_and_the_last_one_stays(qtbot, panel):
    for value in range(1, 60):
        panel.set_thumbnail(flat(value))
    assert middle(panel) == 1
    qtbot.waitUntil(lambda: middle(panel) == 59, timeout=2000)


def test_the_same_picture_is_not_drawn_again_but_one_that_returns_is(qtbot, panel):
    first, second = flat(10), flat(20)
    panel.set_thumbnail(first)
    first[:] = 99  # would be seen if it were drawn again
    panel.set_thumbnail(first)
    qtbot.wait(350)
    assert middle(panel) == 10
    panel.set_thumbnail(second)
    assert middle(panel) == 20
    panel.set_thumbnail(first)
    qtbot.waitUntil(lambda: middle(panel) == 99, timeout=2000)


def test_buttons_ask(qtbot, panel):
    for button, signal in (
        (panel.picture, panel.openPictureRequested),
        (panel.folder, panel.openFolderRequested),
        (panel.address, panel.openAddressRequested),
    ):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_place_in_a_folder_is_shown_with_the_ways_on(qtbot, panel):
    pager = (panel.previous, panel._place, panel.next)
    assert not any(widget.isVisible() for widget in pager)
    panel.set_place(1, 12)
    assert all(widget.isVisible() for widget in pager)
    assert panel._place.text() == "2 of 12"
    for button, by in ((panel.previous, -1), (panel.next, 1)):
        with qtbot.waitSignal(panel.stepRequested) as caught:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert caught.args == [by]
    panel.set_place(0, 1)
    assert not any(widget.isVisible() for widget in pager)


def test_samples(qtbot, panel):
    panel.set_samples([("Astronaut", "sample:astronaut"), ("Salt & pepper", "sample:noise")])
    actions = panel.sample.items.actions()
    assert actions[1].text() == "Salt && pepper"
    with qtbot.waitSignal(panel.sampleRequested) as caught:
        actions[1].trigger()
    assert caught.args == ["sample:noise"]


def test_cameras_are_asked_for_when_the_menu_opens(qtbot, panel):
    with qtbot.waitSignal(panel.cameraMenuAboutToShow):
        panel.camera.items.aboutToShow.emit()
    (waiting,) = panel.camera.items.actions()
    assert not waiting.isEnabled()
    panel.set_cameras([("Test camera", "camera:test")])
    with qtbot.waitSignal(panel.cameraRequested) as caught:
        panel.camera.items.actions()[0].trigger()
    assert caught.args == ["camera:test"]
    panel.set_cameras([])
    assert [a.text() for a in panel.camera.items.actions()] == ["No camera found"]
