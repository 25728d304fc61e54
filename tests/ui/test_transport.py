import pytest
from PySide6.QtCore import QPoint, Qt

from visionlab.ui.transport import TransportBar


@pytest.fixture
def bar(qtbot):
    bar = TransportBar()
    qtbot.addWidget(bar)
    bar.resize(800, 40)
    bar.set_source("video", 240, 24.0, "clip.mp4", False)
    bar.show()
    return bar


def test_parts_suit_the_source(bar):
    playing, live = (bar.play, bar.loop, bar.speed, bar.slider), (bar.freeze, bar.mirror)
    assert all(w.isVisible() for w in playing)
    assert not any(w.isVisible() for w in live)
    bar.set_source("live", 0, 30.0, "camera", True)
    assert not any(w.isVisible() for w in (*playing, bar.position, bar.time))
    assert all(w.isVisible() for w in live)
    assert bar.mirror.isChecked()
    bar.set_source("still", 5, 0.0, "pages.tif", False)
    assert bar.slider.isVisible()
    assert not bar.play.isVisible()
    bar.set_source("still", 1, 0.0, "photo.png", False)
    assert not bar.isVisible()


def test_numbers(bar):
    bar.set_position(119)
    assert bar.position.text() == "120 / 240"
    assert bar.time.text() == "0:04 / 0:10"
    assert bar.slider.value() == 119
    bar.set_source("video", 0, 10.0, "unknown length", False)
    bar.set_position(25)
    assert bar.position.text() == "26"
    assert bar.time.text() == "0:02"
    assert not bar.slider.isVisible()


def test_showing_a_position_asks_for_nothing(qtbot, bar):
    with qtbot.assertNotEmitted(bar.seekRequested, wait=80):
        bar.set_position(50)


def test_buttons(qtbot, bar):
    bar.set_position(10)
    for button, signal, args in (
        (bar.first, bar.seekRequested, [0]),
        (bar.previous, bar.stepRequested, [-1]),
        (bar.next, bar.stepRequested, [1]),
        (bar.play, bar.playToggled, [True]),
        (bar.loop, bar.loopToggled, [True]),
    ):
        with qtbot.waitSignal(signal) as caught:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert caught.args == args
    bar.set_playing(True)
    with qtbot.waitSignal(bar.playToggled) as caught:
        qtbot.mouseClick(bar.play, Qt.MouseButton.LeftButton)
    assert caught.args == [False]


def test_ends_disable_what_leads_nowhere(bar):
    bar.set_position(0)
    assert not bar.previous.isEnabled()
    assert bar.next.isEnabled()
    bar.set_position(239)
    assert bar.previous.isEnabled()
    assert not bar.next.isEnabled()


def test_dragging_asks_seldom_and_ends_where_released(qtbot, bar):
    asked = []
    bar.seekRequested.connect(asked.append)
    bar.slider.setSliderDown(True)
    for position in range(1, 101):
        bar.slider.setSliderPosition(position)
    bar.set_position(7)  # a frame that was on its way does not move the handle
    assert bar.slider.value() == 100
    assert bar.position.text() == "101 / 240"
    bar.slider.setSliderDown(False)
    qtbot.wait(100)
    assert asked == [1, 100]


def test_dragging_is_live(qtbot, bar):
    bar.slider.setSliderDown(True)
    bar.slider.setSliderPosition(5)
    bar.slider.setSliderPosition(60)
    with qtbot.waitSignal(bar.seekRequested, timeout=500) as caught:
        pass
    assert caught.args == [60]
    bar.slider.setSliderDown(False)


def test_pressing_the_groove_goes_there(qtbot, bar):
    asked = []
    bar.seekRequested.connect(asked.append)
    at = QPoint(bar.slider.width() // 2, bar.slider.height() // 2)
    qtbot.mouseClick(bar.slider, Qt.MouseButton.LeftButton, pos=at)
    assert asked
    assert abs(asked[-1] - 120) <= 4


def test_speed_and_size(qtbot, bar):
    speeds = {action.text(): action for action in bar.speed.items.actions()}
    assert speeds["1x"].isChecked()
    with qtbot.waitSignal(bar.speedChanged) as caught:
        speeds["0.25x"].trigger()
    assert caught.args == [0.25]
    assert bar.speed.text().startswith("0.25x")
    sizes = {action.text(): action for action in bar.size_menu.items.actions()}
    with qtbot.waitSignal(bar.sizeRequested) as caught:
        sizes["1280 x 720"].trigger()
    assert caught.args == [(1280, 720)]


def test_live_switches(qtbot, bar):
    bar.set_source("live", 0, 30.0, "camera", True)
    with qtbot.waitSignal(bar.mirrorToggled) as caught:
        qtbot.mouseClick(bar.mirror, Qt.MouseButton.LeftButton)
    assert caught.args == [False]
    with qtbot.assertNotEmitted(bar.freezeToggled):
        bar.set_frozen(True)
    with qtbot.waitSignal(bar.freezeToggled) as caught:
        qtbot.mouseClick(bar.freeze, Qt.MouseButton.LeftButton)
    assert caught.args == [False]
