"""The picture viewer that a person moves: mouse, touch and keys on a `PicturePane`."""

import sys
from typing import Any

from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture, QWidget

from visionlab.core.image import Image
from visionlab.ui.picture_pane import PicturePane
from visionlab.ui.theme import colour
from visionlab.ui.view_transform import Pane

ZOOM_STEP = 1.25
"""Factor of one notch of the wheel and of one key press."""
PAN_STEP = 64
"""Widget pixels that an arrow key moves the picture."""

_NOTCH = 120  # the angle that one notch of a wheel reports
_ARROWS = {
    Qt.Key.Key_Left: (PAN_STEP, 0),
    Qt.Key.Key_Right: (-PAN_STEP, 0),
    Qt.Key.Key_Up: (0, PAN_STEP),
    Qt.Key.Key_Down: (0, -PAN_STEP),
}
_PLUS, _MINUS = (Qt.Key.Key_Plus, Qt.Key.Key_Equal), (Qt.Key.Key_Minus,)
_OWN_KEYS = (*_PLUS, *_MINUS, Qt.Key.Key_0, Qt.Key.Key_1)
_TAB_REASONS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class Canvas(PicturePane):
    """A picture to look into.

    The wheel and pinching zoom at the cursor, dragging (left or middle button, or Space held)
    pans, a double click toggles between fit and 1:1. Keys: + - 0 (fit) 1 (1:1) and the arrows.
    A right click is told by `customContextMenuRequested`.

    Signals
    -------
    hovered(object)
        ``(x, y)`` of the pixel under the cursor, or None; repeated for every new picture.
    clicked(int, int)
        The pixel that was picked.
    picking_changed(bool)
        Picking began or ended.
    panning_changed(bool)
        Space went down or up.
    """

    hovered = Signal(object)
    clicked = Signal(int, int)
    picking_changed = Signal(bool)
    panning_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cursor_at: QPointF | None = None
        self._dragged_to: QPointF | None = None
        self._dragging = self._space = self._picking = self._show_focus = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setMouseTracking(True)
        if sys.platform != "darwin":  # there, touchpads send native gestures
            self.grabGesture(Qt.GestureType.PinchGesture)
        self.content_changed.connect(self._tell_hover)
        self.moved.connect(self._tell_hover)

    # ---- view

    @Slot()
    def fit(self) -> None:
        """Show the whole picture, also after the canvas changes its size."""
        self.view.fit()

    @Slot()
    def one_to_one(self) -> None:
        """Show each picture pixel as one device pixel."""
        self._one_to_one_at(None)

    @Slot()
    def zoom_in(self) -> None:
        """Magnify by a quarter."""
        self._zoom(ZOOM_STEP)

    @Slot()
    def zoom_out(self) -> None:
        """Shrink by a fifth, which undoes `zoom_in`."""
        self._zoom(1 / ZOOM_STEP)

    def _zoom(self, factor: float, at: QPointF | None = None) -> None:
        if frame := self._frame_at(at):
            self.view.zoom(frame, factor, None if at is None else self.device_centre(at))

    def _one_to_one_at(self, at: QPointF | None) -> None:
        if frame := self._frame_at(at):
            self.view.set_scale(frame, 1.0, None if at is None else self.device_centre(at))

    def _pan(self, dx: float, dy: float) -> None:
        if frame := self._frame_at(self._dragged_to):
            self.view.pan(frame, dx, dy)

    def _frame_at(self, at: QPointF | None) -> Pane | None:
        """Return how the picture seen at a widget position (default: the middle) is seen."""
        return self.frame_of(self.owner_at(QPointF(self.rect().center()) if at is None else at))

    # ---- the pixel under the cursor

    @property
    def hover_position(self) -> tuple[int, int] | None:
        """The pixel under the cursor."""
        return None if self._cursor_at is None else self.pixel_at(self._cursor_at)

    @property
    def values(self) -> Image | None:
        """The true values of the picture under the cursor, which a wipe may exchange."""
        owner = self if self._cursor_at is None else self.owner_at(self._cursor_at)
        return owner._values

    def value_at(self, at: QPointF) -> Any | None:
        """Return the true value seen at a widget position; None beside the picture."""
        pixel, values = self.pixel_at(at), self.owner_at(at)._values
        return None if pixel is None or values is None else values[pixel[1], pixel[0]]

    @Slot()
    def _tell_hover(self) -> None:
        if self._cursor_at is not None:
            self.hovered.emit(self.hover_position)

    def _set_cursor_at(self, at: QPointF | None) -> None:
        if at != self._cursor_at:
            self._cursor_at = at
            self.hovered.emit(self.hover_position)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Tell which pixel is under the cursor."""
        self._set_cursor_at(event.position())
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that none is."""
        self._set_cursor_at(None)
        super().leaveEvent(event)

    # ---- picking a pixel

    @property
    def picking(self) -> bool:
        """Whether the next click picks a pixel."""
        return self._picking

    @property
    def panning(self) -> bool:
        """Whether Space is held, so that dragging moves the picture."""
        return self._space

    @Slot(bool)
    def set_panning(self, on: bool) -> None:
        """Let dragging move the picture, whatever else it would do."""
        if on != self._space:
            self._space = on
            self._update_cursor()
            self.panning_changed.emit(on)

    @Slot()
    def start_picking(self) -> None:
        """Let the next click pick a pixel; Esc ends it."""
        self.setFocus()
        self._set_picking(True)

    @Slot()
    def stop_picking(self) -> None:
        """Let clicks be clicks again."""
        self._set_picking(False)

    def _set_picking(self, on: bool) -> None:
        if on != self._picking:
            self._picking = on
            self._update_cursor()
            self.picking_changed.emit(on)

    def _update_cursor(self) -> None:
        if self._dragging:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._picking:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.unsetCursor()

    # ---- mouse and touch

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor; touchpads report fractions of a notch."""
        turned = event.angleDelta().y() or event.pixelDelta().y()
        if turned:
            self._zoom(ZOOM_STEP ** (turned / _NOTCH), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick, or begin to drag."""
        left = event.button() == Qt.MouseButton.LeftButton
        if left and self._picking and not self._space:
            if pixel := self.pixel_at(event.position()):
                self.stop_picking()
                self.clicked.emit(*pixel)
        elif left or event.button() == Qt.MouseButton.MiddleButton:
            self._dragged_to = event.position()
        else:
            self._end_drag()  # the release may go to the menu that opens now
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, and tell which pixel is under the cursor."""
        at = event.position()
        if self._dragged_to is not None:
            way = at - self._dragged_to
            if self._dragging or way.manhattanLength() >= QApplication.startDragDistance():
                self._dragging = True
                self._update_cursor()
                self._pan(way.x(), way.y())
                self._dragged_to = at
        self._set_cursor_at(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End dragging."""
        self._end_drag()
        super().mouseReleaseEvent(event)

    def _end_drag(self) -> None:
        self._dragged_to, self._dragging = None, False
        self._update_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Toggle between fit and 1:1 at the cursor."""
        if event.button() != Qt.MouseButton.LeftButton or self._picking:
            self.mousePressEvent(event)
        elif self.view.fitted:
            self._one_to_one_at(event.position())
        else:
            self.fit()

    def event(self, event: QEvent) -> bool:
        """Zoom by pinching; keep from the window's commands the keys that mean this canvas."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self._zoom(1 + event.value(), event.position())
                return True
        elif isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self._zoom(pinch.scaleFactor(), self.mapFromGlobal(pinch.centerPoint()))
                return True
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            picks = self._picking and event.key() == Qt.Key.Key_Escape
            if picks or (_is_plain(event) and event.key() in _OWN_KEYS):
                event.accept()
                return True
        return super().event(event)

    # ---- keys and focus

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom, pan, end picking; leave other keys to the window."""
        key = event.key()
        plain = _is_plain(event)
        if key == Qt.Key.Key_Escape and self._picking:
            self.stop_picking()
        elif plain and key == Qt.Key.Key_Space:
            self.set_panning(True)
        elif plain and key in _ARROWS:
            self._pan(*_ARROWS[Qt.Key(key)])
        elif plain and key in _PLUS:
            self.zoom_in()
        elif plain and key in _MINUS:
            self.zoom_out()
        elif plain and key == Qt.Key.Key_0:
            self.fit()
        elif plain and key == Qt.Key.Key_1:
            self.one_to_one()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End panning by Space."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.set_panning(False)
        else:
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus where it came by the keyboard."""
        self._show_focus = event.reason() in _TAB_REASONS
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget held keys, unless another canvas will see them released."""
        self._show_focus = False
        if not isinstance(QApplication.focusWidget(), Canvas):
            self.set_panning(False)
        self._update_cursor()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture and the focus."""
        super().paintEvent(event)
        if self._show_focus:
            painter = QPainter(self)
            painter.setPen(QPen(colour("accent"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))


def _is_plain(event: QKeyEvent) -> bool:
    """Whether neither Ctrl nor Alt is held."""
    return not event.modifiers() & ~(
        Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
    )
