"""The table dock: what contours, Hough and corner steps found, row by row."""

from PySide6.QtCore import QEvent, QItemSelection, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from visionlab.core.result import Table
from visionlab.core.tables import to_tsv
from visionlab.ui import theme
from visionlab.ui.parts import Chooser, Hint, IconButton, fixed_digits
from visionlab.ui.table_model import TableModel

_LOOKED_AT = 24
"""Rows whose texts the columns are fitted to."""


class TablePanel(QWidget):
    """One of the tables; tabs choose it where there are several.

    Signals
    -------
    rowSelected(str, int)
        The overlay that the table describes and the item selected in it; -1 for none.
    exportRequested(Table)
        The person wants the table in a file.
    """

    rowSelected = Signal(str, int)
    exportRequested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tables: tuple[Table, ...] = ()
        self._quiet = False
        self.chooser = Chooser()
        self.chooser.currentChanged.connect(self._choose)
        self.view = _View()
        self.view.selectionModel().selectionChanged.connect(self._report_selection)
        self._count = QLabel()
        self._count.setFont(fixed_digits(self.font()))
        self.copy = IconButton("copy", self.tr("Copy the selected rows (Ctrl+C), or all"))
        self.copy.clicked.connect(self.view.copy_rows)
        self.export = IconButton(
            "export", self.tr("Save the table as a CSV file"), text=self.tr("Export CSV…")
        )
        self.export.clicked.connect(self.export_current)
        for text, do in (
            (self.tr("Copy Rows"), self.view.copy_rows),
            (self.tr("Export CSV…"), self.export_current),
        ):
            action = QAction(text, self.view)
            action.triggered.connect(do)
            self.view.addAction(action)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(theme.GRID)
        head.addWidget(self.chooser, 1)
        head.addWidget(self._count)
        head.addStretch()
        head.addWidget(self.copy)
        head.addWidget(self.export)

        self._pages = QStackedLayout()
        self._pages.addWidget(
            Hint(self.tr("No table. Contours, Hough and corner steps list what they find here."))
        )
        self._pages.addWidget(self.view)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GRID, theme.GRID // 2, theme.GRID, 0)
        layout.setSpacing(theme.GRID // 2)
        layout.addWidget(self._head)
        layout.addLayout(self._pages, 1)
        self.set_tables(())

    def set_tables(self, tables: tuple[Table, ...]) -> None:
        """Show `tables`; the chosen one, the order, and in unchanged shapes the selection stay."""
        self._tables = tables
        self._head.setVisible(bool(tables))
        self._pages.setCurrentIndex(1 if tables else 0)
        self._choose(self.chooser.set_names([table.name for table in tables]))

    def table(self) -> Table | None:
        """Return the table on view."""
        index = max(0, self.chooser.currentIndex())
        return self._tables[index] if self._tables else None

    def set_highlight(self, overlay: str, row: int) -> None:
        """Select the row of item `row` of `overlay` and scroll to it; -1 selects none.

        Emits no signal.
        """
        names = [table.overlay for table in self._tables]
        if overlay not in names:
            return
        self._quiet = True
        self.chooser.setCurrentIndex(names.index(overlay))
        self.view.select_original(row)
        self._quiet = False

    @Slot(int)
    def _choose(self, index: int) -> None:
        table = self._tables[index] if 0 <= index < len(self._tables) else Table("", (), ())
        had_selection = self.view.selectionModel().hasSelection()
        kept = self.view.show_table(table)
        rows = len(table.rows)
        self._count.setText(self.tr("1 row") if rows == 1 else self.tr("{0} rows").format(rows))
        self.copy.setEnabled(rows > 0)
        if had_selection and not kept:
            self._report_selection()

    @Slot()
    def _report_selection(self, *_: QItemSelection) -> None:
        table = self.table()
        if table is not None and table.overlay is not None and not self._quiet:
            rows = self.view.selected_originals()
            self.rowSelected.emit(table.overlay, rows[-1] if rows else -1)

    @Slot()
    def export_current(self) -> None:
        """Ask for the table on view to be saved; nothing where there is none."""
        if (table := self.table()) is not None:
            self.exportRequested.emit(table)


class _View(QTableView):
    """A table of whole rows, sortable by a click on a header, a third click unsorts."""

    def __init__(self) -> None:
        super().__init__()
        self._model = TableModel(self)
        self.setModel(self._model)
        self.setAccessibleName(self.tr("Table"))
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setFont(fixed_digits(self.font()))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setHighlightSections(False)
        across.setSortIndicatorClearable(True)
        across.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        down.setHighlightSections(False)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(self.fontMetrics().height() + theme.GRID // 2)
        self.setSortingEnabled(True)

    def show_table(self, table: Table) -> bool:
        """Show `table`; return whether the selection was kept."""
        former = self._model.table()
        new_columns = table.columns != former.columns
        if new_columns:
            self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        at = self.verticalScrollBar().value()
        kept = self._model.set_table(table)
        if new_columns or (table.rows and not former.rows):
            self._fit_columns()
        elif not kept:
            self.verticalScrollBar().setValue(at)
        return kept

    def _fit_columns(self) -> None:
        """Fit the columns to heads and first rows, with room for live numbers to grow.

        Qt's own way asks the style for every cell, which takes a tenth of a second.
        """
        width = self.fontMetrics().horizontalAdvance
        least, margin = width("-0000.00"), 3 * theme.GRID
        for column in range(self._model.columnCount()):
            rows = range(min(self._model.rowCount(), _LOOKED_AT))
            texts = [self._model.data(self._model.index(row, column)) for row in rows]
            texts.append(self._model.headerData(column, Qt.Orientation.Horizontal) + " ▾")
            self.setColumnWidth(column, max(least, *map(width, texts)) + margin)

    def selected_originals(self) -> list[int]:
        """Return the original numbers of the selected rows, in the order of the view."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._model.original_row(row) for row in rows]

    def select_original(self, original: int) -> None:
        """Select one row by its original number and scroll to it; -1 selects none."""
        row = self._model.view_row(original)
        if row < 0:
            self.clearSelection()
            return
        self.selectRow(row)
        self.scrollTo(self._model.index(row, 0))

    @Slot()
    def copy_rows(self) -> None:
        """Copy the selected rows, or all, to the clipboard as tab-separated text."""
        table = self._model.table()
        chosen = self.selected_originals() or [
            self._model.original_row(row) for row in range(len(table.rows))
        ]
        QApplication.clipboard().setText(to_tsv(table.rows[i] for i in chosen))

    def event(self, event: QEvent) -> bool:
        """Keep Ctrl+C from the window's shortcuts."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.matches(QKeySequence.StandardKey.Copy)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies whole rows."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_rows()
            event.accept()
            return
        super().keyPressEvent(event)
