"""Steps in the whole window: every kind of edit, its undo, the mend button, the eyedropper."""

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QPushButton

from visionlab.ui.card_list import CardList
from visionlab.ui.controls.interval import ColourRangeControl
from visionlab.ui.controls.switch import Switch
from visionlab.ui.parts import IconButton

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
LEFT = Qt.MouseButton.LeftButton


def card_list(lab):
    return lab.docks.steps.findChild(CardList)


def cards(lab):
    steps = card_list(lab)
    return [steps.itemWidget(steps.item(i)) for i in range(len(lab.editor.pipeline))]


@pytest.fixture
def three(lab, grey):
    """Blur, Canny and invert over a grey picture, the last one selected."""
    lab.open(grey[0])
    for words in ("gaussian", "canny", "invert"):
        lab.add(words)
    return lab


def toggle_by_card(lab):
    lab.qtbot.mouseClick(cards(lab)[1].findChild(Switch), LEFT)


def duplicate_by_card(lab):
    duplicate, _ = cards(lab)[2].findChildren(IconButton)
    lab.qtbot.mouseClick(duplicate, LEFT)


def remove_by_card(lab):
    _, remove = cards(lab)[2].findChildren(IconButton)
    lab.qtbot.mouseClick(remove, LEFT)


def select_by_mouse(lab, index):
    card = cards(lab)[index]
    steps = card_list(lab)
    at = steps.viewport().mapFromGlobal(card.mapToGlobal(QPoint(60, 12)))
    lab.qtbot.mouseClick(steps.viewport(), LEFT, pos=at)


def move_by_keys(lab):
    card_list(lab).setFocus()
    lab.key(Qt.Key.Key_Up, ALT)


def duplicate_by_keys(lab):
    lab.key(Qt.Key.Key_D, CTRL)


def delete_by_key(lab):
    lab.docks.compare.result.setFocus()
    lab.key(Qt.Key.Key_Delete)


def delete_in_the_list(lab):
    select_by_mouse(lab, 2)
    lab.key(Qt.Key.Key_Delete)


def delete_by_backspace(lab):
    lab.docks.compare.result.setFocus()
    lab.key(Qt.Key.Key_Backspace)


def toggle_by_keys(lab):
    lab.key(Qt.Key.Key_T, CTRL)


def insert_in_between(lab):
    select_by_mouse(lab, 0)
    lab.add("median")


def type_a_value(lab):
    select_by_mouse(lab, 0)
    lab.type_value("sigma", "3")


def drag_a_value(lab):
    select_by_mouse(lab, 1)
    lab.drag("thresholds", 0.2, 0.25, 0.3, 0.35)


def delete_all(lab):
    lab.do("remove_all")


EDITS = {
    toggle_by_card: ["gaussian_blur", "canny", "invert"],
    duplicate_by_card: ["gaussian_blur", "canny", "invert", "invert"],
    remove_by_card: ["gaussian_blur", "canny"],
    move_by_keys: ["gaussian_blur", "invert", "canny"],
    duplicate_by_keys: ["gaussian_blur", "canny", "invert", "invert"],
    delete_by_key: ["gaussian_blur", "canny"],
    delete_in_the_list: ["gaussian_blur", "canny"],
    delete_by_backspace: ["gaussian_blur", "canny"],
    toggle_by_keys: ["gaussian_blur", "canny", "invert"],
    insert_in_between: ["gaussian_blur", "median_blur", "canny", "invert"],
    type_a_value: ["gaussian_blur", "canny", "invert"],
    drag_a_value: ["gaussian_blur", "canny", "invert"],
    delete_all: [],
}


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_every_edit_is_undone_and_redone_as_one(three, edit):
    lab = three
    before, picture = lab.editor.pipeline, lab.result
    edit(lab)
    lab.settle()
    after, edited = lab.editor.pipeline, lab.result
    assert lab.ops == EDITS[edit]
    assert after != before
    assert edited.shape != picture.shape or (edited != picture).any()
    lab.key(Qt.Key.Key_Z, CTRL)
    lab.settle()
    assert lab.editor.pipeline == before
    assert (lab.result == picture).all()
    lab.key(Qt.Key.Key_Y, CTRL)
    lab.settle()
    assert lab.editor.pipeline == after
    assert (lab.result == edited).all()


def test_undo_goes_back_to_the_beginning_and_no_further(three):
    lab = three
    while lab.window.commands["undo"].isEnabled():
        lab.key(Qt.Key.Key_Z, CTRL)
    lab.settle()
    assert lab.ops == []
    lab.key(Qt.Key.Key_Z, CTRL)
    while lab.window.commands["redo"].isEnabled():
        lab.key(Qt.Key.Key_Y, CTRL)
    lab.settle()
    assert lab.ops == ["gaussian_blur", "canny", "invert"]


