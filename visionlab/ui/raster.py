"""A picture made ready for painting: 32-bit pixels, and halved copies for zooming out."""

from collections.abc import Iterator
from math import ceil, floor, log2
from time import perf_counter

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPixmap

from visionlab.core.image import Image
from visionlab.ui.qimages import to_qimage
from visionlab.ui.view_transform import Placement

# Painting from 32 bits takes half the time of painting from 24, conversion included. Pictures
# of more pixels than this are converted and halved in slices, between two turns of the window.
_LARGE = 4_000_000
_STRIP = 64
_CHECKER = 8


class Raster:
    """One 8-bit picture for the screen. Wraps the array without copying it.

    Reduced copies are averages of 2 x 2 pixels, made when first needed, so that a picture
    zoomed out shows no moiré and a large one paints as fast as a small one. Until those of a
    large picture are ready, see `refine`, it is painted from its own pixels.

    Parameters
    ----------
    shown : Image
        ``(H, W)`` or ``(H, W, 3)`` uint8.
    alpha : Image or None
        Opacity, ``(H, W)`` uint8; a chequerboard is painted behind.
    """

    def __init__(self, shown: Image, alpha: Image | None = None) -> None:
        # The arrays are kept because a QImage does not own the memory that it wraps.
        self.shown = np.ascontiguousarray(shown)
        self._alpha = None if alpha is None else np.ascontiguousarray(alpha)
        self._image = to_qimage(self.shown)
        self._opacity = None if self._alpha is None else to_qimage(self._alpha)
        self._large = self.size.width() * self.size.height() > _LARGE
        self._levels: dict[int, QImage] = {}
        self._missing: int | None = None
        self._work: Iterator[None] = iter(())

    @property
    def size(self) -> QSize:
        """Width and height in pixels."""
        return self._image.size()

    @property
    def unfinished(self) -> bool:
        """Whether the last `draw` lacked pixels that `refine` would make."""
        return self._missing is not None

    def draw(self, painter: QPainter, place: Placement, ratio: float, visible: QRectF) -> None:
        """Paint what lies in the widget rectangle `visible`; crisp from 1:1 on, else smooth."""
        seen = place.rect(self.size) & visible
        if seen.isEmpty():
            return
        if self._opacity is not None:
            painter.fillRect(seen, _chequers())
        if place.scale * ratio >= 1:
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
        image = self._levels.get(self._ready_level(0), self._image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(QRectF(left, top, right - left, bottom - top), image, source)

    def _draw_smooth(self, painter: QPainter, place: Placement, ratio: float, seen: QRectF) -> None:
        """Paint the pixels of the reduced copy that is at most twice as large as needed."""
        level = self._ready_level(self._level_for(place.scale * ratio))
        step = place.scale * 2**level
        size = self._size(level)
        left = max(0, floor((seen.left() - place.x) / step) - 1)
        top = max(0, floor((seen.top() - place.y) / step) - 1)
        width = min(size.width(), ceil((seen.right() - place.x) / step) + 1) - left
        height = min(size.height(), ceil((seen.bottom() - place.y) / step) + 1) - top
        target = QRectF(place.x + left * step, place.y + top * step, width * step, height * step)
        image = self._levels.get(level, self._image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        painter.drawImage(target, image, QRectF(left, top, width, height))

    def refine(self, seconds: float) -> bool:
        """Work for about `seconds` on what is missing; return whether it is ready to paint."""
        deadline = perf_counter() + seconds
        while self._missing is not None:
            if next(self._work, self) is self:
                self._missing = None
            elif perf_counter() > deadline:
                return False
        return True

    def _level_for(self, device: float) -> int:
        """Return how often to halve so that between half and all of the pixels are painted."""
        most = int(log2(min(self.size.width(), self.size.height())))
        return min(most, floor(-log2(device)))

    def _ready_level(self, level: int) -> int:
        """Return `level` once it is there; 0, the picture's own pixels, until then."""
        missing, self._missing = self._missing, None
        if level in self._levels or (level == 0 and self._large and self._opacity is None):
            return level
        if not self._large:
            for _ in self._make(level):
                pass
            return level
        self._missing = level
        if level != missing:
            self._work = self._make(level)
        return 0

    def _size(self, level: int) -> QSize:
        return QSize(self.size.width() >> level, self.size.height() >> level)

    def _make(self, level: int) -> Iterator[None]:
        """Make `level` and what it is made of, a strip at a time."""
        if level > 0 and level - 1 not in self._levels and (level > 1 or not self._large):
            yield from self._make(level - 1)
        if level == 0 and not self._large:
            self._levels[0] = self._converted(QRect(QPoint(0, 0), self.size))
            return
        size = self._size(level)
        opaque = self._opacity is None
        kind = QImage.Format
        made = QImage(size, kind.Format_RGB32 if opaque else kind.Format_ARGB32_Premultiplied)
        for top in range(0, size.height(), _STRIP):
            self._fill(made, level, QRect(0, top, size.width(), min(_STRIP, size.height() - top)))
            yield
        self._levels[level] = made

    def _fill(self, made: QImage, level: int, strip: QRect) -> None:
        """Fill `strip` with converted pixels, or with the 2 x 2 averages of the level before."""
        painter = QPainter(made)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        if level == 0:
            painter.drawImage(strip.topLeft(), self._converted(strip))
        else:  # bilinear sampling at exactly half the size takes each pixel from the middle of four
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            source = QRect(0, 2 * strip.top(), 2 * strip.width(), 2 * strip.height())
            image = self._levels.get(level - 1)
            if image is None:
                image = self._converted(source)
                source.moveTop(0)
            painter.drawImage(QRectF(strip), image, QRectF(source))
        painter.end()

    def _converted(self, part: QRect) -> QImage:
        """Return `part` of the picture in 32 bits."""
        whole = part.size() == self.size
        image = self._image if whole else self._image.copy(part)
        if self._opacity is None:
            return image.convertToFormat(QImage.Format.Format_RGB32)
        image = image.convertToFormat(QImage.Format.Format_ARGB32)
        image.setAlphaChannel(self._opacity if whole else self._opacity.copy(part))
        image.convertTo(QImage.Format.Format_ARGB32_Premultiplied)
        return image


def _chequers() -> QBrush:
    tile = QPixmap(2 * _CHECKER, 2 * _CHECKER)
    tile.fill(QColor("#c8c8c8"))
    painter = QPainter(tile)
    for at in (0, _CHECKER):
        painter.fillRect(at, at, _CHECKER, _CHECKER, Qt.GlobalColor.white)
    painter.end()
    return QBrush(tile)
