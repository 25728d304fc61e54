"""What a right click on a picture offers, in the whole window."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from visionlab.ui.dialogs import command_name

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
popups = pytest.mark.qt_log_ignore("This plugin does not support")  # off screen


def right_click(lab, canvas, x, y):
    """Click on a pixel with the right button, as the desktop reports it; return the menu."""
    place = canvas.view.place(canvas.frame_of(canvas))
    return right_click_at(lab, canvas, place.to_widget(x + 0.5, y + 0.5).toPoint())


def right_click_at(lab, canvas, at):
    plain = Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(lab.window.windowHandle(), RIGHT, plain, canvas.mapTo(lab.window, at))
    lab.until(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    return QApplication.activePopupWidget()


def choose(lab, menu, text):
    (action,) = [a for a in menu.actions() if command_name(a).startswith(text)]
    lab.qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
    assert not menu.isVisible()


@popups
@pytest.mark.parametrize("which", ["original", "result"])
def test_a_right_click_on_a_picture_offers_what_can_be_done_with_it(lab, colour, which):
    lab.open(colour[0])
    canvas = getattr(lab.docks.compare, which)
    lab.until(lab.window.commands["fit"].isEnabled)
    menu = right_click(lab, canvas, 40, 30)
    names = ("fit", "one_to_one", "zoom_in", "zoom_out", "copy_view", "save_result", "overlays")
    assert {lab.window.commands[name] for name in names} < set(menu.actions())
    choose(lab, menu, "Actual Pixels")
    assert canvas.scale == 1.0
    choose(lab, right_click(lab, canvas, 60, 60), "Zoom In")
    assert canvas.scale == 1.25
    choose(lab, right_click(lab, canvas, 60, 60), "Fit")
    assert canvas.view.fitted


@popups
def test_the_value_that_was_clicked_is_copied(lab, colour):
    lab.open(colour[0])
    lab.add("invert")
    compare, clipboard = lab.docks.compare, QGuiApplication.clipboard()
    values = ", ".join(str(v) for v in colour[1][30, 40])
    choose(lab, right_click(lab, compare.original, 40, 30), f"Copy Pixel Value ({values})")
    assert clipboard.text() == values
    choose(lab, right_click(lab, compare.result, 40, 30), "Copy Pixel Value")
    assert clipboard.text() == ", ".join(str(255 - v) for v in colour[1][30, 40])


@popups
def test_a_real_value_is_copied_whole(lab, grey):
    lab.open(grey[0])
    lab.add("scharr")
    assert lab.result.dtype == np.float32
    choose(lab, right_click(lab, lab.docks.compare.result, 41, 30), "Copy Pixel Value")
    assert np.float32(QGuiApplication.clipboard().text()) == lab.result[30, 41]


@popups
def test_the_menu_knows_both_pictures_of_a_wipe(lab, grey):
    lab.open(grey[0])
    lab.add("invert")
    lab.key(Qt.Key.Key_F5)
    for x, value in ((5, grey[1][60, 5]), (155, 255 - grey[1][60, 155])):
        menu = right_click(lab, lab.docks.compare.result, x, 60)
        choose(lab, menu, f"Copy Pixel Value ({value})")


@popups
def test_beside_the_picture_there_is_no_value_and_without_one_nothing_to_move(lab, grey):
    result = lab.docks.compare.result
    menu = right_click_at(lab, result, QPoint(3, 3))
    assert not any(a.isEnabled() for a in menu.actions() if a.text() and not a.isCheckable())
    menu.close()
    lab.open(grey[0])
    lab.until(lab.window.commands["fit"].isEnabled)
    menu = right_click_at(lab, result, QPoint(30, 3))  # no double click
    off = [a.text() for a in menu.actions() if a.text() and not a.isEnabled()]
    assert off == ["Copy Pixel Value"]
    menu.close()


@popups
def test_a_right_click_ends_a_drag(lab, grey):
    lab.open(grey[0])
    result = lab.docks.compare.result
    lab.until(lab.window.commands["fit"].isEnabled)
    lab.qtbot.mousePress(result, LEFT, pos=result.rect().center())
    right_click(lab, result, 40, 30).close()  # which the release goes to
    lab.qtbot.mouseMove(result, result.rect().center() + QPoint(60, 40))
    assert result.view.fitted
