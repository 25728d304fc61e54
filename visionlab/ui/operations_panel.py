"""The list of all operations: by group, searchable, to be added by a click, a key or a drag."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from visionlab.core.operation import Catalogue
from visionlab.ui import theme
from visionlab.ui.operation_tree import ID, NAMES, TEXT, OperationTree, children
from visionlab.ui.parts import Hint, asks_undo


class SearchBox(QLineEdit):
    """Where the name is typed. Down goes to the list, Escape empties the box."""

    down = Signal()

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window."""
        if asks_undo(event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle Down and Escape."""
        if event.key() == Qt.Key.Key_Down:
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class OperationsPanel(QWidget):
    """All operations of a catalogue.

    Signals
    -------
    chosen(str)
        The id of the operation to add.
    """

    chosen = Signal(str)

    def __init__(self, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search = SearchBox()
        self._search.setPlaceholderText(self.tr("Find an operation (Ctrl+F)"))
        self._search.setAccessibleName(self.tr("Find an operation"))
        self._search.setClearButtonEnabled(True)
        self._tree = OperationTree(catalogue)
        self._nothing = Hint("")
        self._nothing.hide()
        self._closed: set[str] | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.GRID, 0, 0)
        layout.setSpacing(theme.GRID)
        box = QVBoxLayout()
        box.setContentsMargins(theme.GRID, 0, theme.GRID, 0)
        box.addWidget(self._search)
        layout.addLayout(box)
        layout.addWidget(self._tree, 1)
        layout.addWidget(self._nothing, 1)
        if catalogue.errors:
            layout.addWidget(self._errors(catalogue.errors))
        self._search.textChanged.connect(self._filter)
        self._search.returnPressed.connect(self._add_match)
        self._search.down.connect(self._enter_list)
        self._tree.chosen.connect(self.chosen)

    def focus_search(self) -> None:
        """Put the cursor into the search box, its text selected."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def _errors(self, errors: Sequence[str]) -> QLabel:
        lines = (self.tr("Could not load {0}").format(error) for error in errors)
        label = QLabel("\n".join(lines))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setMargin(theme.GRID)
        label.setProperty("role", "muted")
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    @Slot(str)
    def _filter(self, text: str) -> None:
        """Show the operations that hold every word; select the first, by name if one is."""
        words = text.casefold().split()
        found: list[QTreeWidgetItem] = []
        for heading in self._tree.headings():
            matches = [c for c in children(heading) if _holds(c, TEXT, words)]
            for child in children(heading):
                child.setHidden(child not in matches)
            heading.setHidden(not matches)
            found += matches
        self._open_groups(bool(words))
        self._tree.setVisible(bool(found))
        self._nothing.setVisible(not found)
        self._nothing.setText(
            self.tr(
                "Nothing matches \N{LEFT DOUBLE QUOTATION MARK}{0}\N{RIGHT DOUBLE QUOTATION MARK}."
            ).format(text.strip())
        )
        by_name = [item for item in found if _holds(item, NAMES, words)]
        best = (by_name or found)[0] if words and found else None
        self._tree.setCurrentIndex(self._tree.indexFromItem(best) if best else QModelIndex())

    def _open_groups(self, searching: bool) -> None:
        """Open every group during a search, and close those again that were closed before."""
        if searching and self._closed is None:
            self._closed = {h.text(0) for h in self._tree.headings() if not h.isExpanded()}
            self._tree.expandAll()
        elif not searching and self._closed is not None:
            for heading in self._tree.headings():
                heading.setExpanded(heading.text(0) not in self._closed)
            self._closed = None

    @Slot()
    def _add_match(self) -> None:
        item = self._tree.currentItem()
        if item and self._search.text().strip() and not self._tree.isHidden():
            self.chosen.emit(item.data(0, ID))

    @Slot()
    def _enter_list(self) -> None:
        self._tree.setFocus()
        headings = self._tree.headings()
        if headings and not self._tree.currentIndex().isValid():
            self._tree.setCurrentItem(headings[0])


def _holds(item: QTreeWidgetItem, role: int, words: Sequence[str]) -> bool:
    return all(word in item.data(0, role) for word in words)
