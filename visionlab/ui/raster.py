"""A picture made ready for painting, and how its pixels come to the screen."""

from math import ceil, floor, log2
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
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


class Spot(NamedTuple):
    """How a picture is put on the screen: the pixels `source` of `copy` into `target`.

    `target`, in widget coordinates, lies on whole device pixels; `seen` is the exact rectangle.
    """

    copy: Copy
    target: QRectF
    source: QRectF
    seen: QRectF

    def covered(self) -> QRect:
        """Return the widget pixels that are painted wholly."""
        target = self.target
        left, top = ceil(target.left()), ceil(target.top())
        return QRect(left, top, floor(target.right()) - left, floor(target.bottom()) - top)


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

    @property
    def opaque(self) -> bool:
        """Whether nothing shows through."""
        return self._alpha is None

    @property
    def reduced(self) -> bool:
        """Whether only a halved copy is left."""
        return self._least > 0

    def reduce(self) -> None:
        """Keep nothing but the level that was painted last; larger ones are painted from it."""
        if level := level_of(self.copy):
            self._least = level
            self._copies = {level: self._copies[level]}
            self.shown = blank_like(self.shown)

    def spot(self, place: Placement, ratio: float, visible: QRectF) -> Spot | None:
        """Return how to paint what lies in the widget rectangle `visible`; None for nothing.

        Crisp from 1:1 on, else smooth. `ratio` is device pixels per widget pixel. The answer
        holds for every picture of this size, unless this one is reduced.
        """
        seen = place.rect(self.size) & visible
        if seen.isEmpty():
            return None
        if place.scale * ratio >= 1 and not self._least:
            return _crisp(place, ratio, seen)
        return self._smooth(place, ratio, seen)

    def draw(self, painter: QPainter, spot: Spot) -> None:
        """Paint as `spot` says."""
        if self._alpha is not None:
            painter.fillRect(spot.seen, _chequers())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(spot.target, self._image(spot.copy), spot.source)

    def _smooth(self, place: Placement, ratio: float, seen: QRectF) -> Spot:
        """Take the very pixels of the screen, made from a copy at most twice as large."""
        left, right = _device(seen.left(), seen.right(), ratio)
        top, bottom = _device(seen.top(), seen.bottom(), ratio)
        width, height = right - left, bottom - top
        level = self._level_for(place.scale * ratio)
        step = 1 / (place.scale * ratio * 2**level)
        grid = Grid(
            (self.size.height(), self.size.width()), level, (width, height), step,
            x=(left + 0.5 - place.x * ratio) * step - 0.5,
            y=(top + 0.5 - place.y * ratio) * step - 0.5,
        )  # fmt: skip
        target = QRectF(left / ratio, top / ratio, width / ratio, height / ratio)
        return Spot(grid, target, QRectF(0, 0, width, height), seen)

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


def _crisp(place: Placement, ratio: float, seen: QRectF) -> Spot:
    """Paint onto whole device pixels: Qt rounds a target between them by up to half of one."""
    left, top = floor(seen.left() * ratio) / ratio, floor(seen.top() * ratio) / ratio
    right, bottom = floor(seen.right() * ratio) / ratio, floor(seen.bottom() * ratio) / ratio
    source = QRectF(*place.to_picture(QPointF(left, top)), 0, 0)
    source.setWidth((right - left) / place.scale)
    source.setHeight((bottom - top) / place.scale)
    return Spot(0, QRectF(left, top, right - left, bottom - top), source, seen)


def _device(first: float, last: float, ratio: float) -> tuple[int, int]:
    """Return the range of device pixels whose centres lie between two widget positions.

    At least one: of a picture thinner than a pixel something stays to be seen.
    """
    end = max(ceil(last * ratio - 0.5), floor(first * ratio) + 1)
    return min(ceil(first * ratio - 0.5), end - 1), end


def _chequers() -> QBrush:
    tile = QPixmap(2 * _CHECKER, 2 * _CHECKER)
    tile.fill(QColor("#c8c8c8"))
    painter = QPainter(tile)
    for at in (0, _CHECKER):
        painter.fillRect(at, at, _CHECKER, _CHECKER, Qt.GlobalColor.white)
    painter.end()
    return QBrush(tile)
