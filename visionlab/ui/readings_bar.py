"""Readings, such as "Otsu threshold 117", as a row of quiet chips."""

import html

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QLayout, QLayoutItem, QSizePolicy, QWidget

from visionlab.core.result import Reading
from visionlab.ui import theme
from visionlab.ui.numbers import short
from visionlab.ui.parts import fixed_digits


class ReadingsBar(QWidget):
    """Chips that wrap where the row is full. Hidden while there are no readings."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: list[_Chip] = []
        self._flow = _Flow(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def set_readings(self, readings: tuple[Reading, ...]) -> None:
        """Show `readings`; chips are kept while the names stay the same."""
        if [chip.name for chip in self._chips] != [reading.name for reading in readings]:
            self._rebuild(readings)
        for chip, reading in zip(self._chips, readings, strict=True):
            chip.set_reading(reading)
        self.setVisible(bool(readings))

    def texts(self) -> tuple[str, ...]:
        """Return what the chips say."""
        return tuple(chip.accessibleName() for chip in self._chips)

    def _rebuild(self, readings: tuple[Reading, ...]) -> None:
        for old in self._chips:
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._chips = [_Chip(reading.name) for reading in readings]
        for new in self._chips:
            self._flow.addWidget(new)


class _Chip(QLabel):
    """Name and value on a soft ground; the text can be selected and copied."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self._widest = 0
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setFont(fixed_digits(self.font()))
        self.setContentsMargins(theme.GRID, 2, theme.GRID, 2)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def set_reading(self, reading: Reading) -> None:
        value = reading.value if isinstance(reading.value, str) else short(reading.value)
        shown = f"{value} {reading.unit}".rstrip()
        name = html.escape(self.name)
        self.setText(f"{name}&nbsp; <b>{html.escape(shown)}</b>".replace(" ", "&nbsp;"))
        self.setAccessibleName(f"{self.name} {shown}")

    def sizeHint(self) -> QSize:
        """Return a size that only grows, so that live numbers do not push their neighbours."""
        hint = super().sizeHint()
        self._widest = max(self._widest, hint.width())
        return QSize(self._widest, hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("button"))
        painter.drawRoundedRect(self.rect(), self.height() / 2, self.height() / 2)
        painter.end()
        super().paintEvent(event)


class _Flow(QLayout):
    """Places items from left to right and breaks the row where it is full."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(theme.GRID, theme.GRID // 2, theme.GRID, theme.GRID // 2)
        self.setSpacing(theme.GRID)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        heights = [item.sizeHint().height() for item in self._items]
        return QSize(0, max(heights, default=0)).grownBy(self.contentsMargins())

    def _place(self, outer: QRect, move: bool) -> int:
        margins = self.contentsMargins()
        rect = outer.marginsRemoved(margins)
        x, y, row = rect.x(), rect.y(), 0
        for item in self._items:
            hint = item.sizeHint()
            if x > rect.x() and x + hint.width() > rect.right() + 1:
                x, y, row = rect.x(), y + row + self.spacing() // 2, 0
            if move:
                item.setGeometry(QRect(x, y, min(hint.width(), rect.width()), hint.height()))
            x += hint.width() + self.spacing()
            row = max(row, hint.height())
        return y + row + margins.bottom() - outer.y()
