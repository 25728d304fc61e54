"""One picture in a rectangle: what it shows, where its pixels lie, and how it is painted."""

from typing import NamedTuple, Protocol

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap, QRegion, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from visionlab.core.image import Image
from visionlab.core.result import Overlay
from visionlab.runtime.pyramid import Copy, Pixels
from visionlab.ui.canvas_notes import banner_height, caption, draw_banner, draw_message
from visionlab.ui.overlay_painter import OverlayPainter
from visionlab.ui.pixel_values import GRID_FROM, VALUES_FROM, ValuePainter, draw_grid, pixels_in
from visionlab.ui.raster import Raster, Spot
from visionlab.ui.theme import colour
from visionlab.ui.view_transform import Pane, Placement, ViewTransform

SOON_MS = 30
"""Milliseconds for which a new layer may wait for a new picture."""


class Layer(Protocol):
    """Something painted over a picture, in its place."""

    def draw(self, painter: QPainter, place: Placement, visible: QRectF) -> None:
        """Paint what is `visible` of it where the picture lies at `place`."""


class Scene(NamedTuple):
    """What is where in a part of a pane: worked out once while nothing but pixels changes.

    Attributes
    ----------
    owner : PicturePane
        Whose picture and words are seen.
    visible : QRectF
        The part, in widget coordinates.
    place : Placement or None
        Where the whole picture lies; None where there is no picture, as with `spot`.
    spot : Spot or None
        How its visible pixels are painted; None where none of them is visible.
    caption : (QPointF, QPixmap) or None
    """

    owner: "PicturePane"
    visible: QRectF
    place: Placement | None
    spot: Spot | None
    caption: tuple[QPointF, QPixmap] | None


