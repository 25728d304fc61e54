"""What is drawn over a picture zoomed in far: lines between pixels, and their numbers."""

from math import ceil, floor

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QStaticText, QTransform

from visionlab.core.image import Image
from visionlab.ui.view_transform import Placement

GRID_FROM = 12
"""Widget pixels per picture pixel from which lines are drawn."""
VALUES_FROM = 40
"""Widget pixels per picture pixel from which numbers are drawn."""

_LUMINANCE = np.array((0.299, 0.587, 0.114))
_CACHED = 4096
_BRIGHT = 117  # from this sRGB level on, black has more contrast than white


def pixels_in(place: Placement, size: QSize, visible: QRectF) -> QRect:
    """Return the picture's pixels that lie, even in part, in the widget rectangle `visible`."""
    left, top = place.to_picture(visible.topLeft())
    right, bottom = place.to_picture(visible.bottomRight())
    corner = QPointF(max(0, floor(left)), max(0, floor(top))).toPoint()
    end = QPointF(min(size.width(), ceil(right)), min(size.height(), ceil(bottom))).toPoint()
    return QRect(corner.x(), corner.y(), end.x() - corner.x(), end.y() - corner.y())


def draw_grid(painter: QPainter, place: Placement, pixels: QRect) -> None:
    """Draw the lines between `pixels`, with the same contrast on dark, grey and light."""
    start = place.to_widget(pixels.left(), pixels.top())
    end = place.to_widget(pixels.left() + pixels.width(), pixels.top() + pixels.height())
    lines = [
        QLineF(start.x() + i * place.scale, start.y(), start.x() + i * place.scale, end.y())
        for i in range(pixels.width() + 1)
    ]
    lines += [
        QLineF(start.x(), start.y() + i * place.scale, end.x(), start.y() + i * place.scale)
        for i in range(pixels.height() + 1)
    ]
    painter.save()
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
    painter.setPen(QPen(QColor(56, 56, 56), 0))
    painter.drawLines(lines)
    painter.restore()


def number_text(value: float) -> str:
    """Return a pixel's value in at most seven characters."""
    if float(value).is_integer() and abs(value) < 1e6:
        return str(int(value))
    if 1000 <= abs(value) < 1e5:
        return f"{value:.0f}"
    if 0.01 <= abs(value) < 1000:
        return f"{value:.3g}"
    mantissa, exponent = f"{value:.1e}".split("e")
    short = mantissa if abs(int(exponent)) < 10 else f"{value:.0e}".split("e")[0]
    return f"{short}e{int(exponent)}"


class ValuePainter:
    """Writes the numbers into the pixels, one line per channel; keeps the laid-out texts."""

    def __init__(self) -> None:
        self._texts: dict[str, QStaticText] = {}
        self._font = QFont()

    def draw(
        self, painter: QPainter, place: Placement, pixels: QRect, values: Image, shown: Image
    ) -> None:
        """Write `values` of `pixels` in black or white, whichever stands out from `shown`."""
        self._use_size(int(min(14, place.scale / 4.3)), painter.font())
        rows = slice(pixels.top(), pixels.top() + pixels.height())
        columns = slice(pixels.left(), pixels.left() + pixels.width())
        numbers, seen = values[rows, columns], shown[rows, columns]
        bright = (seen @ _LUMINANCE if seen.ndim == 3 else seen) > _BRIGHT
        painter.setFont(self._font)
        for dark_text in (False, True):
            painter.setPen(Qt.GlobalColor.black if dark_text else Qt.GlobalColor.white)
            for y, x in np.argwhere(bright == dark_text).tolist():
                corner = place.to_widget(pixels.left() + x, pixels.top() + y)
                self._draw_pixel(
                    painter, corner, place.scale, np.atleast_1d(numbers[y, x]).tolist()
                )

    def _draw_pixel(
        self, painter: QPainter, corner: QPointF, side: float, values: list[float]
    ) -> None:
        texts = [self._text(number_text(value)) for value in values]
        height = texts[0].size().height()
        y = corner.y() + (side - height * len(texts)) / 2
        for text in texts:
            painter.drawStaticText(QPointF(corner.x() + (side - text.size().width()) / 2, y), text)
            y += height

    def _use_size(self, pixels: int, base: QFont) -> None:
        font = QFont(base)
        font.setPixelSize(pixels)
        if font != self._font or len(self._texts) > _CACHED:
            self._font = font
            self._texts.clear()

    def _text(self, words: str) -> QStaticText:
        text = self._texts.get(words)
        if text is None:
            text = QStaticText(words)
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.prepare(QTransform(), self._font)
            self._texts[words] = text
        return text
