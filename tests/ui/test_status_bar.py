import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QMainWindow

from visionlab.ui.status_bar import StatusBar

ERROR = "Canny edges needs one channel; this picture has three."


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setStatusBar(StatusBar())
    window.resize(1024, 300)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def bar(window):
    return window.statusBar()


def fill(bar):
    bar.set_position((120, 64), np.array([12, 80, 43], np.uint8))
    bar.set_picture(np.zeros((720, 1280, 3), np.uint8))
    bar.set_work(3, 2.51)
    bar.set_rate(59.4, 2)


def test_fields(bar):
    fill(bar)
    assert bar.position.text() == "x 120, y 64"
    assert bar.value.text() == "R 12 G 80 B 43"
    assert bar.swatch.colour().getRgb()[:3] == (12, 80, 43)
    assert bar.picture.text() == "1280 x 720, 8-bit RGB"
    assert bar.work.text() == "3 steps, 2.5 ms"
    assert bar.rate.text() == "59 fps"
    assert bar.dropped.text() == "2 dropped"


def test_one_value_and_floats(bar):
    bar.set_position((0, 0), np.uint8(200))
    assert bar.value.text() == "200"
    assert bar.swatch.colour().getRgb()[:3] == (200, 200, 200)
    bar.set_position((0, 0), np.float32(-0.5))
    assert bar.value.text() == "-0.5"
    assert bar.swatch.colour() is None
    bar.set_picture(np.zeros((2, 3), np.float32))
    assert bar.picture.text() == "3 x 2, float grey"
    bar.set_position(None, None)
    assert bar.position.text() == bar.value.text() == ""


def test_no_rate_for_stills(bar):
    fill(bar)
    assert bar.rate.isVisible()
    bar.set_rate(None, None)
    assert not bar.rate.isVisible()
    assert not bar.dropped.isVisible()


def test_numbers_do_not_move_their_neighbours(qtbot, bar):
    fill(bar)
    qtbot.wait(20)
    before = [w.x() for w in (bar.position, bar.picture, bar.work, bar.rate)]
    bar.set_position((1279, 719), np.array([255, 255, 255], np.uint8))
    bar.set_work(12, 999.9)
    bar.set_rate(8, 1234)
    qtbot.wait(20)
    assert [w.x() for w in (bar.position, bar.picture, bar.work, bar.rate)] == before


def test_error_stays_and_message_goes(qtbot, bar, monkeypatch):
    monkeypatch.setattr("visionlab.ui.status_bar.MESSAGE_MS", 30)
    bar.show_error(ERROR)
    qtbot.wait(60)
    assert bar.message.text() == ERROR
    assert bar.message.is_error()
    assert bar.message.findChild(QLabel).isVisible()
    bar.show_message("Saved result.png")
    assert not bar.message.findChild(QLabel).isVisible()
    qtbot.waitUntil(lambda: bar.message.text() == "", timeout=1000)
    bar.show_error(ERROR)
    bar.clear_message()
    assert bar.message.text() == ""


def test_command_tips_show_for_a_while(bar):
    bar.show_error(ERROR)
    bar.showMessage("Opens a picture")
    assert bar.message.text() == "Opens a picture"
    assert not bar.message.is_error()
    bar.clearMessage()
    assert bar.message.text() == ERROR


def test_all_fields_at_1024_and_the_error_wins_where_it_is_narrow(qtbot, bar):
    fill(bar)
    fields = (bar.picture, bar.work, bar.rate, bar.dropped)
    assert all(f.isVisible() for f in fields)
    bar.window().resize(640, 300)
    qtbot.waitUntil(lambda: bar.width() == 640)
    bar.show_error(ERROR)
    assert not bar.picture.isVisible()
    assert bar.position.isVisible()
    bar.window().resize(1400, 300)
    qtbot.waitUntil(lambda: all(f.isVisible() for f in fields))


def test_what_works_goes_before_what_was_said_and_after_what_is_said_meanwhile(bar):
    bar.show_error(ERROR)
    bar.set_working("Working: Canny edges, 0.1 s")
    assert bar.message.text() == "Working: Canny edges, 0.1 s"
    assert not bar.message.is_error()
    bar.show_error("There is no file cat.png.")
    bar.set_working("Working: Canny edges, 0.2 s")
    assert bar.message.text() == "There is no file cat.png."
    assert bar.message.is_error()
    bar.set_working("")
    assert bar.message.text() == "There is no file cat.png."
    bar.clear_message()
    bar.set_working("Working: Canny edges, 0.1 s")
    bar.showMessage("Opens a picture")
    assert bar.message.text() == "Opens a picture"


def test_the_stop_button_comes_and_goes_with_the_work(bar, qtbot):
    fill(bar)
    height = bar.height()
    bar.set_working("Working: Canny edges, 0.1 s")
    assert bar.stop.isVisible()
    with qtbot.waitSignal(bar.stopRequested):
        bar.stop.click()
    bar.set_working("Stops after this step: Canny edges, 0.2 s", stoppable=False)
    assert not bar.stop.isEnabled()
    qtbot.wait(20)
    assert bar.height() == height
    bar.set_working("")
    assert not bar.stop.isVisible()


def test_stopped_is_said_until_the_work_goes_on_or_something_else_is_said(bar):
    bar.set_stopped(True)
    assert bar.message.text().startswith("Stopped.")
    bar.set_stopped(False)
    assert bar.message.text() == ""
    bar.set_stopped(True)
    bar.show_message("Saved result.png")
    bar.set_stopped(False)
    assert bar.message.text() == "Saved result.png"
