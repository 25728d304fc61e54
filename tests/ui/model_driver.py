"""Hands for the dialog that adds a model, and a look at the models that are there."""

from PySide6.QtCore import Qt

from visionlab.deep.shelf import shelf
from visionlab.runtime.paths import models_folder

SECONDS_30 = 30_000


def add(dialog, qtbot):
    qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.line.running, timeout=SECONDS_30)


def own():
    return [model for model in shelf(models_folder()).models if not model.bundled]
