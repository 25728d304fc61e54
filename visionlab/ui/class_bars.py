"""Bars of the most probable classes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from visionlab.ui import theme
from visionlab.ui.parts import fixed_digits

LOWEST = 1e-6
"""Left end of the logarithmic scale."""

_THREE_NUMBERS = 50 * theme.GRID
"""Width from which a row has the smoothed, raw and held number, and room for its name."""


@dataclass(frozen=True)
class Bar:
    """One class.

    Attributes
    ----------
    index : int
        The class.
    label : str
        Its name.
    probability : float
        Length of the bar, 0..1.
    raw : float
        Of the newest picture alone; a mark and a second number where it differs.
    held : float or None
        Of the answer that is held for comparison; a mark and a number of its colour.
    pinned : bool
        The person searched for it: it is shown whatever its rank.
    """

    index: int
    label: str
    probability: float
    raw: float
    held: float | None = None
    pinned: bool = False


class ClassBars(QWidget):
    """Draws one row for each bar: name, bar, percent, and the percents it is compared with.

    Signals
    -------
    classChosen(index)
        A row was clicked, or Enter pressed on it.
    rowsChanged
        Another number of rows fits.
    """

    classChosen = Signal(int)
    rowsChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self._log = False
        self._chosen: int | None = None
        self._row = 0
        self._longest = 0
        self.setFont(fixed_digits(self.font()))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Most probable classes"))

    def bars(self) -> tuple[Bar, ...]:
        """Return what is drawn, top row first."""
        return self._bars

    def set_labels(self, labels: Sequence[str]) -> None:
        """Leave room for these names, whichever of them are drawn."""
        self._longest = max(map(self.fontMetrics().horizontalAdvance, labels)) + 2

    def set_bars(self, bars: tuple[Bar, ...]) -> None:
        """Draw `bars`."""
        self._bars = bars
        self._row = min(self._row, max(len(bars) - 1, 0))
        self.setAccessibleDescription(
            ", ".join(f"{bar.label} {percent(bar.probability)}" for bar in bars)
        )
        self.update()

    @Slot(bool)
    def set_log(self, on: bool) -> None:
        """Draw on a logarithmic scale, which shows the unlikely classes too."""
        self._log = on
        self.update()

    def set_chosen(self, index: int | None) -> None:
        """Mark the class that something else is about."""
        self._chosen = index
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for five rows."""
        return QSize(40 * theme.GRID, 5 * self._row_height())

    def minimumSizeHint(self) -> QSize:
        """Return room for three rows."""
        return QSize(24 * theme.GRID, 3 * self._row_height())

    def rows(self) -> int:
        """Return how many rows fit."""
        return max(self.height() // self._row_height(), 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell where more or fewer rows fit."""
        super().resizeEvent(event)
        if event.size().height() != event.oldSize().height():
            self.rowsChanged.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw all rows that fit."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, bar in enumerate(self._bars[: self.rows()]):
            self._draw_row(painter, bar, self._rect(number), number)

    def _draw_row(self, painter: QPainter, bar: Bar, rect: QRect, number: int) -> None:
        if bar.index == self._chosen or (self.hasFocus() and number == self._row):
            painter.fillRect(rect, theme.colour("alt"))
        name, track, values = self._columns(rect)
        top = number == 0 and not bar.pinned
        painter.setPen(theme.colour("accent" if bar.pinned else "text"))
        centre = Qt.AlignmentFlag.AlignVCenter
        text = self.fontMetrics().elidedText(bar.label, Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, centre | Qt.AlignmentFlag.AlignRight, text)
        for (text, role), value in zip(self._numbers(bar), values, strict=True):
            painter.setPen(theme.colour(role))
            painter.drawText(value, centre | Qt.AlignmentFlag.AlignRight, text)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(track, 3, 3)
        fill = theme.colour("accent")
        if not top:
            fill.setAlpha(170)
        self._fill(painter, track, self._length(bar.probability), fill)
        self._mark(painter, track, bar)

    def _fill(self, painter: QPainter, track: QRectF, part: float, fill: QColor) -> None:
        painter.setBrush(fill)
        painter.save()
        painter.setClipRect(QRectF(track.x(), track.y(), track.width() * part, track.height()))
        painter.drawRoundedRect(track, 3, 3)
        painter.restore()

    def _mark(self, painter: QPainter, track: QRectF, bar: Bar) -> None:
        if bar.held is not None:
            painter.setPen(theme.colour("warning"))
            x = track.x() + track.width() * self._length(bar.held)
            painter.drawLine(QPointF(x, track.top() - 2), QPointF(x, track.bottom() + 2))
        if abs(bar.raw - bar.probability) > 0.005:
            painter.setPen(theme.colour("text"))
            x = track.x() + track.width() * self._length(bar.raw)
            painter.drawLine(QPointF(x, track.top()), QPointF(x, track.bottom()))

    def _length(self, probability: float) -> float:
        if not self._log:
            return min(max(probability, 0.0), 1.0)
        if probability <= LOWEST:
            return 0.0
        return 1 - math.log10(probability) / math.log10(LOWEST)

    def _row_height(self) -> int:
        return self.fontMetrics().height() + 6

    def _rect(self, number: int) -> QRect:
        return QRect(0, number * self._row_height(), self.width(), self._row_height())

    def _numbers(self, bar: Bar) -> list[tuple[str, str]]:
        """Return the row's numbers with their colours; all rows have the same columns."""
        numbers = [(percent(bar.probability), "text")]
        roomy = bar.held is None or self.width() >= _THREE_NUMBERS
        if roomy and any(b.raw != b.probability for b in self._bars):
            numbers.append((percent(bar.raw), "muted"))
        if bar.held is not None:
            numbers.append((percent(bar.held), "warning"))
        return numbers

    def _columns(self, rect: QRect) -> tuple[QRect, QRectF, list[QRect]]:
        gap = theme.GRID
        width = self.fontMetrics().horizontalAdvance("100.0 %") + 2
        count = len(self._numbers(self._bars[0]))
        right = rect.right() - count * width - (count - 1) * gap  # the bar ends left of it
        room = max(right // 3, right - 11 * gap)  # rather a short bar than half a name
        name_width = min(22 * gap, self._longest, room)
        name = QRect(rect.x(), rect.y(), name_width, rect.height())
        values = [
            QRect(right + number * (width + gap), rect.y(), width, rect.height())
            for number in range(count)
        ]
        left = name.right() + gap
        track = QRectF(left, rect.y() + 5, right - gap - left, rect.height() - 10)
        return name, track, values

    def _at(self, y: float) -> int | None:
        number = int(y) // self._row_height()
        return number if 0 <= number < min(len(self._bars), self.rows()) else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the class of the row."""
        number = self._at(event.position().y())
        if number is not None and event.button() == Qt.MouseButton.LeftButton:
            self._row = number
            self.classChosen.emit(self._bars[number].index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by the arrow keys, choose by Enter or Space."""
        key = event.key()
        last = min(len(self._bars), self.rows()) - 1
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and last >= 0:
            self._row = min(max(self._row + (1 if key == Qt.Key.Key_Down else -1), 0), last)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and last >= 0:
            self.classChosen.emit(self._bars[self._row].index)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Explain the row under the pointer."""
        if event.type() == QEvent.Type.ToolTip:
            number = self._at(event.pos().y())  # type: ignore[attr-defined]
            text = self._explain(self._bars[number]) if number is not None else ""
            QToolTip.showText(event.globalPos(), text, self)  # type: ignore[attr-defined]
            return True
        return super().event(event)

    def _explain(self, bar: Bar) -> str:
        lines = [self.tr("{0}: {1} (class {2})").format(
            bar.label, percent(bar.probability, 3), bar.index
        )]  # fmt: skip
        if abs(bar.raw - bar.probability) > 0.0005:
            lines.append(self.tr("this picture alone: {0}").format(percent(bar.raw, 3)))
        if bar.held is not None:
            lines.append(self.tr("held: {0}").format(percent(bar.held, 3)))
        return "\n".join(lines)


def percent(probability: float, decimals: int = 1) -> str:
    """Return a probability as text, such as "97.3 %"; small ones are not rounded to zero."""
    value = probability * 100
    smallest = 10.0**-decimals
    if 0 < value < smallest:
        return f"< {smallest:g} %"
    return f"{value:.{decimals}f} %"
