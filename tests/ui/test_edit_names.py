"""What undo and redo say."""

import pytest

from visionlab.core.pipeline import Pipeline, Step
from visionlab.operations import catalogue
from visionlab.ui.edit_names import edit_name

CANNY, BLUR, INVERT = (Step.of(catalogue()[op]) for op in ("canny", "gaussian_blur", "invert"))
THREE = Pipeline((BLUR, CANNY, INVERT))
OFF = Step(CANNY.op, CANNY.params, enabled=False)
CHANGES = [
    (THREE.insert(1, INVERT), "Add Invert"),
    (THREE.insert(2, CANNY), "Add Canny edges"),
    (THREE.remove(0), "Delete Gaussian blur"),
    (THREE.replace(1, CANNY.with_params(ksize=5)), "Change Canny edges: Sobel kernel size"),
    (THREE.replace(1, CANNY.with_params(ksize=5, l2_gradient=True)), "Change Canny edges"),
    (THREE.replace(1, OFF), "Switch Canny edges Off"),
    (THREE.move(0, 2), "Move Gaussian blur"),
    (THREE.move(2, 0), "Move Invert"),
    (Pipeline(), "Delete All Steps"),
    (Pipeline((INVERT, INVERT, INVERT)), "Replace Steps"),
    (THREE.replace(1, INVERT), "Replace Steps"),
    (Pipeline((INVERT,)), "Replace Steps"),
]


@pytest.mark.parametrize(("after", "name"), CHANGES)
def test_an_edit_is_called_by_what_it_did(qapp, after, name):
    assert edit_name(THREE, after, catalogue()) == name


def test_the_last_step_and_a_step_switched_on(qapp):
    assert edit_name(Pipeline((CANNY,)), Pipeline(), catalogue()) == "Delete Canny edges"
    on = edit_name(THREE.replace(1, OFF), THREE, catalogue())
    assert on == "Switch Canny edges On"


def test_the_menu_says_what_undo_and_redo_mean(lab, grey):
    undo, redo = (lab.window.commands[name] for name in ("undo", "redo"))
    assert (undo.text(), redo.text()) == ("Undo", "Redo")
    lab.open(grey[0])
    lab.add("invert")
    lab.add("canny")
    lab.type_value("ksize", "5")
    assert undo.text() == "Undo Change Canny edges: Sobel kernel size"
    lab.do("undo")
    assert undo.text() == "Undo Add Canny edges"
    assert redo.text() == "Redo Change Canny edges: Sobel kernel size"
    lab.do("undo")
    lab.do("undo")
    assert undo.text() == "Undo"
    assert redo.text() == "Redo Add Invert"
