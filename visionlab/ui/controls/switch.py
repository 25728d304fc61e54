"""An on/off switch, and the control of a bool."""

from typing import Any

from PySide6.QtCore import QPoint, QRectF, QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from visionlab.core.params import Param
from visionlab.ui import theme
from visionlab.ui.controls.base import Control

_SIZE = QSize(36, 24)


class Switch(QCheckBox):
    """A check box drawn as a switch; a check box still for keys and screen readers."""

    def sizeHint(self) -> QSize:
        """Return the switch's size."""
        return _SIZE

    def hitButton(self, pos: QPoint) -> bool:
        """Return whether a click at `pos` counts."""
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the track, filled when on, and the knob."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on, enabled = self.isChecked(), self.isEnabled()
        track = QRectF(3, (self.height() - 16) / 2, 30, 16)
        fill = "line" if not enabled else "accent" if on else "base"
        edge = "text" if self.hasFocus() else "line" if not enabled else "accent" if on else "muted"
        painter.setBrush(theme.colour(fill))
        painter.setPen(QPen(theme.colour(edge), 2 if self.hasFocus() else 1.2))
        painter.drawRoundedRect(track, 8, 8)
        knob = QRectF(track.right() - 13 if on else track.left() + 3, track.top() + 3, 10, 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("on_accent" if on else "muted"))
        painter.drawEllipse(knob)


class BoolControl(Control):
    """A switch."""

    inline = True

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self._switch = Switch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._switch)
        self._name(self._switch)
        self.setFocusProxy(self._switch)
        self._show(param.default)
        self._switch.toggled.connect(self._toggle)

    def click(self) -> None:
        """Turn the switch as a click on it does."""
        self._switch.click()

    def _show(self, value: Any) -> None:
        with QSignalBlocker(self._switch):
            self._switch.setChecked(value)

    @Slot(bool)
    def _toggle(self, on: bool) -> None:
        self._edit_once(on)
