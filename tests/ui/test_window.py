"""The window as a whole: a picture comes in, steps are stacked, values dragged, all undone."""

import json

import cv2
from PySide6.QtCore import Qt

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def canny(picture, low, high, ksize=3):
    return cv2.Canny(picture, low, high, apertureSize=ksize, L2gradient=False)


def test_open_add_drag_undo_redo_save_and_reload(lab, grey, answer, tmp_path):
    path, picture = grey
    answer(path)
    lab.key(Qt.Key.Key_O, CTRL)
    lab.until(lambda: bool(lab.painted))
    assert (lab.result == picture).all()
    assert lab.window.windowTitle() == "grey.png – VisionLab"

    lab.add("canny")
    first = lab.editor.pipeline
    low, high = first.steps[0].params["thresholds"]
    before = canny(picture, low, high)
    assert (lab.result == before).all()

    lab.drag("thresholds", 0.15, 0.2, 0.3)
    low, high = lab.editor.selected_step.params["thresholds"]
    after = canny(picture, low, high)
    assert (low, high) != first.steps[0].params["thresholds"]
    assert (lab.result == after).all()
    assert (after != before).any()
    dragged = lab.editor.pipeline

    lab.key(Qt.Key.Key_Z, CTRL)
    lab.settle()
    assert lab.editor.pipeline == first
    assert (lab.result == before).all()
    lab.key(Qt.Key.Key_Y, CTRL)
    lab.settle()
    assert lab.editor.pipeline == dragged
    assert (lab.result == after).all()
    lab.key(Qt.Key.Key_Z, CTRL)
    lab.key(Qt.Key.Key_Z, CTRL | SHIFT)
    lab.settle()
    assert lab.editor.pipeline == dragged

    recipe = tmp_path / "edges.json"
    answer(recipe)
    assert lab.window.windowTitle().startswith("*")
    lab.key(Qt.Key.Key_S, CTRL)
    assert json.loads(recipe.read_text())["steps"][0]["params"]["thresholds"] == [low, high]
    assert lab.window.windowTitle() == "edges.json – grey.png – VisionLab"
    assert lab.status.message.text() == "Saved edges.json"

    lab.do("new_recipe")
    lab.settle()
    assert lab.ops == []
    assert (lab.result == picture).all()
    lab.key(Qt.Key.Key_O, CTRL | SHIFT)
    lab.settle()
    assert lab.editor.pipeline == dragged
    assert (lab.result == after).all()
