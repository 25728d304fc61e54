"""The status bar: what is under the pointer, the picture, the work, the rate, and messages."""

from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStatusBar, QWidget

from visionlab.core.image import Image
from visionlab.ui import theme
from visionlab.ui.message_line import MessageLine
from visionlab.ui.numbers import short
from visionlab.ui.parts import ElidedLabel, IconButton, fixed_digits

MESSAGE_MS = 8000
"""How long a message without need for action stays; errors stay until something new happens."""


class StatusBar(QStatusBar):
    """One line of fields with room reserved for their numbers, so that nothing jumps.

    Signals
    -------
    stopRequested()
        What works shall stop.
    """

    stopRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.position = self._field("x 00000, y 00000")
        self.swatch = Swatch()
        self.value = self._field("R 000 G 000 B 000")
        self.stop = IconButton("stop", self.tr("Stop (Esc)"), text=self.tr("Stop"))
        self.message = MessageLine()
        self.picture = self._field("00000 x 0000, 8-bit RGB")
        self.work = self._field("00 steps, 0000.0 ms")
        self.rate = self._field("000 fps")
        self.dropped = self._field("0000 dropped")
        self.messageChanged.connect(self.message.set_tip)
        self.message.expired.connect(self._fit)
        self.stop.clicked.connect(self.stopRequested)
        self.stop.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it goes away; Esc does the same
        self.stop.setFixedHeight(self.message.sizeHint().height())
        self.stop.hide()
        # Given up in this order where the bar is narrow or a message needs the room.
        self._spare = (self.picture, self.dropped, self.work, self.rate)
        self._hidden: set[QWidget] = set()

        inner = QWidget()
        row = self._row = QHBoxLayout(inner)
        row.setContentsMargins(theme.GRID, 2, theme.GRID, 2)
        row.setSpacing(2 * theme.GRID)
        row.addWidget(self.position)
        pair = QHBoxLayout()
        pair.setSpacing(theme.GRID // 2)
        pair.addWidget(self.swatch)
        pair.addWidget(self.value)
        row.addLayout(pair)
        row.addWidget(self.stop)
        row.addWidget(self.message, 1)
        for widget in (self.picture, self.work, self.rate, self.dropped):
            row.addWidget(widget)
        # Qt shows its own tips over ordinary widgets; the message line shows them instead.
        self.addPermanentWidget(inner, 1)
        self.setStyleSheet("QStatusBar::item { border: none; }")
        self.setSizeGripEnabled(False)
        self.set_rate(None, None)

    def _field(self, widest: str) -> ElidedLabel:
        label = ElidedLabel()
        label.setFont(fixed_digits(self.font()))
        label.reserve(widest)
        return label

    def set_position(self, at: tuple[int, int] | None, value: Any | None) -> None:
        """Show the pixel (x, y) and its true value, one number or three; None for neither."""
        if at is None or value is None:
            self.position.setText("")
            self.value.setText("")
            self.swatch.set_colour(None)
            return
        self.position.setText(f"x {at[0]}, y {at[1]}")
        value = np.asarray(value)
        whole = value.dtype == np.uint8
        texts = [str(v) if whole else short(float(v), 5) for v in np.atleast_1d(value)]
        if len(texts) == 3:
            self.value.setText(" ".join(f"{c} {t}" for c, t in zip("RGB", texts, strict=True)))
        else:
            self.value.setText(texts[0])
        rgb = np.broadcast_to(np.atleast_1d(value), 3)
        self.swatch.set_colour(QColor(*(int(v) for v in rgb)) if whole else None)

    def set_picture(self, values: Image | None) -> None:
        """Show size and type of the result; None for no picture, and so no work."""
        if values is None:
            self.picture.setText("")
            self.work.setText("")
            return
        depth = self.tr("8-bit") if values.dtype == np.uint8 else self.tr("float")
        channels = self.tr("grey") if values.ndim == 2 else self.tr("RGB")
        self.picture.setText(f"{values.shape[1]} x {values.shape[0]}, {depth} {channels}")

    def set_work(self, steps: int, ms: float) -> None:
        """Show how many steps ran and the milliseconds that they took."""
        count = self.tr("1 step") if steps == 1 else self.tr("{0} steps").format(steps)
        self.work.setText(f"{count}, {ms:.1f} ms" if ms < 1000 else f"{count}, {ms / 1000:.1f} s")

    def set_rate(self, fps: float | None, dropped: int | None) -> None:
        """Show pictures a second and frames left out so far; None hides them."""
        unknown: set[QWidget] = {
            w for w, n in ((self.rate, fps), (self.dropped, dropped)) if n is None
        }
        if unknown != self._hidden:
            self._hidden = unknown
            self._fit()
        if fps is not None:
            self.rate.setText(self.tr("{0} fps").format(f"{fps:.0f}"))
        if dropped is not None:
            self.dropped.setText(self.tr("{0} dropped").format(dropped))

    @Slot(str)
    def show_message(self, text: str) -> None:
        """Say what happened; goes away by itself."""
        self.message.show_text(text, MESSAGE_MS)
        self._fit()

    @Slot(str)
    def show_begun(self, text: str) -> None:
        """Say what goes on; stays until its end is said."""
        self.message.show_text(text, 0)
        self._fit()

    @Slot(str)
    def show_error(self, text: str) -> None:
        """Say what went wrong; stays until something new is said or `clear_message`."""
        self.message.show_text(text, 0, error=True)
        self._fit()

    @Slot()
    def clear_message(self) -> None:
        """Take the message away."""
        self.message.show_text("", 0)
        self._fit()

    def set_working(self, text: str, *, stoppable: bool = True) -> None:
        """Say what works, with a button to stop it; "" when nothing does."""
        appears = bool(text) != bool(self.message.work)
        self.message.set_work(text)
        self.stop.setEnabled(stoppable)
        if appears:
            self.stop.setVisible(bool(text))
            self._fit()

    def set_stopped(self, stopped: bool) -> None:
        """Say that the work was stopped, until it goes on or something else is said."""
        text = self.tr("Stopped. Change a step, or press Ctrl+R to run again.")
        if stopped:
            self.message.show_text(text, 0)
            self._fit()
        elif self.message.said == text:
            self.clear_message()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave fields out where there is little room."""
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        """Show as many fields as leave the message its room, at most half of the bar."""
        gap = self._row.spacing()
        room = self.width() - min(self.message.wanted_width(), self.width() // 2) - gap
        room -= self.position.sizeHint().width() + self.swatch.width() + 4 * gap
        room -= self.value.sizeHint().width()
        room -= 0 if self.stop.isHidden() else self.stop.sizeHint().width() + gap
        wanted = [field for field in reversed(self._spare) if field not in self._hidden]
        for field in self._spare:
            field.setVisible(False)
        for field in wanted:
            room -= field.sizeHint().width() + gap
            if room < 0:
                break
            field.setVisible(True)


class Swatch(QWidget):
    """A small square in the colour under the pointer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour: QColor | None = None
        side = self.fontMetrics().height() - 2
        self.setFixedSize(side, side)

    def colour(self) -> QColor | None:
        """Return the colour shown."""
        return self._colour

    def set_colour(self, colour: QColor | None) -> None:
        """Show `colour`; None shows nothing and keeps the room."""
        self._colour = colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the square."""
        if self._colour is not None:
            painter = QPainter(self)
            painter.fillRect(self.rect(), self._colour)
            painter.setPen(theme.colour("muted"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
