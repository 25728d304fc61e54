"""Words painted on a canvas: the caption, the notice at the top, and the empty state."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap

from visionlab.ui.theme import GRID, colour


def draw_message(painter: QPainter, area: QRectF, title: str, hint: str) -> None:
    """Write `title` and, below it, `hint` in the middle of `area`."""
    wrap = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter)
    inner = area.adjusted(2 * GRID, GRID, -2 * GRID, -GRID)
    small, large = painter.font(), QFont(painter.font())
    large.setPointSizeF(large.pointSizeF() * 1.3)
    large.setWeight(QFont.Weight.DemiBold)
    painter.setPen(colour("muted"))
    painter.setFont(large)
    above = painter.boundingRect(inner, wrap, title)
    painter.setFont(small)
    below = painter.boundingRect(inner, wrap, hint)
    top = inner.top() + max(0, (inner.height() - above.height() - GRID - below.height()) / 2)
    above.moveTop(top)
    below.moveTop(above.bottom() + GRID)
    painter.drawText(below, wrap, hint)
    painter.setFont(large)
    painter.drawText(above, wrap, title)
    painter.setFont(small)


def banner_height(metrics: QFontMetrics) -> float:
    """Return the height that `draw_banner` takes, with a font of these metrics."""
    return metrics.height() + GRID


def draw_banner(painter: QPainter, area: QRectF, text: str) -> None:
    """Write `text` on one line across the top of `area`."""
    metrics = painter.fontMetrics()
    strip = QRectF(area.left(), area.top(), area.width(), banner_height(metrics))
    back = colour("base")
    back.setAlpha(235)
    painter.fillRect(strip, back)
    painter.fillRect(QRectF(strip.left(), strip.top(), 3, strip.height()), colour("warning"))
    line = strip.adjusted(GRID + 3, 0, -GRID, 0)
    painter.setPen(colour("text"))
    painter.drawText(
        line,
        int(Qt.AlignmentFlag.AlignVCenter),
        metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(line.width())),
    )


def caption(
    area: QRectF, text: str, font: QFont, ratio: float, *, right: bool = False
) -> tuple[QPointF, QPixmap] | None:
    """Return `text` on a translucent pill, and its place in the upper left or right of `area`.

    None where it does not fit, or says nothing.
    """
    pill = _pill(text, font.toString(), ratio)
    size = pill.deviceIndependentSize()
    if not text or size.width() + 2 * GRID > area.width() or size.height() > area.height():
        return None
    left = area.right() - GRID - size.width() if right else area.left() + GRID
    return QPointF(left, area.top() + GRID), pill


@lru_cache(maxsize=32)
def _pill(text: str, font_name: str, ratio: float) -> QPixmap:
    """Return the pill, drawn once: it stands on every frame of a live picture."""
    font = QFont()
    font.fromString(font_name)
    metrics = QFontMetrics(font)
    size = QSizeF(metrics.horizontalAdvance(text) + 2 * GRID, metrics.height() + 4)
    pixmap = QPixmap((size * ratio).toSize())
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    pill = QRectF(0, 0, size.width(), size.height())
    painter = QPainter(pixmap)
    painter.setFont(font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 200))
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    painter.setPen(Qt.GlobalColor.white)
    painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), text)
    painter.end()
    return pixmap
