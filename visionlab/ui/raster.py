"""A picture made ready for painting, and how its pixels come to the screen."""

from math import ceil, floor, log2

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPixmap

from visionlab.core.image import Image, blank_like
from visionlab.runtime.pyramid import Pixels, pyramid_level, top_level
from visionlab.ui.qimages import to_qimage
from visionlab.ui.view_transform import Placement

_CHECKER = 8


class Raster:
    """One 8-bit picture for the screen. Wraps the arrays without copying them.

    Parameters
    ----------
    shown : Image
        ``(H, W)`` or ``(H, W, 3)`` uint8.
    alpha : Image or None
        Opacity, ``(H, W)`` uint8; a chequerboard is painted behind.
    levels : dict of int to ndarray
        What `pyramid_level` makes of the two, where another thread has done so already; others
        are made and added when they are first painted.
    """

    def __init__(
        self, shown: Image, alpha: Image | None = None, levels: dict[int, Pixels] | None = None
    ) -> None:
        # The arrays are kept because a QImage does not own the memory that it wraps.
        self.shown = np.ascontiguousarray(shown)
        self._alpha = alpha
        self._levels = {} if levels is None else levels
        self._least = 0
        self.size = QSize(self.shown.shape[1], self.shown.shape[0])
        """Width and height in pixels."""
        self.level = 0
        """The level that was painted last."""

    def reduce(self) -> None:
        """Keep nothing but the level that was painted last; larger ones are painted from it."""
        if self.level:
            self._least = self.level
            self._levels = {self.level: self._levels[self.level]}
            self.shown = blank_like(self.shown)

    def draw(self, painter: QPainter, place: Placement, ratio: float, visible: QRectF) -> None:
        """Paint what lies in the widget rectangle `visible`; crisp from 1:1 on, else smooth."""
        seen = place.rect(self.size) & visible
        if seen.isEmpty():
            return
        if self._alpha is not None:
            painter.fillRect(seen, _chequers())
        if place.scale * ratio >= 1 and not self._least:
            self._draw_crisp(painter, place, ratio, seen)
        else:
            self._draw_smooth(painter, place, ratio, seen)

    def _draw_crisp(self, painter: QPainter, place: Placement, ratio: float, seen: QRectF) -> None:
        """Paint onto whole device pixels: Qt rounds a target between them by up to half of one."""
        left, top = floor(seen.left() * ratio) / ratio, floor(seen.top() * ratio) / ratio
        right, bottom = floor(seen.right() * ratio) / ratio, floor(seen.bottom() * ratio) / ratio
        source = QRectF(*place.to_picture(QPointF(left, top)), 0, 0)
        source.setWidth((right - left) / place.scale)
        source.setHeight((bottom - top) / place.scale)
        image = self._image(0)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(QRectF(left, top, right - left, bottom - top), image, source)

    def _draw_smooth(self, painter: QPainter, place: Placement, ratio: float, seen: QRectF) -> None:
        """Paint the pixels of the reduced copy that is at most twice as large as needed."""
        level = self._level_for(place.scale * ratio)
        step = place.scale * 2**level
        image = self._image(level)
        size = image.size()
        left = max(0, floor((seen.left() - place.x) / step) - 1)
        top = max(0, floor((seen.top() - place.y) / step) - 1)
        width = min(size.width(), ceil((seen.right() - place.x) / step) + 1) - left
        height = min(size.height(), ceil((seen.bottom() - place.y) / step) + 1) - top
        target = QRectF(place.x + left * step, place.y + top * step, width * step, height * step)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        painter.drawImage(target, image, QRectF(left, top, width, height))

    def _level_for(self, device: float) -> int:
        """Return how often to halve so that between half and all of the pixels are painted."""
        return max(self._least, min(top_level(self.shown.shape), floor(-log2(device))))

    def _image(self, level: int) -> QImage:
        self.level = level
        if level not in self._levels:
            self._levels[level] = pyramid_level(self.shown, level, self._alpha)
        array = self._levels[level]
        if array.ndim == 2 or array.shape[2] == 3:
            return to_qimage(array)
        height, width = array.shape[:2]
        kind = QImage.Format
        form = kind.Format_RGB32 if self._alpha is None else kind.Format_ARGB32_Premultiplied
        return QImage(array.data, width, height, array.strides[0], form)


def _chequers() -> QBrush:
    tile = QPixmap(2 * _CHECKER, 2 * _CHECKER)
    tile.fill(QColor("#c8c8c8"))
    painter = QPainter(tile)
    for at in (0, _CHECKER):
        painter.fillRect(at, at, _CHECKER, _CHECKER, Qt.GlobalColor.white)
    painter.end()
    return QBrush(tile)
