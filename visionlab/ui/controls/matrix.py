"""The control of a small matrix: a grid of cells that change by a click."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from visionlab.core.params import Matrix, MatrixKind, Param, Range
from visionlab.ui import theme
from visionlab.ui.controls.base import Control
from visionlab.ui.controls.field import Field
from visionlab.ui.controls.scale import Scale

_CELL = 28
_SYMBOLS = {-1.0: "\N{MULTIPLICATION SIGN}", 0.0: "\N{MIDDLE DOT}", 1.0: "\N{BLACK SQUARE}"}


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")


class CellGrid(QTableWidget):
    """The cells. A click or Space takes the next value, a drag paints it on.

    Signals
    -------
    pressed()
        A click begins; `painted` may follow several times before `released`.
    painted(int, int, object)
        A cell takes a value: row, column, value.
    """

    begun = Signal()
    painted = Signal(int, int, object)
    ended = Signal()

    def __init__(self, values: Sequence[float]) -> None:
        super().__init__()
        self._values = tuple(values)
        plain = not set(self._values) <= set(_SYMBOLS)
        self._texts = {v: _number(v) if plain else _SYMBOLS[float(v)] for v in values}
        self._brush: float | None = None
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setMinimumSectionSize(_CELL)
            header.setDefaultSectionSize(_CELL)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)

    def legend(self) -> str:
        """Return what each symbol stands for."""
        pairs = ((self._texts[v], _number(v)) for v in sorted(self._values, reverse=True))
        return "   ".join(f"{text} {number}" for text, number in pairs if text != number)

    def show_matrix(self, matrix: Matrix) -> None:
        """Show `matrix`."""
        rows, columns = len(matrix), len(matrix[0])
        self.setRowCount(rows)
        self.setColumnCount(columns)
        self.setFixedSize(columns * _CELL + 2, rows * _CELL + 2)
        for row, values in enumerate(matrix):
            for column, value in enumerate(values):
                item = self.item(row, column)
                if item is None:
                    item = QTableWidgetItem()
                    item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                    self.setItem(row, column, item)
                item.setText(self._texts[value])
                item.setData(Qt.ItemDataRole.UserRole, value)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, _number(value))

    def _next(self, index: QModelIndex, step: int) -> float:
        at = self._values.index(index.data(Qt.ItemDataRole.UserRole))
        return self._values[(at + step) % len(self._values)]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Give the cell its next value, with the right button its former one."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.setCurrentIndex(index)
            self._brush = self._next(
                index, -1 if event.button() == Qt.MouseButton.RightButton else 1
            )
            self.begun.emit()
            self.painted.emit(index.row(), index.column(), self._brush)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second of two quick clicks as a click."""
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Paint the same value on the cells under the mouse."""
        index = self.indexAt(event.position().toPoint())
        if self._brush is not None and index.isValid():
            self.painted.emit(index.row(), index.column(), self._brush)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        """End the edit."""
        if self._brush is not None:
            self._brush = None
            self.ended.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space or Enter take the next value; arrows go from cell to cell."""
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return) and index.isValid():
            self.painted.emit(index.row(), index.column(), self._next(index, 1))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys will act."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.setCurrentCell(0, 0)


class MatrixControl(Control):
    """The cells, a legend, and the number of rows and columns."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        assert isinstance(param.kind, MatrixKind)
        self._values = param.kind.cells.values
        self._grid = CellGrid(self._values)
        sides = Scale.of(Range(1, param.kind.cells.max_side, step=2), whole=True)
        self._rows, self._columns = Field(sides), Field(sides)
        times, legend = QLabel("\N{MULTIPLICATION SIGN}"), QLabel(self._grid.legend())
        legend.setProperty("role", "muted")
        size = QHBoxLayout()
        size.setSpacing(theme.GRID // 2)
        for widget in (self._rows, times, self._columns):
            size.addWidget(widget)
        size.addStretch()
        size.addWidget(legend)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GRID)
        layout.addWidget(self._grid)
        layout.addLayout(size)
        self._name(self._grid)
        self._name(self._rows, self.tr("rows"))
        self._name(self._columns, self.tr("columns"))
        self.setFocusProxy(self._grid)
        self._show(param.default)
        self._grid.begun.connect(self._press)
        self._grid.painted.connect(self._paint)
        self._grid.ended.connect(self._release)
        for field in (self._rows, self._columns):
            field.valueChanged.connect(self._resize)
            field.editingFinished.connect(self.finish)

    def _show(self, value: Any) -> None:
        self._grid.show_matrix(value)
        with QSignalBlocker(self._rows), QSignalBlocker(self._columns):
            self._rows.setValue(len(value))
            self._columns.setValue(len(value[0]))

    @Slot(int, int, object)
    def _paint(self, row: int, column: int, cell: float) -> None:
        rows = [list(line) for line in self._value]
        rows[row][column] = cell
        matrix = tuple(map(tuple, rows))
        self._grid.show_matrix(matrix)
        self._edit(matrix)

    @Slot()
    def _resize(self) -> None:
        rows, columns = (int(f.value()) - 1 | 1 for f in (self._rows, self._columns))
        fill = 0 if 0 in self._values else self._values[0]
        matrix = resized(self._value, rows, columns, fill)
        self._show(matrix)
        self._edit(matrix)


def resized(matrix: Matrix, rows: int, columns: int, fill: float) -> Matrix:
    """Return `matrix` cut or filled to odd sides, about its centre."""
    up, left = (rows - len(matrix)) // 2, (columns - len(matrix[0])) // 2

    def cell(row: int, column: int) -> float:
        inside = 0 <= row < len(matrix) and 0 <= column < len(matrix[0])
        return matrix[row][column] if inside else fill

    return tuple(tuple(cell(r - up, c - left) for c in range(columns)) for r in range(rows))
