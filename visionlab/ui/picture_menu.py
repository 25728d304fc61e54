"""What a right click on the picture offers."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from visionlab.ui.actions import Actions
from visionlab.ui.canvas import Canvas
from visionlab.ui.theme import icon

VIEW = ("fit", "one_to_one", "zoom_in", "zoom_out")
"""Commands that move the picture."""


class PictureMenu(QMenu):
    """The commands of the menu bar that concern the picture, and the value under the pointer.

    Signals
    -------
    valueWanted(text)
        The value of the pixel that was clicked shall be copied.
    """

    valueWanted = Signal(str)

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._value = ""
        self._copy_value = QAction(self)
        self._copy_value.triggered.connect(self._copy)
        self.addActions([actions[name] for name in VIEW])
        self.addSeparator()
        self.addActions([actions["copy_view"], self._copy_value])
        self.addSeparator()
        self.addAction(actions["save_result"])
        self.addSeparator()
        self.addAction(actions["overlays"])

    def attach(self, canvas: Canvas) -> None:
        """Be the menu of `canvas`."""
        canvas.customContextMenuRequested.connect(self._show)

    @Slot(QPoint)
    def _show(self, at: QPoint) -> None:
        canvas = self.sender()
        assert isinstance(canvas, Canvas)
        value = canvas.value_at(QPointF(at))
        self._value = "" if value is None else ", ".join(str(v) for v in np.atleast_1d(value))
        text = self.tr("Copy Pixel Value")
        self._copy_value.setText(f"{text} ({self._value})" if self._value else text)
        self._copy_value.setEnabled(bool(self._value))
        self._copy_value.setIcon(icon("eyedropper"))  # in the colours of the present scheme
        self.popup(canvas.mapToGlobal(at))

    @Slot()
    def _copy(self) -> None:
        self.valueWanted.emit(self._value)
