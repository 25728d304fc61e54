"""Original and result: side by side, one alone, or wiped over each other."""

from typing import Literal, TypeAlias, get_args

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from visionlab.ui.canvas import Canvas
from visionlab.ui.divider import Divider

Mode: TypeAlias = Literal["side by side", "original only", "result only", "wipe"]

HOLD_KEY = Qt.Key.Key_B
"""While it is held, the original is seen in the result's place."""


class Compare(QWidget):
    """Two canvases, `original` and `result`.

    `result` is seen in every mode: what shows the original in its place (a wipe, "original
    only", the held key) is painted by it, so that its `painted` counts every frame.

    Signals
    -------
    clicked(int, int)
        The pixel that was picked, in either canvas.
    """

    clicked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.original, self.result = Canvas(), Canvas()
        self.original.set_caption(self.tr("Original"))
        self.result.set_caption(self.tr("Result"))
        self._own_view = self.result.view
        self._mode: Mode = "side by side"
        self._held = False
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(4)
        for canvas in (self.original, self.result):
            self._splitter.addWidget(canvas)
            canvas.clicked.connect(self._on_clicked)
            canvas.picking_changed.connect(self._on_picking_changed)
            canvas.panning_changed.connect(self._on_panning_changed)
            canvas.installEventFilter(self)
        self._divider = Divider(self.result)
        self._divider.moved.connect(self._arrange)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        self.set_linked(True)
        self._arrange()

    # ---- what is seen

    @property
    def mode(self) -> Mode:
        """How the two pictures are shown."""
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Show the pictures "side by side", "original only", "result only" or as a "wipe"."""
        if mode not in get_args(Mode):
            raise ValueError(f"The mode must be one of {', '.join(get_args(Mode))}; it was {mode}.")
        self._mode = mode
        self._arrange()

    @Slot(bool)
    def hold_original(self, on: bool) -> None:
        """Show the original in the result's place, until called with False."""
        if on != self._held:
            self._held = on
            self._arrange()

    @Slot()
    def _arrange(self) -> None:
        if self.original.hasFocus() and self._mode != "side by side":
            self.result.setFocus()
        self.original.setVisible(self._mode == "side by side")
        self._divider.setVisible(self._mode == "wipe" and not self._held)
        if self._held or self._mode == "original only":
            self.result.set_left(self.original, 1.0)
        elif self._mode == "wipe":
            self.result.set_left(self.original, self._divider.share)
        else:
            self.result.set_left(None)

    def view_image(self) -> QImage:
        """Return what is seen, in device pixels."""
        return self.grab().toImage()

    # ---- pan and zoom

    @property
    def linked(self) -> bool:
        """Whether both canvases pan and zoom together."""
        return self.result.view is self.original.view

    @Slot(bool)
    def set_linked(self, on: bool) -> None:
        """Let both canvases pan and zoom together, or each alone from where it is."""
        if on:
            self.result.set_view(self.original.view)
        elif self.linked:
            self.result.set_view(self.original.view.copy(self))

    @Slot()
    def fit(self) -> None:
        """Show the whole pictures."""
        for canvas in self._to_move():
            canvas.fit()

    @Slot()
    def one_to_one(self) -> None:
        """Show each picture pixel as one device pixel."""
        for canvas in self._to_move():
            canvas.one_to_one()

    @Slot()
    def zoom_in(self) -> None:
        """Magnify by a quarter."""
        for canvas in self._to_move():
            canvas.zoom_in()

    @Slot()
    def zoom_out(self) -> None:
        """Shrink by a fifth."""
        for canvas in self._to_move():
            canvas.zoom_out()

    def _to_move(self) -> tuple[Canvas, ...]:
        """Return the canvases to move: without a link the one with the keyboard, or else both."""
        both = (self.original, self.result)
        if self.linked:
            return (self.result,)
        return tuple(canvas for canvas in both if canvas.hasFocus()) or both

    # ---- picking a pixel, holding a key

    @Slot()
    def start_picking(self) -> None:
        """Let the next click in either canvas pick a pixel; Esc ends it."""
        self.original.start_picking()
        self.result.start_picking()

    @Slot(int, int)
    def _on_clicked(self, x: int, y: int) -> None:
        self.clicked.emit(x, y)

    @Slot(bool)
    def _on_picking_changed(self, on: bool) -> None:
        if not on:
            self.original.stop_picking()
            self.result.stop_picking()

    @Slot(bool)
    def _on_panning_changed(self, on: bool) -> None:
        """Let Space work on the canvas under the mouse, whichever has the keyboard."""
        self.original.set_panning(on)
        self.result.set_panning(on)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show the original while the key is held."""
        if event.key() == HOLD_KEY and not event.modifiers():
            self.hold_original(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Show the result again."""
        if event.key() == HOLD_KEY and not event.isAutoRepeat():
            self.hold_original(False)
        else:
            super().keyReleaseEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let go of the held key when the keyboard goes elsewhere."""
        if event.type() == QEvent.Type.FocusOut:
            self.hold_original(False)
        return super().eventFilter(watched, event)
