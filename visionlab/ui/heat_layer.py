"""A heatmap laid over a picture: blended, as a mask, as lines of equal height, or alone."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from visionlab.core.image import Display
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.runtime.heat_lines import level_lines
from visionlab.runtime.heat_mask import strength
from visionlab.runtime.heat_pixels import Box, coloured, on_screen, shade
from visionlab.runtime.pyramid import Pixels
from visionlab.ui.canvas_notes import caption
from visionlab.ui.view_transform import Placement

Style: TypeAlias = Literal["blend", "mask", "contours", "map"]

LEVELS = (0.25, 0.5, 0.75)
"""Heights of the lines, as parts of the way from none to the most."""


class _Laid(NamedTuple):
    """A map as it is painted, the same while the picture stays where it is.

    Attributes
    ----------
    at : tuple of (Placement, QRectF, float)
        Where the picture lies, what is visible, and device pixels per widget pixel.
    corner : QPointF
    image : QImage
    pixels : ndarray
        What `image` shows, which does not own it.
    """

    at: tuple[Placement, QRectF, float]
    corner: QPointF
    image: QImage
    pixels: Pixels


class HeatLayer:
    """One heatmap, ready to be painted on a picture.

    Parameters
    ----------
    heatmap : Heatmap
    display : Display
        Its colours.
    box : tuple of float
        The part of the picture that it belongs to: x, y, width, height in its pixels.
    style : {'blend', 'mask', 'contours', 'map'}
        Colours over the picture; what matters in light; lines; colours alone.
    opacity : float
        0..1, of blend and mask.
    threshold, largest : float, bool
        Of the mask; see `heat_mask`.
    known : ndarray, optional
        (h, w) bool: where colours are painted; everywhere without it.

    Attributes
    ----------
    note : str
        Written in the upper right corner.
    """

    def __init__(
        self,
        heatmap: Heatmap,
        display: Display,
        box: Box,
        style: Style = "blend",
        opacity: float = 0.6,
        threshold: float = 0.5,
        largest: bool = False,
        known: NDArray[np.bool_] | None = None,
    ) -> None:
        self.box = box
        self.note = ""
        self._values = heatmap.values
        self._lines: list[tuple[float, QPolygonF]] = []
        self._pixels: Pixels | None = None
        self._laid: _Laid | None = None
        if style == "contours":
            self._lines = [
                (level, QPolygonF([QPointF(x, y) for x, y in ring.tolist()]))
                for level in LEVELS
                for ring in level_lines(strength(heatmap), level)
            ]
        elif style == "mask":
            self._pixels = shade(heatmap, threshold, largest, opacity)
        else:
            self._pixels = coloured(heatmap, display, 1.0 if style == "map" else opacity, known)

    @classmethod
    def of(cls, heatmap: Heatmap, box: Box, view: Mapping[str, Any]) -> "HeatLayer":
        """Return a layer as the panel's view says."""
        style: Style = "map" if view["show"] == "beside" else view["show"]
        return cls(
            heatmap, display_of(heatmap.display, view), box, style, view["opacity"],
            view["threshold"], view["largest"],
        )  # fmt: skip

    def value_at(self, x: float, y: float) -> float | None:
        """Return the map's value at a position of the picture; None beside the map."""
        left, top, width, height = self.box
        rows, columns = self._values.shape
        column = int((x - left) / width * columns // 1)
        row = int((y - top) / height * rows // 1)
        inside = 0 <= row < rows and 0 <= column < columns
        return float(self._values[row, column]) if inside else None

    def draw(self, painter: QPainter, place: Placement, visible: QRectF) -> None:
        """Paint what is `visible` of it where the picture lies at `place`."""
        ratio = painter.device().devicePixelRatio()
        if self._pixels is not None:
            at = place, visible, ratio
            if self._laid is None or self._laid.at != at:
                self._laid = self._lay(self._pixels, *at)
            painter.drawImage(self._laid.corner, self._laid.image)
        if self._lines:
            self._draw_lines(painter, self._target(place))
        if self.note:
            area = self._target(place).intersected(visible)
            if words := caption(area, self.note, painter.font(), ratio, right=True):
                painter.drawPixmap(*words)

    def _lay(self, pixels: Pixels, place: Placement, visible: QRectF, ratio: float) -> _Laid:
        """Return what is seen of the map, as it lies on the screen."""
        whole = self._target(place)
        seen = whole.intersected(visible)
        x, y, part = on_screen(pixels, _device(whole, ratio), _device(seen, ratio))
        height, width = part.shape[:2]
        kind = QImage.Format.Format_ARGB32_Premultiplied
        image = QImage(part.data, width, height, 4 * width, kind) if part.size else QImage()
        image.setDevicePixelRatio(ratio)
        return _Laid((place, visible, ratio), QPointF(x / ratio, y / ratio), image, part)

    def _target(self, place: Placement) -> QRectF:
        left, top, width, height = self.box
        corner = place.to_widget(left, top)
        return QRectF(corner.x(), corner.y(), width * place.scale, height * place.scale)

    def _draw_lines(self, painter: QPainter, target: QRectF) -> None:
        rows, columns = self._values.shape
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.translate(target.topLeft())
        painter.scale(target.width() / columns, target.height() / rows)
        for level, ring in self._lines:
            for width, colour in ((3.5, QColor(0, 0, 0, 160)), (1.75, _line_colour(level))):
                pen = QPen(colour, width)
                pen.setCosmetic(True)
                painter.setPen(pen)
                painter.drawPolygon(ring)
        painter.restore()


def display_of(own: Display, view: Mapping[str, Any]) -> Display:
    """Return a map's colours as the person wants them."""
    if view["colours"] == "automatic":
        return own
    return Display(own.low, own.high, "grey" if view["colours"] == "grey" else "sequential")


def _device(rect: QRectF, ratio: float) -> Box:
    return rect.left() * ratio, rect.top() * ratio, rect.width() * ratio, rect.height() * ratio


def _line_colour(level: float) -> QColor:
    return QColor.fromRgbF(1.0, 0.95 - 0.45 * level, 0.75 - 0.75 * level)
