"""The patch that a person lays over a picture, as it is painted."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from visionlab.core.image import Image
from visionlab.runtime.covering import Cover
from visionlab.ui.view_transform import Placement

_LEAST = 7.0
"""Widget pixels that the outline of the smallest patch still takes."""


class PatchLayer:
    """A square with what the network sees in its place, and an outline seen on any picture.

    Parameters
    ----------
    cover : Cover
    fill : callable
        Returns what it shows, small, to be stretched over the whole picture (see
        `covering.filling`); asked when it is painted, since a moving picture changes.
    size : (int, int)
        Width and height of the picture.
    """

    def __init__(self, cover: Cover, fill: Callable[[], Image], size: tuple[int, int]) -> None:
        self.cover = cover
        self._fill = fill
        self._width, self._height = size

    def draw(self, painter: QPainter, place: Placement, visible: QRectF) -> None:  # noqa: ARG002
        """Paint it where the picture lies at `place`."""
        painter.save()
        self._draw_fill(painter, place)
        corner = place.to_widget(self.cover.x, self.cover.y)
        side = self.cover.side * place.scale
        outline = QRectF(corner.x(), corner.y(), side, side)
        more = max(_LEAST - side, 0) / 2
        outline.adjust(-more, -more, more, more)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for width, colour in ((3.0, QColor(0, 0, 0, 170)), (1.0, QColor(255, 255, 255))):
            painter.setPen(QPen(colour, width))
            painter.drawRect(outline)
        painter.restore()

    def _draw_fill(self, painter: QPainter, place: Placement) -> None:
        x0, y0, x1, y1 = self.cover.part(self._width, self._height)
        if x0 >= x1 or y0 >= y1:
            return
        first, last = place.to_widget(x0, y0), place.to_widget(x1, y1)
        fill = _image(self._fill())
        if fill.width() == fill.height() == 1:
            painter.fillRect(QRectF(first, last), fill.pixelColor(0, 0))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        across, down = fill.width() / self._width, fill.height() / self._height
        part = QRectF(x0 * across, y0 * down, (x1 - x0) * across, (y1 - y0) * down)
        painter.drawImage(QRectF(first, last), fill, part)


def _image(fill: Image) -> QImage:
    colours = fill if fill.ndim == 3 else np.stack([fill] * 3, axis=2)
    height, width = colours.shape[:2]
    form = QImage.Format.Format_RGB888
    return QImage(colours.tobytes(), width, height, 3 * width, form).copy()
