"""Which part of a picture is seen, how large: the state that linked canvases share.

Three coordinate systems: *picture* pixels, whose first pixel covers 0..1; *widget*
(device-independent) pixels; *device* pixels, `ratio` of which make one widget pixel. Scales
that a person meets (1:1, the limits) are in device pixels per picture pixel.
"""

from dataclasses import dataclass
from math import floor, sqrt

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Signal

MIN_SCALE = 1 / 32
MAX_SCALE = 64


@dataclass(frozen=True)
class Pane:
    """A picture's size, the size of the widget that shows it, and its device pixel ratio."""

    picture: QSize
    widget: QSize
    ratio: float = 1.0

    @property
    def fit_scale(self) -> float:
        """The device scale at which the whole picture is just seen."""
        across = self.widget.width() / self.picture.width()
        down = self.widget.height() / self.picture.height()
        return min(across, down, MAX_SCALE) * self.ratio

    @property
    def middle(self) -> QPointF:
        """The widget's centre, on a corner of device pixels so that 1:1 stays aligned."""
        return QPointF(
            self.widget.width() * self.ratio // 2 / self.ratio,
            self.widget.height() * self.ratio // 2 / self.ratio,
        )

    @property
    def side(self) -> float:
        """The geometric mean of the picture's sides, in pixels."""
        return sqrt(self.picture.width() * self.picture.height())

    def limited(self, scale: float) -> float:
        """Return the device scale nearest to `scale` that a person may choose."""
        return min(max(scale, min(MIN_SCALE, self.fit_scale)), MAX_SCALE * self.ratio)


@dataclass(frozen=True)
class Placement:
    """Where a picture lies in a widget.

    Attributes
    ----------
    scale : float
        Widget pixels per picture pixel.
    x, y : float
        Widget position of the outer corner of the picture's first pixel.
    """

    scale: float
    x: float
    y: float

    def to_widget(self, x: float, y: float) -> QPointF:
        """Return the widget position of a picture position."""
        return QPointF(self.x + x * self.scale, self.y + y * self.scale)

    def to_picture(self, at: QPointF) -> tuple[float, float]:
        """Return the picture position of a widget position."""
        return (at.x() - self.x) / self.scale, (at.y() - self.y) / self.scale

    def rect(self, size: QSize) -> QRectF:
        """Return the widget rectangle of a picture of `size`."""
        return QRectF(self.x, self.y, size.width() * self.scale, size.height() * self.scale)


class ViewTransform(QObject):
    """Pan and zoom, kept relative to the picture, so that canvases may share one.

    The centre is stored as a fraction of the picture's sides and the zoom as the device pixels
    that its mean side takes: pictures of different size show the same part at the same size.
    While `fitted`, every canvas shows its whole picture.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fitted = True
        self._extent = 1.0
        self._centre = (0.5, 0.5)

    @property
    def fitted(self) -> bool:
        """Whether the picture follows the widget's size."""
        return self._fitted

    def copy(self, parent: QObject | None = None) -> "ViewTransform":
        """Return an independent transform in the same state."""
        other = ViewTransform(parent)
        other._fitted, other._extent, other._centre = self._fitted, self._extent, self._centre
        return other

    def place(self, pane: Pane) -> Placement:
        """Return where the picture lies in `pane`: from 1:1 on, on whole device pixels."""
        exact = self._exact_place(pane)
        if exact.scale * pane.ratio < 1:
            return exact
        return Placement(
            exact.scale,
            round(exact.x * pane.ratio) / pane.ratio,
            round(exact.y * pane.ratio) / pane.ratio,
        )

    def _exact_place(self, pane: Pane) -> Placement:
        device = pane.fit_scale if self._fitted else self._extent / pane.side
        across, down = (0.5, 0.5) if self._fitted else self._centre
        scale, middle = device / pane.ratio, pane.middle
        return Placement(
            scale,
            middle.x() - across * pane.picture.width() * scale,
            middle.y() - down * pane.picture.height() * scale,
        )

    def fit(self) -> None:
        """Show the whole picture, and keep doing so when the widget's size changes."""
        self._fitted = True
        self.changed.emit()

    def zoom(self, pane: Pane, factor: float, at: QPointF | None = None) -> None:
        """Magnify by `factor`; what is at the widget position `at` (default: middle) stays."""
        self.set_scale(pane, self.place(pane).scale * pane.ratio * factor, at)

    def set_scale(self, pane: Pane, scale: float, at: QPointF | None = None) -> None:
        """Show `scale` device pixels per picture pixel, within the limits; `at` stays."""
        device, fixed = pane.limited(scale), pane.middle if at is None else at
        scale = device / pane.ratio
        x, y = self._exact_place(pane).to_picture(fixed)
        left, top = fixed.x() - x * scale, fixed.y() - y * scale
        if device >= 1:
            pixel = self.place(pane).to_picture(fixed)
            left = _keeping(floor(pixel[0]), fixed.x(), left, scale, pane.ratio)
            top = _keeping(floor(pixel[1]), fixed.y(), top, scale, pane.ratio)
        width, height = pane.picture.width(), pane.picture.height()
        centre = (
            (pane.middle.x() - left) / (scale * width),
            (pane.middle.y() - top) / (scale * height),
        )
        on_picture = 0 <= x <= width and 0 <= y <= height
        self._store(device * pane.side, centre if on_picture else self._kept_near(centre))

    def pan(self, pane: Pane, dx: float, dy: float) -> None:
        """Move the picture by widget pixels; its edge goes no further than the middle."""
        place = self.place(pane)
        across, down = (0.5, 0.5) if self._fitted else self._centre
        across -= dx / (place.scale * pane.picture.width())
        down -= dy / (place.scale * pane.picture.height())
        self._store(place.scale * pane.ratio * pane.side, self._kept_near((across, down)))

    def _kept_near(self, centre: tuple[float, float]) -> tuple[float, float]:
        """Limit `centre` to the picture, or to where it already is outside of it."""
        now = (0.5, 0.5) if self._fitted else self._centre
        x, y = (
            min(max(new, min(0.0, old)), max(1.0, old))
            for new, old in zip(centre, now, strict=True)
        )
        return x, y

    def _store(self, extent: float, centre: tuple[float, float]) -> None:
        self._fitted, self._extent, self._centre = False, extent, centre
        self.changed.emit()


def _keeping(pixel: int, fixed: float, start: float, scale: float, ratio: float) -> float:
    """Return `start`, changed where rounding it to device pixels would move `pixel` off `fixed`."""
    first, last = fixed - (pixel + 1) * scale, fixed - pixel * scale
    rounded = round(start * ratio) / ratio
    if rounded > last:
        return floor(last * ratio) / ratio
    if rounded <= first:
        return (floor(first * ratio) + 1) / ratio
    return start + (rounded - start) * 1e-6  # half a pixel is rounded alike when worked out again
