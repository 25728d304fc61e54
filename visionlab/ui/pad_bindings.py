"""Lets a person draw on the canvases while the drawing pad is the source."""

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Slot
from PySide6.QtGui import QMouseEvent

from visionlab.runtime.session import Session
from visionlab.sources.pad import SPEC, DrawingPad
from visionlab.ui.actions import Actions
from visionlab.ui.canvas import Canvas
from visionlab.ui.docks import Docks
from visionlab.ui.source_controller import SourceController

_PRESS, _MOVE, _RELEASE = (
    QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease,
)  # fmt: skip
_AGAIN = QEvent.Type.MouseButtonDblClick  # a second stroke that follows at once


class PadBindings(QObject):
    """Turns dragging into strokes, and shows each at once."""

    def __init__(
        self,
        parent: QObject,
        session: Session,
        docks: Docks,
        actions: Actions,
        controller: SourceController,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._bar = docks.pad
        self._controller = controller
        self._at: tuple[float, float] | None = None
        self._erasing = False
        for canvas in (docks.compare.original, docks.compare.result):
            canvas.installEventFilter(self)
        self._bar.clearRequested.connect(self._clear)
        session.sourceChanged.connect(self._on_source)
        actions["open_pad"].triggered.connect(self.open)
        docks.source.padRequested.connect(self.open)

    @Slot()
    def open(self) -> None:
        """Make the pad the source."""
        self._controller.open(SPEC)

    def _pad(self) -> DrawingPad | None:
        source = self._session.source
        return source if isinstance(source, DrawingPad) else None

    @Slot()
    def _on_source(self) -> None:
        self._at = None
        self._bar.setVisible(self._pad() is not None)

    @Slot()
    def _clear(self) -> None:
        if pad := self._pad():
            pad.clear()
            self._session.playback.seek(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take drags on a canvas while the pad is open, but for those that pan."""
        pad = self._pad()
        if pad is None or not isinstance(event, QMouseEvent) or not isinstance(watched, Canvas):
            return False
        kind = event.type()
        if kind in (_PRESS, _AGAIN):
            return self._begin(pad, watched, event)
        if kind == _MOVE and self._at is not None:
            self._stroke(pad, watched, event.position())
        elif kind == _RELEASE and self._at is not None:
            self._at = None
            return True
        return False

    def _begin(self, pad: DrawingPad, canvas: Canvas, event: QMouseEvent) -> bool:
        buttons = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
        if event.button() not in buttons or canvas.panning or canvas.picking:
            return False
        canvas.setFocus()
        self._erasing = self._bar.erasing or event.button() == buttons[1]
        self._at = canvas.place_at(event.position())
        self._stroke(pad, canvas, event.position())
        return True

    def _stroke(self, pad: DrawingPad, canvas: Canvas, position: QPointF) -> None:
        at = canvas.place_at(position)
        if at is None or self._at is None:
            return
        (pad.erase if self._erasing else pad.draw)(self._at, at)
        self._at = at
        self._session.playback.seek(0)  # read the drawing again
