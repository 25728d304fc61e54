"""The hand that moves a patch over a picture: mouse, wheel and keys on the canvases."""

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from visionlab.runtime.covering import Cover
from visionlab.ui.canvas import Canvas
from visionlab.ui.picture_pane import PicturePane

NOTCH = 1.15
"""Factor of the patch's side for one notch of the wheel."""
STEP = 1 / 8
"""Part of the patch's side that an arrow key moves it; with Shift one pixel."""

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
_PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)


class PatchTool(QObject):
    """Takes from canvases what moves the patch, and leaves them the rest.

    The left button lays the patch down and drags it; with Space held the canvas pans. Ctrl and
    the wheel change its size, the arrow keys move it, Esc takes it away.

    Attributes
    ----------
    pane : PicturePane or None
        Whose picture the patch lies on; None: it is not to be moved.
    cover : Cover or None
        Where it lies now.

    Signals
    -------
    moved(x, y)
        Where its centre is wanted, in the picture's pixels.
    resized(side)
        The side that is wanted; not yet limited to the picture.
    removed
        It is not wanted any longer.
    """

    moved = Signal(float, float)
    resized = Signal(int)
    removed = Signal()

    def __init__(self, canvases: tuple[Canvas, ...], parent: QObject) -> None:
        super().__init__(parent)
        self.pane: PicturePane | None = None
        self.cover: Cover | None = None
        self._grip: QPointF | None = None
        self._turned = 0.0
        for canvas in canvases:
            canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what means the patch."""
        if self.pane is None or not isinstance(watched, Canvas):
            return False
        if isinstance(event, QMouseEvent):
            return self._take_mouse(watched, event)
        if isinstance(event, QWheelEvent):
            return self._take_wheel(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._take_key(watched, event)
        return False

    def let_go(self) -> None:
        """End a drag."""
        self._grip = None

    def _take_mouse(self, canvas: Canvas, event: QMouseEvent) -> bool:
        left = event.button() == Qt.MouseButton.LeftButton
        if event.type() in _PRESSES and left and not (canvas.panning or canvas.picking):
            return self._press(canvas, event.position())
        if event.type() == QEvent.Type.MouseMove and self._grip is not None:
            if event.buttons() & Qt.MouseButton.LeftButton:
                self._drag(canvas, event.position())
            else:
                self.let_go()  # the release went elsewhere
        elif event.type() == QEvent.Type.MouseButtonRelease and left:
            self.let_go()
        return False  # the canvas still tells which pixel is under the cursor

    def _press(self, canvas: Canvas, at: QPointF) -> bool:
        place = self._place(canvas, at)
        if place is None or canvas.owner_at(at) is not self.pane:
            return False
        cover, size = self.cover, self.pane.picture_size
        if cover and _inside(place, cover.x, cover.y, cover.side, cover.side):
            middle = QPointF(cover.x + cover.side / 2, cover.y + cover.side / 2)
            self._grip = middle - place  # it does not jump
        elif _inside(place, 0, 0, size.width(), size.height()):
            self._grip = QPointF(0, 0)
        else:
            return False
        self._drag(canvas, at)
        return True

    def _drag(self, canvas: Canvas, at: QPointF) -> None:
        place = self._place(canvas, at)
        if place is not None and self._grip is not None:
            middle = place + self._grip
            self.moved.emit(middle.x(), middle.y())

    def _place(self, canvas: Canvas, at: QPointF) -> QPointF | None:
        """Return the position on the patch's picture that lies at a position of `canvas`."""
        frame = canvas.frame_of(self.pane) if self.pane else None
        if frame is None:
            return None
        return QPointF(*canvas.view.place(frame).to_picture(canvas.device_centre(at)))

    def _take_wheel(self, event: QWheelEvent) -> bool:
        ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if self.cover is None or not ctrl:
            return False
        self._turned += event.angleDelta().y() / 120  # touchpads report fractions of a notch
        side = round(self.cover.side * NOTCH**self._turned)
        if side == self.cover.side and abs(self._turned) >= 1:
            side += 1 if self._turned > 0 else -1
        if side != self.cover.side:
            self._turned = 0.0
            self.resized.emit(side)
        event.accept()
        return True

    def _take_key(self, canvas: Canvas, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        shift = held == Qt.KeyboardModifier.ShiftModifier
        cover, key = self.cover, event.key()
        if cover is None or canvas.picking or not (shift or not held):
            return False
        if key == Qt.Key.Key_Escape:
            self.let_go()
            self.removed.emit()
            return True
        if key not in _ARROWS:
            return False
        step = 1 if shift else max(round(cover.side * STEP), 1)
        dx, dy = _ARROWS[Qt.Key(key)]
        self.moved.emit(cover.x + cover.side / 2 + dx * step, cover.y + cover.side / 2 + dy * step)
        return True


def _inside(at: QPointF, x: float, y: float, width: float, height: float) -> bool:
    return x <= at.x() < x + width and y <= at.y() < y + height
