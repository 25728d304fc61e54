"""A sortable Qt model over a core Table, quick for 100,000 rows."""

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from visionlab.core.result import Cell, Table
from visionlab.ui.numbers import decimals, short

_EMPTY = Table("", (), ())
_LOOKED_AT = 200
"""Rows read to choose a column's alignment and decimals."""

Index = QModelIndex | QPersistentModelIndex


class TableModel(QAbstractTableModel):
    """Formats cells only when asked, and sorts by an index array over the original rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = _EMPTY
        self._order = np.arange(0)
        self._places = np.arange(0)
        self._decimals: tuple[int | None, ...] = ()
        self._sort: tuple[int, bool] | None = None

    def table(self) -> Table:
        """Return the table shown."""
        return self._table

    def original_row(self, row: int) -> int:
        """Return which row of the table stands in row `row` of the view."""
        return int(self._order[row])

    def view_row(self, original: int) -> int:
        """Return where row `original` of the table stands; -1 if there is none."""
        return int(self._places[original]) if 0 <= original < len(self._places) else -1

    def set_table(self, table: Table) -> bool:
        """Show `table`; return whether its shape is the former one's.

        Then rows keep their identity: a selection follows its row through a new order.
        """
        same = table.columns == self._table.columns and len(table.rows) == len(self._table.rows)
        if same:
            self._table = table
            self._decimals = _decimals(table)
            self._reorder()
            if table.rows:
                last = self.index(len(table.rows) - 1, len(table.columns) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return True
        self.beginResetModel()
        if table.columns != self._table.columns:
            self._sort = None
        self._table = table
        self._decimals = _decimals(table)
        self._set_order(self._sorted())
        self.endResetModel()
        return False

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by `column`, numbers by value and before words; -1 is the original order."""
        descending = order == Qt.SortOrder.DescendingOrder
        self._sort = (column, descending) if 0 <= column < len(self._table.columns) else None
        self._reorder()

    def _reorder(self) -> None:
        order = self._sorted()
        if np.array_equal(order, self._order):
            return
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        rows = [self.original_row(index.row()) for index in old]
        self._set_order(order)
        new = [self.index(self.view_row(r), i.column()) for r, i in zip(rows, old, strict=True)]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _set_order(self, order: Any) -> None:
        self._order = order
        self._places = np.empty_like(order)
        self._places[order] = np.arange(len(order))

    def _sorted(self) -> Any:
        count = len(self._table.rows)
        if self._sort is None:
            return np.arange(count)
        column, descending = self._sort
        cells = [row[column] for row in self._table.rows]
        if any(isinstance(cell, str) for cell in cells):
            ranked = sorted(range(count), key=lambda i: _rank(cells[i]), reverse=descending)
            return np.array(ranked, np.intp)
        keys = np.array(cells, np.float64)
        # Stable both ways: equal values keep their original order. NaN stays last.
        return np.argsort(-keys if descending else keys, kind="stable")

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._table.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._table.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text or alignment."""
        if not index.isValid():
            return None
        cell = self._table.rows[self._order[index.row()]][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(cell, self._decimals[index.column()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(not isinstance(cell, str))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's name, or a row's original number from 1."""
        if orientation == Qt.Orientation.Vertical:
            if role == Qt.ItemDataRole.DisplayRole:
                return str(self._order[section] + 1)
            return _alignment(True) if role == Qt.ItemDataRole.TextAlignmentRole else None
        first = self._table.rows[0][section] if self._table.rows else ""
        right = not isinstance(first, str)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(right)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        name = self._table.columns[section]
        if self._sort is None or self._sort[0] != section:
            return name
        arrow = "▾" if self._sort[1] else "▴"
        return f"{arrow} {name}" if right else f"{name} {arrow}"


def _alignment(right: bool) -> int:
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return (side | Qt.AlignmentFlag.AlignVCenter).value


def _rank(cell: Cell) -> tuple[bool, float, str]:
    return (True, 0.0, cell.casefold()) if isinstance(cell, str) else (False, float(cell), "")


def _decimals(table: Table) -> tuple[int | None, ...]:
    """Return the decimals of each column; None where it holds whole numbers."""
    looked_at = table.rows[:: max(1, len(table.rows) // _LOOKED_AT)]
    result: list[int | None] = []
    for column in range(len(table.columns)):
        cells = [row[column] for row in looked_at]
        floats = [abs(float(c)) for c in cells if not isinstance(c, str | int | np.integer)]
        finite = [f for f in floats if math.isfinite(f)]
        result.append(decimals(max(finite, default=0.0)) if floats else None)
    return tuple(result)


def _text(cell: Cell, places: int | None) -> str:
    if isinstance(cell, str):
        return cell
    if places is None and not isinstance(cell, float | np.floating):
        return str(int(cell))
    value = float(cell)
    if not math.isfinite(value) or abs(value) >= 1e9:
        return short(value)
    return f"{value:.{places or 1}f}"
