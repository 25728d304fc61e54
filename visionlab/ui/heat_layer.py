"""A heatmap laid over a picture: blended, as a mask, as lines of equal height, or alone."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from visionlab.core.display import to_rgb8
from visionlab.core.image import Display
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.runtime.heat_lines import level_lines
from visionlab.runtime.heat_mask import heat_mask, strength
from visionlab.ui.canvas_notes import caption
from visionlab.ui.view_transform import Placement

Style: TypeAlias = Literal["blend", "mask", "contours", "map"]

_FINER = 4
"""Pixels of a mask for each of the map."""

_MOST = 8_000_000
"""Pixels on the screen up to which the scaled map is kept for the next frame."""

LEVELS = (0.25, 0.5, 0.75)
"""Heights of the lines, as parts of the way from none to the most."""

Box: TypeAlias = tuple[float, float, float, float]

Scaled: TypeAlias = tuple[tuple[QRectF, float], QRect, QImage]
"""Target and device pixel ratio, the rectangle in device pixels, and what lies there."""


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
        self._opacity = 1.0 if style in ("map", "contours") else opacity
        self._lines: list[tuple[float, QPolygonF]] = []
        self._scaled: Scaled | None = None
        if style == "contours":
            self._image = None
            self._lines = [
                (level, QPolygonF([QPointF(x, y) for x, y in ring.tolist()]))
                for level in LEVELS
                for ring in level_lines(strength(heatmap), level)
            ]
        elif style == "mask":
            self._image = _shade(heatmap, threshold, largest)
        else:
            self._image = _coloured(heatmap, display, known)

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

    def draw(self, painter: QPainter, place: Placement) -> None:
        """Paint it where the picture lies at `place`."""
        left, top, width, height = self.box
        corner = place.to_widget(left, top)
        target = QRectF(corner.x(), corner.y(), width * place.scale, height * place.scale)
        ratio = painter.device().devicePixelRatio()
        painter.save()
        if self._image is not None:
            painter.setOpacity(self._opacity)
            self._draw_colours(painter, self._image, target, ratio)
        self._draw_lines(painter, target)
        painter.restore()
        if self.note:
            seen = painter.clipBoundingRect() if painter.hasClipping() else target
            area = target.intersected(seen)
            if words := caption(area, self.note, painter.font(), ratio, right=True):
                painter.drawPixmap(*words)

    def _draw_colours(
        self, painter: QPainter, colours: QImage, target: QRectF, ratio: float
    ) -> None:
        """Paint the map smoothly; in the same place again, as it was scaled the first time."""
        if self._scaled is None or self._scaled[0] != (target, ratio):
            self._scaled = _scaled(colours, target, ratio)
        if self._scaled is None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(target, colours)
        else:
            _, place, image = self._scaled
            painter.drawImage(QPointF(place.left() / ratio, place.top() / ratio), image)

    def _draw_lines(self, painter: QPainter, target: QRectF) -> None:
        if not self._lines:
            return
        rows, columns = self._values.shape
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


def display_of(own: Display, view: Mapping[str, Any]) -> Display:
    """Return a map's colours as the person wants them."""
    if view["colours"] == "automatic":
        return own
    return Display(own.low, own.high, "grey" if view["colours"] == "grey" else "sequential")


def _coloured(heatmap: Heatmap, display: Display, known: NDArray[np.bool_] | None) -> QImage:
    colours = np.ascontiguousarray(to_rgb8(heatmap.values, display))
    if colours.ndim == 2:
        colours = np.repeat(colours[..., None], 3, axis=2)
    height, width = colours.shape[:2]
    if known is None:
        image = QImage(colours.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        return image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.dstack([colours, np.where(known, 255, 0).astype(np.uint8)])
    image = QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _scaled(colours: QImage, target: QRectF, ratio: float) -> Scaled | None:
    """Return a map as it lies on the screen; None where that is too large."""
    device = QRectF(target.topLeft() * ratio, target.size() * ratio)
    place = device.toAlignedRect()
    if place.width() * place.height() > _MOST:
        return None
    image = QImage(place.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(device.translated(-place.left(), -place.top()), colours)
    painter.end()
    image.setDevicePixelRatio(ratio)
    return (target, ratio), place, image


def _shade(heatmap: Heatmap, threshold: float, largest: bool) -> QImage:
    """Return black that hides what is not in the mask."""
    height, width = (side * _FINER for side in heatmap.values.shape)
    mask = heat_mask(heatmap, (0, 0, width, height), (height, width), threshold, largest)
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[..., 3] = 255 - mask
    form = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width, height, 4 * width, form).copy()


def _line_colour(level: float) -> QColor:
    return QColor.fromRgbF(1.0, 0.95 - 0.45 * level, 0.75 - 0.75 * level)
