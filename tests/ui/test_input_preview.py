"""The network's input as numbers: what is copied is what is shown."""

import numpy as np
from PySide6.QtGui import QGuiApplication

from visionlab.core.image import as_image
from visionlab.deep.prediction import Prediction
from visionlab.ui.input_preview import InputNumbers

GREY = as_image(np.array([[0, 255], [51, 102]], np.uint8))


def dialog_of(seen, qtbot):
    values = (seen.reshape(2, 2, -1).transpose(2, 0, 1) / 255).astype(np.float32)
    answer = Prediction(
        "m", ("cat", "dog"), np.zeros(2, np.float32), np.array([0.25, 0.75], np.float32), seen,
        values, (0, 0, 2, 2), False, 0.01,
    )  # fmt: skip
    dialog = InputNumbers(answer)
    qtbot.addWidget(dialog)
    return dialog


def copied(dialog, page):
    dialog.tabs.setCurrentWidget(page)
    dialog.copy.click()
    return QGuiApplication.clipboard().text()


def test_every_page_is_copied_for_a_spreadsheet(qtbot):
    dialog = dialog_of(GREY, qtbot)
    assert copied(dialog, dialog.matrix) == "0\t255\n51\t102\n"
    dialog.scale.setCurrentIndex(1)
    assert copied(dialog, dialog.vector) == "Value\n0.000\n1.000\n0.200\n0.400\n"
    target = "\tTarget\tAnswer\ncat\t0.000\t0.250\ndog\t1.000\t0.750\n"
    assert copied(dialog, dialog.target) == target


def test_the_vector_of_a_grey_picture_has_no_colours(qtbot):
    dialog = dialog_of(GREY, qtbot)
    dialog.tabs.setCurrentWidget(dialog.vector)
    assert dialog.note.text() == "2 x 2 = 4 numbers, row by row."
    dialog = dialog_of(as_image(np.stack([GREY] * 3, axis=2)), qtbot)
    dialog.tabs.setCurrentWidget(dialog.vector)
    assert dialog.note.text().startswith("3 x 2 x 2 = 12 numbers: one colour after the other")
