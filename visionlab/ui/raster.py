"""A picture made ready for painting, and how its pixels come to the screen."""

from math import ceil, floor, log2

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPixmap

from visionlab.core.image import Image, blank_like
from visionlab.runtime.pyramid import (
    Copy,
    Grid,
    Pixels,
    level_of,
    pyramid_level,
    sampled,
    top_level,
)
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
    copies : dict
        What `pyramid_level` and `sampled` make of the two, where another thread has done so
        already; others are made and added when they are first painted.
    """

    def __init__(
        self, shown: Image, alpha: Image | None = None, copies: dict[Copy, Pixels] | None = None
    ) -> None:
        # The arrays are kept because a QImage does not own the memory that it wraps.
        self.shown = np.ascontiguousarray(shown)
        self._alpha = alpha
        self._copies = {} if copies is None else copies
        self._least = 0
        self.size = QSize(self.shown.shape[1], self.shown.shape[0])
        """Width and height in pixels."""
        self.copy: Copy = 0
        """The copy that was painted last."""

    def reduce(self) -> None:
        """Keep nothing but the level that was painted last; larger ones are painted from it."""
        if level := level_of(self.copy):
            self._least = level
            self._copies = {level: self._copies[level]}
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
        """Paint the very pixels of the screen, made from a copy at most twice as large."""
        left, right = ceil(seen.left() * ratio - 0.5), ceil(seen.right() * ratio - 0.5)
        top, bottom = ceil(seen.top() * ratio - 0.5), ceil(seen.bottom() * ratio - 0.5)
        size = max(right - left, 1), max(bottom - top, 1)  # of a thin picture one pixel stays
        level = self._level_for(place.scale * ratio)
        step = 1 / (place.scale * ratio * 2**level)
        x, y = (
            (left + 0.5 - place.x * ratio) * step - 0.5,
            (top + 0.5 - place.y * ratio) * step - 0.5,
        )
        shape = self.size.height(), self.size.width()
        image = self._image(Grid(shape, level, size, step, x, y))
        target = QRectF(left / ratio, top / ratio, size[0] / ratio, size[1] / ratio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(target, image)

    def _level_for(self, device: float) -> int:
        """Return how often to halve so that between half and all of the pixels are painted."""
        return max(self._least, min(top_level(self.shown.shape), floor(-log2(device))))

    def _image(self, copy: Copy) -> QImage:
        self.copy = copy
        array = self._pixels(copy)
        if array.ndim == 2 or array.shape[2] == 3:
            return to_qimage(array)
        height, width = array.shape[:2]
        kind = QImage.Format
        form = kind.Format_RGB32 if self._alpha is None else kind.Format_ARGB32_Premultiplied
        return QImage(array.data, width, height, array.strides[0], form)

    def _pixels(self, copy: Copy) -> Pixels:
        """Return a copy, made now if need be; of those on a screen only the newest are kept."""
        if copy not in self._copies:
            if isinstance(copy, Grid):
                pixels = sampled(self._pixels(copy.level), copy)
                for former in [k for k in self._copies if isinstance(k, Grid)][:-1]:
                    del self._copies[former]
            else:
                pixels = pyramid_level(self.shown, copy, self._alpha)
            self._copies[copy] = pixels
        return self._copies[copy]


def _chequers() -> QBrush:
    tile = QPixmap(2 * _CHECKER, 2 * _CHECKER)
    tile.fill(QColor("#c8c8c8"))
    painter = QPainter(tile)
    for at in (0, _CHECKER):
        painter.fillRect(at, at, _CHECKER, _CHECKER, Qt.GlobalColor.white)
    painter.end()
    return QBrush(tile)
