"""The picture viewer: pan, zoom, overlays, true values when zoomed in. QPainter on a QWidget."""

import sys
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture, QSizePolicy, QWidget

from visionlab.core.image import Image
from visionlab.core.result import Overlay
from visionlab.ui.canvas_notes import draw_banner, draw_caption, draw_message
from visionlab.ui.overlay_painter import OverlayPainter
from visionlab.ui.pixel_values import (
    GRID_FROM,
    VALUES_FROM,
    ValuePainter,
    draw_grid,
    pixels_in,
)
from visionlab.ui.raster import Raster
from visionlab.ui.theme import colour
from visionlab.ui.view_transform import Pane, Placement, ViewTransform

ZOOM_STEP = 1.25
_NOTCH = 120.0
_PAN_STEP = 64


class Canvas(QWidget):
    """Shows one picture with its overlays.

    The wheel and pinching zoom at the cursor, dragging (left or middle button) pans, a double
    click toggles between fit and 1:1. Keys: + - 0 (fit) 1 (1:1) and the arrows.

    Signals
    -------
    hovered(object)
        ``(x, y)`` of the pixel under the cursor, or None; repeated for every new picture.
    clicked(int, int)
        The pixel that was picked.
    picking_changed(bool)
        Picking began or ended.
    painted(object)
        The `serial` of a new picture, once it has been painted.
    content_changed()
        There is something new to paint.
    """

    hovered = Signal(object)
    clicked = Signal(int, int)
    picking_changed = Signal(bool)
    painted = Signal(object)
    content_changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, view: ViewTransform | None = None) -> None:
        super().__init__(parent)
        self._raster: Raster | None = None
        self._values: Image | None = None
        self._overlays = OverlayPainter()
        self._numbers = ValuePainter()
        self._serial: object = None
        self._unpainted = False
        self._caption = self._banner = ""
        self._message = ("", "")
        self._left_of: tuple[Canvas, float] | None = None
        self._cursor_at: QPointF | None = None
        self._press_at: QPointF | None = None
        self._dragging = self._space = self._picking = self._tabbed_to = False
        self._view = view or ViewTransform(self)
        self._view.changed.connect(self._view_changed)
        self.content_changed.connect(self.update)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(96, 96)
        self.setMouseTracking(True)
        if sys.platform != "darwin":  # there, touchpads send native gestures
            self.grabGesture(Qt.GestureType.PinchGesture)
        self.setAccessibleName(self.tr("Picture"))
        self._describe()

    def sizeHint(self) -> QSize:
        """Ask for a useful share of a window."""
        return QSize(480, 360)

    # ---- content

    def set_picture(
        self,
        shown: Image | None,
        values: Image | None = None,
        *,
        alpha: Image | None = None,
        serial: object = None,
    ) -> None:
        """Show a picture, or none. The arrays are not copied and must not change.

        Parameters
        ----------
        shown : Image or None
            ``(H, W)`` or ``(H, W, 3)`` uint8, as displayed.
        values : Image or None
            The true values of the same pixels, for the numbers; None: `shown`.
        alpha : Image or None
            Opacity, ``(H, W)`` uint8, shown before a chequerboard.
        serial : object
            What `painted` will report.
        """
        size = self.picture_size
        self._raster = None if shown is None else Raster(shown, alpha)
        self._values = shown if values is None else values
        self._serial, self._unpainted = serial, shown is not None
        if self.picture_size != size:
            self._describe()
        self.content_changed.emit()
        if self._cursor_at is not None:
            self.hovered.emit(self.hover_position)

    def set_overlays(self, overlays: tuple[Overlay, ...]) -> None:
        """Draw `overlays` over the picture."""
        self._overlays.set_overlays(overlays)
        self.content_changed.emit()

    def highlight(self, name: str | None, row: int = 0) -> None:
        """Emphasise item `row` of the overlay called `name`; None ends it."""
        self._overlays.highlight(name, row)
        self.content_changed.emit()

    def set_caption(self, text: str) -> None:
        """Write what this picture is in the corner; empty for nothing."""
        self._caption = text
        self.setAccessibleName(text or self.tr("Picture"))
        self.content_changed.emit()

    def set_banner(self, text: str) -> None:
        """Show a one-line notice at the top; empty for none."""
        self._banner = text
        self._describe()
        self.update()

    def set_message(self, title: str, hint: str = "") -> None:
        """Say what to do while there is no picture."""
        self._message = (title, hint)
        self._describe()
        self.update()

    def set_left_of(self, other: "Canvas | None", share: float = 1.0) -> None:
        """Show the picture of `other` in the left `share` (0..1) of this canvas; None ends it."""
        if self._left_of:
            self._left_of[0].content_changed.disconnect(self.update)
        self._left_of = (other, share) if other else None
        if other:
            other.content_changed.connect(self.update)
        self._hover_moved()
        self.update()

    @property
    def picture_size(self) -> QSize:
        """Width and height of the picture; empty where there is none."""
        return self._raster.size if self._raster else QSize()

    def view_image(self) -> QImage:
        """Return what is seen, in device pixels."""
        return self.grab().toImage()

    # ---- view

    @property
    def view(self) -> ViewTransform:
        """Pan and zoom; canvases that share one are linked."""
        return self._view

    def set_view(self, view: ViewTransform) -> None:
        """Use `view` from now on."""
        self._view.changed.disconnect(self._view_changed)
        self._view = view
        self._view.changed.connect(self._view_changed)
        self._view_changed()

    @property
    def scale(self) -> float:
        """Device pixels per picture pixel: 1.0 is 1:1."""
        pane = self._pane()
        return self._view.place(pane).scale * pane.ratio if pane else 1.0

    @Slot()
    def fit(self) -> None:
        """Show the whole picture, also after the canvas changes its size."""
        self._view.fit()

    @Slot()
    def one_to_one(self) -> None:
        """Show each picture pixel as one device pixel."""
        self._set_scale(1.0)

    @Slot()
    def zoom_in(self) -> None:
        """Magnify by a quarter."""
        self._zoom(ZOOM_STEP)

    @Slot()
    def zoom_out(self) -> None:
        """Shrink by a fifth, which undoes `zoom_in`."""
        self._zoom(1 / ZOOM_STEP)

    def _pane(self, owner: "Canvas | None" = None) -> Pane | None:
        """Return how the picture of `owner` (this canvas by default) is shown here."""
        size = (owner or self).picture_size
        if size.isEmpty() or self.size().isEmpty():
            return None
        return Pane(size, self.size(), self.devicePixelRatioF())

    def _zoom(self, factor: float, at: QPointF | None = None) -> None:
        if pane := self._pane(self.canvas_at(at)):
            self._view.zoom(pane, factor, at and self._pixel_centre(at))

    def _set_scale(self, scale: float, at: QPointF | None = None) -> None:
        if pane := self._pane(self.canvas_at(at)):
            self._view.set_scale(pane, scale, at and self._pixel_centre(at))

    def _pan(self, dx: float, dy: float) -> None:
        if pane := self._pane():
            self._view.pan(pane, dx, dy)

    def _pixel_centre(self, at: QPointF) -> QPointF:
        """Return the centre of the device pixel whose corner an event reports."""
        half = 0.5 / self.devicePixelRatioF()
        return at + QPointF(half, half)

    @Slot()
    def _view_changed(self) -> None:
        self.update()
        self._hover_moved()

    # ---- the pixel under the cursor

    @property
    def hover_position(self) -> tuple[int, int] | None:
        """The pixel under the cursor, in the picture of `canvas_at` that place."""
        return self.pixel_at(self._cursor_at) if self._cursor_at is not None else None

    def canvas_at(self, at: QPointF | None) -> "Canvas":
        """Return whose picture is seen at a widget position."""
        if at and self._left_of and at.x() < self.width() * self._left_of[1]:
            return self._left_of[0]
        return self

    def pixel_at(self, at: QPointF) -> tuple[int, int] | None:
        """Return the picture's pixel at a widget position, or None beside the picture."""
        pane = self._pane(self.canvas_at(at))
        if pane is None:
            return None
        x, y = self._view.place(pane).to_picture(self._pixel_centre(at))
        inside = 0 <= x < pane.picture.width() and 0 <= y < pane.picture.height()
        return (int(x), int(y)) if inside else None

    @property
    def hovered_canvas(self) -> "Canvas":
        """Whose picture `hover_position` refers to."""
        return self.canvas_at(self._cursor_at)

    def _hover_moved(self) -> None:
        if self._cursor_at is not None:
            self.hovered.emit(self.hover_position)

    # ---- picking a pixel

    @property
    def picking(self) -> bool:
        """Whether the next click picks a pixel."""
        return self._picking

    @Slot(bool)
    def set_picking(self, on: bool) -> None:
        """Let the next click pick a pixel; Esc ends it."""
        if on != self._picking:
            self._picking = on
            if on:
                self.setFocus()
            self._update_cursor()
            self.picking_changed.emit(on)

    def _update_cursor(self) -> None:
        shape = Qt.CursorShape
        if self._dragging:
            self.setCursor(shape.ClosedHandCursor)
        elif self._space:
            self.setCursor(shape.OpenHandCursor)
        elif self._picking:
            self.setCursor(shape.CrossCursor)
        else:
            self.unsetCursor()

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, then the words, then tell that a new picture is on screen."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        painter.fillRect(event.rect(), colour("canvas"))
        other, share = self._left_of or (self, 0.0)
        split = round(area.width() * share)
        left, right = QRectF(area), QRectF(area)
        left.setRight(split)
        right.setLeft(split)
        other._paint_on(painter, self, left)
        self._paint_on(painter, self, right)
        top = draw_banner(painter, area, self._banner) if self._banner else 0.0
        if self._caption:
            draw_caption(painter, right.adjusted(0, top, 0, 0), self._caption, right=split > 0)
        if other._caption:
            draw_caption(painter, left.adjusted(0, top, 0, 0), other._caption)
        if self._tabbed_to:
            painter.setPen(QPen(colour("accent"), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))
        painter.end()
        if self._unpainted:
            self._unpainted = False
            self.painted.emit(self._serial)

    def _paint_on(self, painter: QPainter, canvas: "Canvas", visible: QRectF) -> None:
        """Paint this canvas's picture in the part `visible` of `canvas`."""
        if visible.isEmpty():
            return
        pane = canvas._pane(self)
        if pane is None or self._raster is None:
            draw_message(painter, visible, *self._message)
            return
        place = canvas._view.place(pane)
        painter.save()
        painter.setClipRect(visible)
        self._raster.draw(painter, place, pane.ratio, visible)
        if place.scale >= GRID_FROM:
            self._paint_pixels(painter, place, visible)
        self._overlays.draw(painter, place, visible)
        painter.restore()

    def _paint_pixels(self, painter: QPainter, place: Placement, visible: QRectF) -> None:
        assert self._raster is not None
        assert self._values is not None
        pixels = pixels_in(place, self._raster.size, visible)
        draw_grid(painter, place, pixels)
        if place.scale >= VALUES_FROM:
            self._numbers.draw(painter, place, pixels, self._values, self._raster.shown)
