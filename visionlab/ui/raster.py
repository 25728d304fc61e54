"""A picture made ready for painting: 32-bit pixels, and halved copies for zooming out."""

from math import ceil, floor, log2

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPixmap

from visionlab.core.image import Image
from visionlab.ui.qimages import to_qimage
from visionlab.ui.view_transform import Placement

# Painting from 32 bits takes half the time of painting from 24, conversion included; beyond
# this many pixels a whole 32-bit copy costs more memory and time than it saves.
_WHOLE = 4_000_000
_STRIP = 64
_CHECKER = 8


class Raster:
    """One 8-bit picture for the screen. Wraps the array without copying it.

    Reduced copies are averages of 2 x 2 pixels, made when first needed, so that a picture
    zoomed out shows no moiré and a large one paints as fast as a small one.

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
        self._levels: dict[int, QImage] = {}

    @property
    def size(self) -> QSize:
        """Width and height in pixels."""
        return self._image.size()

    def draw(self, painter: QPainter, place: Placement, ratio: float, visible: QRectF) -> None:
        """Paint what lies in the widget rectangle `visible`; crisp from 1:1 on, else smooth."""
        device = place.scale * ratio
        level = self._level_for(device)
        step = place.scale * 2**level
        size = self._size(level)
        left = max(0, floor((visible.left() - place.x) / step) - 1)
        top = max(0, floor((visible.top() - place.y) / step) - 1)
        right = min(size.width(), ceil((visible.right() - place.x) / step) + 1)
        bottom = min(size.height(), ceil((visible.bottom() - place.y) / step) + 1)
        if left >= right or top >= bottom:
            return
        width, height = right - left, bottom - top
        target = QRectF(place.x + left * step, place.y + top * step, width * step, height * step)
        if self._opacity is not None:
            painter.fillRect(target, _chequers())
        image, source = self._pixels(level, QRect(left, top, width, height))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, device < 1)
        painter.drawImage(target, image, QRectF(source))

    def _level_for(self, device: float) -> int:
        """Return how often to halve so that between half and all of the pixels are painted."""
        most = int(log2(min(self.size.width(), self.size.height())))
        return min(most, max(0, floor(-log2(device)))) if device < 1 else 0

    def _size(self, level: int) -> QSize:
        return QSize(self.size.width() >> level, self.size.height() >> level)

    def _pixels(self, level: int, part: QRect) -> tuple[QImage, QRect]:
        """Return an image and the rectangle in it that holds `part` of `level`."""
        if level == 0 and self.size.width() * self.size.height() > _WHOLE:
            if self._opacity is None:
                return self._image, part
            return self._converted(part), QRect(0, 0, part.width(), part.height())
        if level not in self._levels:
            whole = QRect(0, 0, self.size.width(), self.size.height())
            self._levels[level] = self._halved(level) if level else self._converted(whole)
        return self._levels[level], part

    def _converted(self, part: QRect) -> QImage:
        whole = part.size() == self.size
        image = self._image if whole else self._image.copy(part)
        if self._opacity is None:
            return image.convertToFormat(QImage.Format.Format_RGB32)
        image = image.convertToFormat(QImage.Format.Format_ARGB32)
        image.setAlphaChannel(self._opacity if whole else self._opacity.copy(part))
        image.convertTo(QImage.Format.Format_ARGB32_Premultiplied)
        return image

    def _halved(self, level: int) -> QImage:
        """Return the 2 x 2 averages of the level before: bilinear sampling at pixel corners."""
        size = self._size(level)
        kind = QImage.Format
        half = QImage(
            size, kind.Format_RGB32 if self._opacity is None else kind.Format_ARGB32_Premultiplied
        )
        painter = QPainter(half)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for top in range(0, size.height(), _STRIP):  # strips keep converted pixels in the cache
            rows = min(_STRIP, size.height() - top)
            image, source = self._pixels(level - 1, QRect(0, 2 * top, 2 * size.width(), 2 * rows))
            painter.drawImage(QRectF(0, top, size.width(), rows), image, QRectF(source))
        painter.end()
        return half


def _chequers() -> QBrush:
    tile = QPixmap(2 * _CHECKER, 2 * _CHECKER)
    tile.fill(QColor("#c8c8c8"))
    painter = QPainter(tile)
    for at in (0, _CHECKER):
        painter.fillRect(at, at, _CHECKER, _CHECKER, Qt.GlobalColor.white)
    painter.end()
    return QBrush(tile)
