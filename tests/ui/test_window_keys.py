"""Which keys go where: to the widget with the keyboard, to the window, back to the picture."""

import numpy as np
import pytest
from form_driver import LEFT
from PIL import Image as Pillow
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QTableView

from visionlab.ui.controls.field import Field
from visionlab.ui.controls.slider import RangeSlider, Slider
from visionlab.ui.operation_tree import OperationTree


@pytest.fixture
def pictures(tmp_path):
    """Three pictures in a folder, each with shapes that have outlines."""
    for name in "abc":
        picture = np.zeros((60, 80), np.uint8)
        for place in range(5, 70, 12):
            picture[10:16, place : place + 6] = 255
        Pillow.fromarray(picture).save(tmp_path / f"{name}.png")
    return tmp_path / "b.png"


def focus(lab, widget):
    lab.window.activateWindow()
    widget.setFocus()
    lab.until(lambda: QApplication.focusWidget() is widget)


# Page keys


def test_the_page_keys_turn_the_pictures(lab, pictures):
    lab.open(pictures)
    for key, title in ((Qt.Key.Key_PageDown, "c.png"), (Qt.Key.Key_PageUp, "b.png")):
        focus(lab, lab.docks.compare.result)
        lab.key(key)
        lab.until(lambda title=title: lab.session.source.title == title)


@pytest.mark.parametrize("kind", [Slider, Field, QComboBox, RangeSlider])
def test_a_control_with_the_keyboard_gets_the_page_keys(lab, pictures, kind):
    lab.open(pictures)
    lab.add("contours")
    control = lab.docks.form.findChild(kind)
    before = lab.editor.selected_step.params
    focus(lab, control)
    lab.key(Qt.Key.Key_PageDown)
    lab.key(Qt.Key.Key_PageUp)
    lab.key(Qt.Key.Key_PageUp)
    lab.settle()
    assert lab.session.source.title == "b.png"
    assert kind is QComboBox or lab.editor.selected_step.params != before


def test_lists_and_tables_with_the_keyboard_get_the_page_keys(lab, pictures):
    lab.open(pictures)
    lab.add("contours")
    lab.docks.docks["table"].raise_()
    table = lab.docks.table.findChild(QTableView)
    lab.until(lambda: table.model() is not None and table.model().rowCount() == 6)
    focus(lab, table)
    table.selectRow(0)
    lab.key(Qt.Key.Key_PageDown)
    assert table.currentIndex().row() == 5

    tree = lab.docks.operations.findChild(OperationTree)
    focus(lab, tree)
    tree.setCurrentItem(tree.headings()[0])
    lab.key(Qt.Key.Key_PageDown)
    assert tree.currentItem() is not tree.headings()[0]
    lab.settle()
    assert lab.session.source.title == "b.png"


def test_the_page_keys_move_the_slider_of_a_video(lab, tmp_path):
    pages = [Pillow.fromarray(np.full((20, 30), value, np.uint8)) for value in range(40)]
    path = tmp_path / "pages.tiff"
    pages[0].save(path, save_all=True, append_images=pages[1:])
    Pillow.fromarray(np.zeros((20, 30), np.uint8)).save(tmp_path / "other.png")
    lab.open(path)
    focus(lab, lab.docks.transport.slider)
    lab.key(Qt.Key.Key_PageUp)
    lab.until(lambda: lab.shown.run.frame.index > 0)
    assert lab.session.source.title == "pages.tiff"


# Zoom


def test_the_keys_of_the_picture_mean_the_view_that_has_the_keyboard(lab, grey):
    lab.open(grey[0])
    lab.add("frequency filter")
    lab.docks.docks["views"].raise_()
    canvas = lab.docks.views.canvas
    lab.until(lambda: lab.docks.views.view() is not None)
    focus(lab, canvas)
    lab.key(Qt.Key.Key_1)
    assert not canvas.view.fitted
    assert lab.docks.compare.result.view.fitted
    lab.key(Qt.Key.Key_0)
    assert canvas.view.fitted
    lab.key(Qt.Key.Key_Plus)
    assert not canvas.view.fitted
    assert lab.docks.compare.result.view.fitted
    focus(lab, lab.docks.compare.original)
    lab.key(Qt.Key.Key_1)
    assert not lab.docks.compare.result.view.fitted  # linked


# Letters


def test_a_letter_chooses_in_a_list_and_is_no_command(lab, grey):
    lab.open(grey[0])
    lab.add("erode")
    combo = lab.docks.form.findChild(QComboBox)
    focus(lab, combo)
    lab.key(Qt.Key.Key_C)  # elsewhere this starts a camera
    assert combo.currentText().startswith("C")
    lab.settle()
    assert lab.session.source.title == "grey.png"


# Escape


def test_escape_leads_back_to_the_picture(lab, grey):
    lab.open(grey[0])
    lab.do("find_operation")
    search = lab.docks.operations.findChild(QLineEdit)
    lab.qtbot.keyClicks(search, "can")
    lab.key(Qt.Key.Key_Escape)
    assert search.text() == ""
    assert search.hasFocus()
    lab.key(Qt.Key.Key_Escape)
    assert lab.docks.compare.result.hasFocus()


# Space


def test_space_moves_either_picture_while_a_colour_is_picked(lab, colour):
    lab.open(colour[0])
    lab.add("colour range mask")
    before = lab.editor.selected_step.params
    compare = lab.docks.compare
    compare.one_to_one()
    for _ in range(4):
        compare.zoom_in()
    compare.start_picking()
    focus(lab, compare.result)
    QTest.keyPress(compare.result, Qt.Key.Key_Space)
    at = compare.original.rect().center()
    seen = compare.original.pixel_at(at.toPointF())
    QTest.mousePress(compare.original, LEFT, pos=at)
    QTest.mouseMove(compare.original, at + QPoint(30, 0))
    QTest.mouseRelease(compare.original, LEFT, pos=at + QPoint(30, 0))
    assert lab.editor.selected_step.params == before
    assert compare.original.pixel_at(at.toPointF()) != seen
    QTest.keyRelease(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert not compare.original.panning
    assert not compare.result.panning
