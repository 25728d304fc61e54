"""The command palette, the key map and the about box."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMessageBox,
    QTableWidget,
    QTableWidgetItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from visionlab import __version__
from visionlab.runtime.paths import log_file
from visionlab.ui.theme import GRID


def command_name(action: QAction) -> str:
    """Return an action's text without its mnemonic mark and dots."""
    return action.text().replace("&", "").rstrip("…")


def key_names(action: QAction) -> str:
    """Return an action's keys as the desktop writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(keys.toString(native) for keys in action.shortcuts())


class PaletteDialog(QDialog):
    """Type a few letters of a command and press Enter."""

    def __init__(self, parent: QWidget, actions: list[QAction]) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("All Commands"))
        self.resize(520, 400)
        self._actions = actions
        blank = QPixmap(16, 16)
        blank.fill(Qt.GlobalColor.transparent)
        self._blank = QIcon(blank)  # keeps names without an icon in line
        self.chosen: QAction | None = None
        self._choices = 0
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Type a command"))
        self._search.setClearButtonEnabled(True)
        self._search.setAccessibleName(self.tr("Find a command"))
        self._list = QTreeWidget()
        self._list.setAccessibleName(self.tr("Commands"))
        self._list.setColumnCount(2)
        self._list.setHeaderHidden(True)
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.setIconSize(QSize(16, 16))
        self._list.header().setStretchLastSection(False)
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        layout = QVBoxLayout(self)
        layout.setSpacing(GRID)
        layout.addWidget(self._search)
        layout.addWidget(self._list)
        self._search.textChanged.connect(self._filter)
        self._search.installEventFilter(self)
        self._search.returnPressed.connect(self._choose)
        self._list.itemActivated.connect(self._choose)
        self._filter("")

    @Slot(str)
    def _filter(self, text: str) -> None:
        """List what has all the words; what cannot be done now comes last, and grey."""
        words = text.lower().split()
        found = [a for a in self._actions if all(w in command_name(a).lower() for w in words)]
        self._list.clear()
        for action in sorted(found, key=QAction.isEnabled, reverse=True):
            item = QTreeWidgetItem([command_name(action), key_names(action)])
            item.setIcon(0, action.icon() if not action.icon().isNull() else self._blank)
            item.setForeground(1, self.palette().placeholderText())
            item.setData(0, Qt.ItemDataRole.UserRole, action)
            item.setDisabled(not action.isEnabled())
            self._list.addTopLevelItem(item)
        self._choices = sum(action.isEnabled() for action in found)
        if not found:
            nothing = QTreeWidgetItem([self.tr("No command has these words.")])
            nothing.setDisabled(True)
            self._list.addTopLevelItem(nothing)
        self._go_to(0)

    def _go_to(self, row: int) -> None:
        """Select `row`, or the nearest that can be chosen."""
        item = self._list.topLevelItem(max(0, min(row, self._choices - 1)))
        if item is not None and self._choices:
            self._list.setCurrentItem(item)

    @Slot()
    def _choose(self) -> None:
        item = self._list.currentItem()
        if item is not None and not item.isDisabled():
            self.chosen = item.data(0, Qt.ItemDataRole.UserRole)
            self.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move through the list while typing goes on."""
        if (
            watched is self._search
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        ):
            by = 1 if event.key() == Qt.Key.Key_Down else -1
            self._go_to(self._list.currentIndex().row() + by)
            return True
        return super().eventFilter(watched, event)


class KeysDialog(QDialog):
    """Every command with its keys, and how the mouse works on the picture."""

    def __init__(self, parent: QWidget, actions: list[QAction]) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys and Help"))
        self.resize(560, 640)
        mouse = QLabel(
            self.tr(
                "<b>On the picture:</b> the wheel zooms at the cursor, dragging moves, "
                "double-click changes between fit and actual pixels; Space held moves too, "
                "B held shows the original. "
                "<b>Steps:</b> double-click an operation to add it, drag a card to move it. "
                "<b>Patch laid by hand:</b> drag it or use the arrows; Ctrl and the wheel change "
                "its size. "
                "<b>Anywhere:</b> drop files to open them; Ctrl+1 to Ctrl+9 open recent ones; "
                "Esc stops what takes long, and leads back to the picture."
            )
        )
        mouse.setWordWrap(True)
        rows = [(command_name(a), key_names(a)) for a in actions if a.shortcuts()]
        table = QTableWidget(len(rows), 2)
        table.setAccessibleName(self.tr("Keys"))
        table.setHorizontalHeaderLabels([self.tr("Command"), self.tr("Keys")])
        table.verticalHeader().hide()
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        for row, (name, keys) in enumerate(rows):
            table.setItem(row, 0, QTableWidgetItem(name))
            table.setItem(row, 1, QTableWidgetItem(keys))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addWidget(mouse)
        layout.addWidget(table)


class Messages(QObject):
    """The boxes that tell one thing."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    @Slot()
    def about(self) -> None:
        """Say what the program is."""
        text = self.tr(
            "<h3>VisionLab {0}</h3><p>Classical computer vision, live, on the picture in front of "
            "you.</p><p>Everything runs on this computer; no picture leaves it.</p>"
            "<p>BSD 3-Clause licence.</p>"
        )
        QMessageBox.about(self._window, self.tr("About VisionLab"), text.format(__version__))

    @Slot()
    def log(self) -> None:
        """Say where the log file is."""
        box = QMessageBox(self._window)
        box.setWindowTitle(self.tr("Log File"))
        box.setText(self.tr("Faults of the program are written to this file:"))
        box.setInformativeText(str(log_file()))
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.exec()
        box.deleteLater()
