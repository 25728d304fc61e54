"""What is drawn over a picture zoomed in far: lines between pixels, and their numbers."""

from math import ceil, floor

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QStaticText, QTransform

from visionlab.core.image import Image
from visionlab.ui.view_transform import Placement

GRID_FROM = 12
"""Widget pixels per picture pixel from which lines are drawn."""
VALUES_FROM = 40
"""Widget pixels per picture pixel from which numbers are drawn."""

_LUMINANCE = np.array((0.299, 0.587, 0.114))
_DARK_LINE, _LIGHT_LINE = 0x50000000, 0x38383838  # black and white, premultiplied
_CACHED = 4096
_BRIGHT = 117  # from this sRGB level on, black has more contrast than white


def pixels_in(place: Placement, size: QSize, visible: QRectF) -> QRect:
    """Return the picture's pixels that lie, even in part, in the widget rectangle `visible`."""
    left, top = place.to_picture(visible.topLeft())
    right, bottom = place.to_picture(visible.bottomRight())
    corner = QPointF(max(0, floor(left)), max(0, floor(top))).toPoint()
    end = QPointF(min(size.width(), ceil(right)), min(size.height(), ceil(bottom))).toPoint()
    return QRect(corner.x(), corner.y(), end.x() - corner.x(), end.y() - corner.y())


def draw_grid(painter: QPainter, place: Placement, size: QSize, visible: QRectF) -> None:
    """Draw the lines between the pixels of a picture of `size`, where they are `visible`.

    One row of screen pixels, stretched down, makes all upright lines: many times faster than
    drawing lines.
    """
    ratio = painter.device().devicePixelRatioF()
    seen = place.rect(size) & visible
    upright = _stripes(place.x - visible.left(), place.scale, size.width(), visible.width(), ratio)
    level = _stripes(place.y - visible.top(), place.scale, size.height(), visible.height(), ratio)
    form = QImage.Format.Format_ARGB32_Premultiplied
    painter.drawImage(
        QRectF(visible.left(), seen.top(), visible.width(), seen.height()),
        QImage(upright.data, len(upright), 1, 4 * len(upright), form),
    )
    painter.drawImage(
        QRectF(seen.left(), visible.top(), seen.width(), visible.height()),
        QImage(level.data, 1, len(level), 4, form),
    )


def _stripes(
    start: float, step: float, count: int, length: float, ratio: float
) -> npt.NDArray[np.uint32]:
    """Return device pixels, a dark and a light one at each edge of `count` pixels."""
    row = np.zeros(ceil(length * ratio) + 1, np.uint32)
    edges = np.round((start + np.arange(count + 1) * step) * ratio).astype(int)
    edges = edges[(edges >= 0) & (edges < len(row) - 1)]
    row[edges] = _DARK_LINE
    row[edges + 1] = _LIGHT_LINE
    return row[:-1]


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
        self._texts: dict[float, tuple[QStaticText, int]] = {}
        self._font = QFont()

    def draw(
        self, painter: QPainter, place: Placement, pixels: QRect, values: Image, shown: Image
    ) -> None:
        """Write `values` of `pixels` in black or white, whichever stands out from `shown`."""
        self._use_size(int(min(14, place.scale / 4.3)), painter.font())
        rows = slice(pixels.top(), pixels.top() + pixels.height())
        columns = slice(pixels.left(), pixels.left() + pixels.width())
        numbers, seen = values[rows, columns], shown[rows, columns]
        numbers = numbers.reshape(*numbers.shape[:2], -1)
        bright = (seen @ _LUMINANCE if seen.ndim == 3 else seen) > _BRIGHT
        line = QFontMetrics(self._font).height()
        first = place.to_widget(pixels.left() + 0.5, pixels.top() + 0.5)
        first.setY(first.y() - line * numbers.shape[2] / 2)
        painter.setFont(self._font)
        for dark_text in (False, True):
            painter.setPen(Qt.GlobalColor.black if dark_text else Qt.GlobalColor.white)
            y, x = np.nonzero(bright == dark_text)
            middles = np.rint(first.x() + x * place.scale).astype(int).tolist()
            tops = np.rint(first.y() + y * place.scale).astype(int).tolist()
            for middle, top, channels in zip(middles, tops, numbers[y, x].tolist(), strict=True):
                for i, value in enumerate(channels):
                    text, half = self._texts.get(value) or self._laid_out(value)
                    painter.drawStaticText(middle - half, top + i * line, text)

    def _use_size(self, pixels: int, base: QFont) -> None:
        font = QFont(base)
        font.setPixelSize(pixels)
        if font != self._font or len(self._texts) > _CACHED:
            self._font = font
            self._texts.clear()

    def _laid_out(self, value: float) -> tuple[QStaticText, int]:
        text = QStaticText(number_text(value))
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.prepare(QTransform(), self._font)
        self._texts[value] = text, round(text.size().width() / 2)
        return self._texts[value]
