"""Sliders with one and with two handles, drawn alike."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from visionlab.ui import theme

_HEIGHT = 24
_RADIUS = 7.0
_INSET = _RADIUS + 1
_TRACK = 4.0
_STEPS = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10, Qt.Key.Key_PageUp: 10,
    Qt.Key.Key_Home: -(10**6), Qt.Key.Key_End: 10**6,
}  # fmt: skip


def key_steps(event: QKeyEvent) -> int:
    """Return how many steps a key asks for: Shift and Page Up / Down ten, Home and End all."""
    steps = _STEPS.get(Qt.Key(event.key()), 0)
    return steps * 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else steps


def wheel_steps(event: QWheelEvent) -> int:
    """Return the steps of a wheel turn, ten with Shift (which some systems turn sideways)."""
    turn = event.angleDelta().y() or event.angleDelta().x()
    steps = (turn > 0) - (turn < 0)
    return steps * 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else steps


class Drag:
    """A handle under the mouse; with Shift it moves ten times finer."""

    def __init__(self, widget: QWidget, x: float, fraction: float) -> None:
        self._width = widget.width() - 2 * _INSET
        self._x = x
        self.fraction = fraction

    def to(self, event: QMouseEvent) -> float:
        """Follow the mouse and return the new place, 0 to 1."""
        x = event.position().x()
        fine = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        self.fraction += (x - self._x) / max(self._width, 1) * fine
        self._x = x
        return min(max(self.fraction, 0.0), 1.0)


def fraction_at(widget: QWidget, x: float) -> float:
    """Return the place on the track under `x`, 0 to 1."""
    return min(max((x - _INSET) / max(widget.width() - 2 * _INSET, 1), 0.0), 1.0)


def paint_slider(
    widget: QWidget,
    spans: Sequence[tuple[float, float]],
    handles: Sequence[float],
    active: int,
) -> None:
    """Draw a track with filled `spans` and round `handles`, all from 0 to 1."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    enabled = widget.isEnabled()
    width, middle = widget.width() - 2 * _INSET, widget.height() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("line"))
    painter.drawRoundedRect(QRectF(_INSET, middle - 2, width, _TRACK), 2, 2)
    painter.setBrush(theme.colour("accent" if enabled else "line"))
    for start, end in spans:
        bar = QRectF(_INSET + start * width, middle - 2, (end - start) * width, _TRACK)
        painter.drawRoundedRect(bar, 2, 2)
    for index, place in enumerate(handles):
        focus = widget.hasFocus() and index == active
        edge = "muted" if not enabled else "text" if focus else "accent"
        painter.setPen(QPen(theme.colour(edge), 2.5 if focus else 1.5))
        painter.setBrush(theme.colour("base"))
        painter.drawEllipse(QPointF(_INSET + place * width, middle), _RADIUS - 1, _RADIUS - 1)


class Slider(QSlider):
    """One handle. Clicking brings it there; keys and the wheel ask for steps of the value.

    Parameters
    ----------
    positions : int
        The last position; the first is 0.
    origin : int
        Where the filled part of the track begins.

    Signals
    -------
    stepped(int)
        Keys or the wheel ask for so many steps up.
    """

    stepped = Signal(int)

    def __init__(self, positions: int, origin: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._drag: Drag | None = None
        self.set_positions(positions, origin)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_positions(self, positions: int, origin: int = 0) -> None:
        """Have so many positions after the first, and fill the track from `origin` on."""
        self.setRange(0, positions)
        self._origin = origin / max(positions, 1)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a size that leaves room for the handle."""
        return QSize(120, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest useful size."""
        return QSize(64, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the track from the origin to the handle, and the handle."""
        place = self.value() / max(self.maximum(), 1)
        paint_slider(self, [(min(place, self._origin), max(place, self._origin))], [place], 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring the handle under the mouse and hold it."""
        if event.button() == Qt.MouseButton.LeftButton:
            x = event.position().x()
            here, there = self.value() / max(self.maximum(), 1), fraction_at(self, x)
            on_handle = abs(here - there) * (self.width() - 2 * _INSET) <= _RADIUS
            self._drag = Drag(self, x, here if on_handle else there)
            self.setSliderDown(True)
            self.setValue(round(self._drag.fraction * self.maximum()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the handle follow the mouse."""
        if self._drag:
            self.setValue(round(self._drag.to(event) * self.maximum()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        """Let the handle go."""
        self._drag = None
        self.setSliderDown(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask for steps of the value."""
        steps = key_steps(event)
        if steps:
            self.stepped.emit(steps)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ask for steps where it has the focus; else the panel scrolls."""
        if self.hasFocus():
            self.stepped.emit(wheel_steps(event))
        else:
            event.ignore()


class RangeSlider(QWidget):
    """Two handles, low and high; Space takes the other one.

    Attributes
    ----------
    wrap : bool
        The handles may cross; then the part outside them is filled.

    Signals
    -------
    moved(int, int)
        A handle (0 low, 1 high) was dragged to a position.
    stepped(int, int)
        Keys or the wheel ask for so many steps up of a handle.
    """

    moved = Signal(int, int)
    stepped = Signal(int, int)
    pressed = Signal()
    released = Signal()

    def __init__(self, positions: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wrap = False
        self._last = max(positions, 1)
        self._places = [0, self._last]
        self._active = 0
        self._drag: Drag | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a size that leaves room for the handles."""
        return QSize(120, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest useful size."""
        return QSize(64, _HEIGHT)

    def set_positions(self, positions: int) -> None:
        """Have so many positions after the first."""
        self._last = max(positions, 1)

    def places(self) -> tuple[int, int]:
        """Return the positions of the low and the high handle."""
        return self._places[0], self._places[1]

    def set_places(self, low: int, high: int) -> None:
        """Put the handles at these positions, without a signal."""
        self._places = [low, high]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the filled part between the handles, or outside them where they crossed."""
        low, high = (place / self._last for place in self._places)
        spans = [(low, high)] if low <= high else [(0.0, high), (low, 1.0)] if self.wrap else []
        paint_slider(self, spans, [low, high], self._active)

    def _nearest(self, place: float) -> int:
        low, high = (p / self._last for p in self._places)
        if low == high:
            return int(place > low or low == 0)
        return int(abs(place - high) < abs(place - low))

    def _move(self, fraction: float) -> None:
        place = round(fraction * self._last)
        if not self.wrap:
            low, high = self._places
            place = min(place, high) if self._active == 0 else max(place, low)
        if place != self._places[self._active]:
            self._places[self._active] = place
            self.update()
            self.moved.emit(self._active, place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the nearest handle and bring it under the mouse."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        there = fraction_at(self, x)
        self._active = self._nearest(there)
        here = self._places[self._active] / self._last
        on_handle = abs(here - there) * (self.width() - 2 * _INSET) <= _RADIUS
        self._drag = Drag(self, x, here if on_handle else there)
        self.pressed.emit()
        self._move(self._drag.fraction)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the handle follow the mouse."""
        if self._drag:
            self._move(self._drag.to(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        """Let the handle go."""
        if self._drag:
            self._drag = None
            self.released.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask for steps of the active handle, or take the other one."""
        steps = key_steps(event)
        if steps:
            self.stepped.emit(self._active, steps)
        elif event.key() == Qt.Key.Key_Space:
            self._active = 1 - self._active
            self.update()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ask for steps where it has the focus; else the panel scrolls."""
        if self.hasFocus():
            self.stepped.emit(self._active, wheel_steps(event))
        else:
            event.ignore()