class PicturePane(QWidget):
    """Shows one picture with its overlays, through a `ViewTransform`.

    Its left part can show another pane's picture instead, in the same place: a wipe.

    Signals
    -------
    painted(object)
        The `serial` of a new picture, once it has been painted.
    content_changed()
        There is something new to paint.
    moved()
        Other pixels may lie at the same place now.
    """

    painted = Signal(object)
    content_changed = Signal()
    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._raster: Raster | None = None
        self._values: Image | None = None
        self._layers: dict[str, Layer] = {}
        self._overlays = OverlayPainter()
        self._numbers = ValuePainter()
        self._serial: object = None
        self._unpainted = False
        self._caption = self._banner = ""
        self._message = ("", "")
        self._left: tuple[PicturePane, float] | None = None
        self._scenes: tuple[Scene, ...] = ()
        self._scenes_ratio = 0.0
        self._late = QTimer(self, singleShot=True, interval=SOON_MS)
        self._late.timeout.connect(self._renew)
        self._view = ViewTransform(self)
        self._view.changed.connect(self._on_moved)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(96, 96)
        self.set_caption("")
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
        copies: dict[Copy, Pixels] | None = None,
        serial: object = None,
    ) -> None:
        """Show a picture, or none. The arrays are not copied and must not change.

        Parameters
        ----------
        shown : Image or None
            ``(H, W)`` or ``(H, W, 3)`` uint8, as displayed.
        values : Image or None
            The true values of the same pixels; None: `shown`.
        alpha : Image or None
            Opacity, ``(H, W)`` uint8, shown before a chequerboard.
        copies : dict, optional
            What is made of `shown` and `alpha` for painting, where another thread has done so.
        serial : object
            What `painted` will report.
        """
        size, reduced = self.picture_size, bool(self._raster and self._raster.reduced)
        self._raster = None if shown is None else Raster(shown, alpha, copies)
        self._values = shown if values is None else values
        self._serial, self._unpainted = serial, shown is not None
        if reduced or self.picture_size != size:
            self._describe()
            self._renew()
        else:
            self.update(self._picture_part())
            self.content_changed.emit()

    def reduce(self) -> None:
        """Go on showing the picture as it was painted last, but let its pixels go."""
        self._values = None
        if self._raster:
            self._raster.reduce()
            self._scenes = ()

    def set_overlays(self, overlays: tuple[Overlay, ...]) -> None:
        """Draw `overlays` over the picture."""
        if overlays or self._overlays:
            self._overlays.set_overlays(overlays)
            self._renew()

    def set_layer(self, name: str, layer: Layer | None, at_once: bool = True) -> None:
        """Lay something over the picture, below the overlays, or take it away with None.

        One in place of another, not `at_once`, is painted with the next picture if it comes soon.
        """
        if layer is not self._layers.get(name):
            soon = not at_once and layer is not None and name in self._layers
            self._layers.pop(name, None)
            if layer is not None:
                self._layers[name] = layer
            (self._late.start if soon else self._renew)()

    def layer(self, name: str) -> Layer | None:
        """Return what was laid over the picture by this name."""
        return self._layers.get(name)

    @Slot(object, int)
    def highlight(self, name: str | None, row: int = 0) -> None:
        """Emphasise item `row` of the overlay called `name`; None ends it."""
        self._overlays.highlight(name, row)
        self._renew()

    def set_caption(self, text: str) -> None:
        """Write what this picture is in the corner; empty for nothing."""
        self._caption = text
        self.setAccessibleName(text or self.tr("Picture"))
        self._renew()

    def set_banner(self, text: str) -> None:
        """Show a one-line notice at the top; empty for none."""
        if text != self._banner:
            self._banner = text
            self.setToolTip(text)
            self._describe()
            self._renew()

    def set_message(self, title: str, hint: str = "") -> None:
        """Say what to do while there is no picture."""
        self._message = (title, hint)
        self._describe()
        self._renew()

    def set_left(self, other: "PicturePane | None", share: float = 1.0) -> None:
        """Show the picture of `other` in the left `share` (0..1) of this pane; None ends it."""
        if self._left:
            self._left[0].content_changed.disconnect(self._on_moved)
        self._left = (other, share) if other else None
        if other:
            other.content_changed.connect(self._on_moved)
        self._on_moved()

    def paint_now(self) -> None:
        """Paint what is new at once: else it would wait for the next beat of 60 a second."""
        part = self.rect() if self._late.isActive() else self._picture_part()
        self._late.stop()
        self.repaint(part)

    def _renew(self) -> None:
        """Have everything laid out and painted anew, and tell that it is new."""
        self._scenes = ()
        self.update()
        self.content_changed.emit()

    def _picture_part(self) -> QRect:
        """Return the rectangle that changes with the picture's pixels.

        A layer's part beyond it changes with the layer alone; overlays come with the pixels.
        """
        scene = self._laid_out()[-1]
        if self._left or self._overlays or scene.spot is None:
            return self.rect()
        return scene.spot.target.united(scene.spot.seen).toAlignedRect()

    def _describe(self) -> None:
        """Tell screen readers what there is to see."""
        size = self.picture_size
        seen = (
            " ".join(self._message).strip()
            if size.isEmpty()
            else self.tr("{0} x {1} pixels").format(size.width(), size.height())
        )
        self.setAccessibleDescription(". ".join(part for part in (self._banner, seen) if part))

    @property
    def picture_size(self) -> QSize:
        """Width and height of the picture; empty where there is none."""
        return self._raster.size if self._raster else QSize(0, 0)

    @property
    def copy(self) -> Copy:
        """What was painted last: the picture so often halved, or as it lies on the screen."""
        return self._raster.copy if self._raster else 0

    @property
    def values(self) -> Image | None:
        """The picture's true values."""
        return self._values

    def view_image(self) -> QImage:
        """Return what is seen, in device pixels."""
        return self.grab().toImage()

    # ---- where its pixels lie

    @property
    def view(self) -> ViewTransform:
        """Pan and zoom; panes that share one are linked."""
        return self._view

    def set_view(self, view: ViewTransform) -> None:
        """Use `view` from now on."""
        self._view.changed.disconnect(self._on_moved)
        self._view = view
        self._view.changed.connect(self._on_moved)
        self._on_moved()

    @property
    def scale(self) -> float:
        """Device pixels per picture pixel: 1.0 is 1:1."""
        frame = self.frame_of(self)
        return self._view.place(frame).scale * frame.ratio if frame else 1.0

    def owner_at(self, at: QPointF) -> "PicturePane":
        """Return the pane whose picture is seen at a widget position."""
        return self._left[0] if self._left and at.x() < self._split() else self

    def frame_of(self, owner: "PicturePane") -> Pane | None:
        """Return how the picture of `owner` is seen here; None without picture or room."""
        if owner.picture_size.isEmpty() or self.size().isEmpty():
            return None
        return Pane(owner.picture_size, self.size(), self.devicePixelRatioF())

    def pixel_at(self, at: QPointF) -> tuple[int, int] | None:
        """Return the pixel of `owner_at` the position, or None beside the picture."""
        frame = self.frame_of(self.owner_at(at))
        if frame is None:
            return None
        x, y = self._view.place(frame).to_picture(self.device_centre(at))
        inside = 0 <= x < frame.picture.width() and 0 <= y < frame.picture.height()
        return (int(x), int(y)) if inside else None

    def place_at(self, at: QPointF) -> tuple[float, float] | None:
        """Return x and y of `owner_at` the position, (0, 0) the centre of its first pixel.

        They may lie beside the picture; None where there is none.
        """
        frame = self.frame_of(self.owner_at(at))
        if frame is None:
            return None
        x, y = self._view.place(frame).to_picture(self.device_centre(at))
        return x - 0.5, y - 0.5

    def device_centre(self, at: QPointF) -> QPointF:
        """Return the centre of the device pixel whose corner an event reports.

        Slightly before it: where an edge of the picture's pixels lies on the centre, Qt paints
        the pixel before.
        """
        half = (0.5 - 1 / 64) / self.devicePixelRatioF()
        return at + QPointF(half, half)

    def _split(self) -> int:
        return round(self.width() * self._left[1]) if self._left else 0

    @Slot()
    def _on_moved(self) -> None:
        self._scenes = ()
        self.update()
        self.moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay everything out anew."""
        self._scenes = ()
        super().resizeEvent(event)

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, then the words, then tell that a new picture is on screen."""
        scenes, region = self._laid_out(), QRegion(event.rect())
        painter = QPainter(self)
        for scene in scenes:
            if scene.spot and scene.owner._raster and scene.owner._raster.opaque:
                region -= QRegion(scene.spot.covered())
        if not region.isEmpty():
            painter.setClipRegion(region)
            painter.fillRect(event.rect(), colour("canvas"))
            painter.setClipping(False)
        if self._banner:
            draw_banner(painter, QRectF(self.rect()), self._banner)
        for scene in scenes:
            painter.setClipRect(scene.visible)
            scene.owner._paint(painter, scene)
            if scene.caption:
                painter.drawPixmap(*scene.caption)
        painter.end()
        if self._unpainted:
            self._unpainted = False
            self.painted.emit(self._serial)

    def _laid_out(self) -> tuple[Scene, ...]:
        """Return what is seen from left to right: one part, or two while wiping."""
        ratio = self.devicePixelRatioF()
        if not self._scenes or self._scenes_ratio != ratio:
            left, right = QRectF(self.rect()), QRectF(self.rect())
            left.setRight(self._split())
            right.setLeft(self._split())
            if self._banner:
                left.setTop(banner_height(self.fontMetrics()))
                right.setTop(left.top())
            wiped = [self._scene(self._left[0], left)] if self._left and not left.isEmpty() else []
            own = [] if wiped and right.isEmpty() else [self._scene(self, right, bool(wiped))]
            self._scenes, self._scenes_ratio = (*wiped, *own), ratio
        return self._scenes

    def _scene(self, owner: "PicturePane", visible: QRectF, at_right: bool = False) -> Scene:
        """Lay out the picture of `owner` in the part `visible` of this pane."""
        ratio, frame = self.devicePixelRatioF(), self.frame_of(owner)
        words = caption(visible, owner._caption, self.font(), ratio, right=at_right)
        if frame is None or owner._raster is None:
            return Scene(owner, visible, None, None, words)
        place = self._view.place(frame)
        return Scene(owner, visible, place, owner._raster.spot(place, ratio, visible), words)

    def _paint(self, painter: QPainter, scene: Scene) -> None:
        """Paint this pane's picture and what belongs to it as `scene` says."""
        place, spot = scene.place, scene.spot
        if place is None or self._raster is None:
            draw_message(painter, scene.visible, *self._message)
            return
        if spot:
            self._raster.draw(painter, spot)
        for layer in self._layers.values():
            layer.draw(painter, place, scene.visible)
        if place.scale >= GRID_FROM:
            self._paint_pixels(painter, self._raster, place, scene.visible)
        self._overlays.draw(painter, place, scene.visible)

    def _paint_pixels(
        self, painter: QPainter, raster: Raster, place: Placement, visible: QRectF
    ) -> None:
        draw_grid(painter, place, raster.size, visible)
        if place.scale >= VALUES_FROM and self._values is not None:
            pixels = pixels_in(place, raster.size, visible)
            self._numbers.draw(painter, place, pixels, self._values, raster.shown)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the colour scheme."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._renew()
        super().changeEvent(event)
