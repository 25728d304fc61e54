"""The tools of the drawing pad, below the picture while it is open."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from visionlab.ui import theme
from visionlab.ui.controls.choice import Segment
from visionlab.ui.parts import ElidedLabel, IconButton


class PadBar(QWidget):
    """Pen or eraser, clear, and the network that reads digits.

    Signals
    -------
    clearRequested
        The drawing is to begin again.
    readRequested
        The digit is to be read by a network.
    """

    clearRequested = Signal()
    readRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pen, self.eraser = Segment(), Segment()
        self._group = QButtonGroup(self)
        for button, text, tip in (
            (self.pen, self.tr("Pen"), self.tr("Draw by dragging")),
            (self.eraser, self.tr("Eraser"), self.tr("Wipe by dragging, as the right button does")),
        ):  # fmt: skip
            button.setText(text)
            button.setAccessibleName(text)
            button.setToolTip(tip)
            button.setCheckable(True)
            self._group.addButton(button)
        self.pen.setChecked(True)
        self.clear = IconButton("trash", self.tr("Begin again"), text=self.tr("Clear"))
        self.clear.clicked.connect(self._clear)
        self.read = IconButton(
            "brain", self.tr("Let the network for digits read it"), text=self.tr("Read Digit")
        )
        self.read.clicked.connect(self.readRequested)
        hint = ElidedLabel(role=QPalette.ColorRole.PlaceholderText)
        hint.setText(self.tr("Draw on the picture. Hold Space to move it."))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GRID, theme.GRID // 2, theme.GRID, theme.GRID // 2)
        row.setSpacing(0)
        row.addWidget(self.pen)
        row.addWidget(self.eraser)
        row.addSpacing(theme.GRID)
        row.addWidget(self.clear)
        row.addWidget(self.read)
        row.addSpacing(theme.GRID)
        row.addWidget(hint, 1)
        self.hide()

    @property
    def erasing(self) -> bool:
        """Whether dragging wipes."""
        return self.eraser.isChecked()

    @Slot()
    def _clear(self) -> None:
        self.pen.setChecked(True)
        self.clearRequested.emit()