def test_the_mend_button_repairs_the_pipeline(lab, colour):
    path, picture = colour
    lab.open(path)
    lab.add("canny")
    assert (lab.result == picture).all()  # the last good one stays
    card = cards(lab)[0]
    lab.until(lambda: card._mend.isVisible())
    assert "Convert colour space" in card._mend.text()
    assert "needs one channel" in card._error.text()
    lab.qtbot.mouseClick(card.findChild(QPushButton), LEFT)
    lab.settle()
    assert lab.ops == ["convert_colour", "canny"]
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    assert (lab.result == cv2.Canny(grey, 50, 150)).all()
    assert lab.shown.run.error is None
    lab.until(lambda: not any(card._error.isVisible() for card in cards(lab)))
    lab.key(Qt.Key.Key_Z, CTRL)
    lab.settle()
    assert lab.ops == ["canny"]


def on_canvas(canvas, x, y):
    """Return the widget position of the centre of a picture pixel."""
    frame = canvas.frame_of(canvas)
    return canvas.view.place(frame).to_widget(x + 0.5, y + 0.5)


def pick(lab, x, y):
    """Take the range from a pixel of the original with the eyedropper; return its RGB."""
    control = lab.docks.form.findChild(ColourRangeControl)
    lab.qtbot.mouseClick(control.findChild(IconButton), LEFT)
    canvas = lab.docks.compare.original
    at = on_canvas(canvas, x, y).toPoint()
    lab.qtbot.mouseClick(canvas, LEFT, pos=at)
    lab.settle()
    return canvas.pixel_at(QPointF(at))


@pytest.mark.parametrize("space", ["HSV", "Lab"])
def test_the_eyedropper_takes_the_range_from_the_picture(lab, colour, space):
    path, picture = colour
    lab.open(path)
    lab.add("range mask")
    lab.editor.set_param("space", space)
    lab.settle()
    before = lab.editor.pipeline
    x, y = pick(lab, 100, 30)
    code = {"HSV": cv2.COLOR_RGB2HSV, "Lab": cv2.COLOR_RGB2Lab}[space]
    picked = cv2.cvtColor(picture[y : y + 1, x : x + 1], code)[0, 0]
    low, high = lab.editor.selected_step.params["bounds"]
    assert all(a <= v <= b for a, v, b in zip(low, picked, high, strict=True))
    assert lab.result[y, x] == 255
    assert 0 < np.count_nonzero(lab.result) < lab.result.size
    lab.key(Qt.Key.Key_Z, CTRL)
    lab.settle()
    assert lab.editor.pipeline == before


def test_the_eyedropper_knows_that_hue_is_a_circle(lab, tmp_path):
    reds = np.zeros((60, 90, 3), np.uint8)
    reds[:, :30] = (220, 0, 10)  # hue 178.6 of 180
    reds[:, 30:60] = (220, 10, 0)  # hue 1.4
    reds[:, 60:] = (0, 220, 0)
    Pillow.fromarray(reds).save(tmp_path / "reds.png")
    lab.open(tmp_path / "reds.png")
    lab.add("range mask")
    pick(lab, 15, 30)
    assert (lab.result[:, :60] == 255).all()
    assert (lab.result[:, 60:] == 0).all()


def test_escape_ends_the_eyedropper(lab, colour):
    lab.open(colour[0])
    lab.add("range mask")
    control = lab.docks.form.findChild(ColourRangeControl)
    lab.qtbot.mouseClick(control.findChild(IconButton), LEFT)
    canvas = lab.docks.compare.original
    lab.qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    before = lab.editor.pipeline
    lab.qtbot.mouseClick(canvas, LEFT, pos=canvas.rect().center())
    assert lab.editor.pipeline == before


def test_show_the_selected_steps_result(three, grey):
    lab = three
    lab.do("show_selected")
    select_by_mouse(lab, 0)
    blurred = lab.session.last
    lab.until(lambda: (lab.result != blurred.result.values).any())
    lab.settle()
    assert (lab.result == cv2.GaussianBlur(grey[1], (5, 5), 0)).mean() > 0.2
    lab.do("show_selected")
    lab.until(lambda: (lab.result == blurred.result.values).all())


def test_an_operation_dropped_between_two_steps_goes_there(three):
    lab = three
    lab.docks.steps.operationDropped.emit("median_blur", 1)
    lab.settle()
    assert lab.ops == ["gaussian_blur", "median_blur", "canny", "invert"]
