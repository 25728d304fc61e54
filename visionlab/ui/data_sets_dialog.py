"""The data sets: which are on this computer and where, and getting the others."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from visionlab.deep.data.catalogue import SETS, VARIABLE, KnownSet
from visionlab.runtime.data_places import fetched_bytes, fetching, place_of, variable
from visionlab.runtime.paths import data_sets_folder
from visionlab.runtime.settings import Settings, save_settings
from visionlab.ui import theme
from visionlab.ui.parts import ElidedLabel
from visionlab.ui.task_line import MB, TaskLine


class SetRow(QWidget):
    """One data set.

    Signals
    -------
    fetched(name)
        It is on this computer now.
    """

    fetched = Signal(str)

    def __init__(self, entry: KnownSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self._place: Path | None = None
        name = QLabel(entry.name)
        font = name.font()
        font.setBold(True)
        name.setFont(font)
        licence = ElidedLabel(role=QPalette.ColorRole.PlaceholderText)
        licence.setText(entry.licence)
        self.place = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.fetch = QPushButton()
        self.fetch.setAutoDefault(False)
        self.fetch.clicked.connect(self._fetch_or_stop)
        self.open = QPushButton(self.tr("Open Folder"))
        self.open.setAutoDefault(False)
        self.open.setAccessibleName(self.tr("Open the folder of {0}").format(entry.name))
        self.open.clicked.connect(self._open)
        self.line = TaskLine()
        self.line.ended.connect(self.refresh)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * theme.GRID)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        summary = ElidedLabel()
        summary.setText(entry.summary)
        for number, widget in enumerate((name, summary, licence, self.place, self.line)):
            grid.addWidget(widget, number, 0)
        grid.addWidget(self.fetch, 0, 1, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.open, 0, 1, 2, 1, Qt.AlignmentFlag.AlignTop)

    @Slot()
    def refresh(self) -> None:
        """Look where the set is by now."""
        entry, running = self.entry, self.line.running
        self._place = place_of(entry) if entry.files else None
        there = self._place is not None
        self.place.setText(self._where())
        self.place.setVisible(not running)
        self.open.setVisible(there and not running)
        self.fetch.setVisible(running or (not there and bool(entry.files)))
        begun = fetched_bytes(entry) if self.fetch.isVisibleTo(self) else 0
        size = f"{entry.size / MB:,.0f}"
        if running:
            text = self.tr("Stop")
        elif begun:
            parts = f"{begun / MB:,.1f}", f"{entry.size / MB:,.1f}"
            text = self.tr("Go On ({0} of {1} MB)").format(*parts)
        else:
            text = self.tr("Fetch ({0} MB)").format(size)
        self.fetch.setText(text)
        self.fetch.setAccessibleName(f"{text}, {entry.name}")

    def _where(self) -> str:
        if not self.entry.files:
            return self.tr("Comes with the program")
        if self._place is not None:
            return self.tr("In {0}").format(self._place)
        return self.tr("Not on this computer")

    @Slot()
    def _fetch_or_stop(self) -> None:
        if self.line.running:
            self.line.cancel()
        else:
            self.line.start(f"fetch {self.entry.id}", fetching(self.entry), self._take)
            self.refresh()

    def _take(self, _: object) -> None:
        self.fetched.emit(self.entry.name)

    @Slot()
    def _open(self) -> None:
        if self._place is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._place)))


class DataSetsDialog(QDialog):
    """All known sets and the folder of the person's own; what is fetched goes on when closed.

    Signals
    -------
    fetched(name)
        A set is on this computer now.
    """

    fetched = Signal(str)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Data Sets"))
        self._settings = settings
        self.rows = {entry.id: SetRow(entry) for entry in SETS}
        self.folder = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.choose = QPushButton(self.tr("Choose…"))
        self.choose.setAccessibleName(self.tr("Choose your folder of data sets"))
        self.choose.clicked.connect(self._choose)
        self.clear = QPushButton(self.tr("Clear"))
        self.clear.clicked.connect(self._clear)
        for button in (self.choose, self.clear):
            button.setAutoDefault(False)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setProperty("role", "muted")
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[2 * theme.GRID] * 4)
        column.setSpacing(theme.GRID + theme.GRID // 2)
        for row in self.rows.values():
            row.fetched.connect(self.fetched)
            row.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            column.addWidget(row)
            column.addWidget(_rule())
        column.addLayout(self._folder_row())
        column.addWidget(self.note)
        column.addStretch()
        column.addWidget(buttons)
        self.refresh()
        width = 82 * theme.GRID
        self.resize(width, column.totalHeightForWidth(width))

    def _folder_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.GRID)
        row.addWidget(QLabel(self.tr("Your folder")))
        row.addWidget(self.folder, 1)
        row.addWidget(self.choose)
        row.addWidget(self.clear)
        return row

    @Slot()
    def refresh(self) -> None:
        """Look again where everything is."""
        chosen = self._settings.data_folder
        self.folder.setText(chosen or self.tr("None chosen"))
        self.clear.setVisible(bool(chosen))
        named = variable()
        self.note.setText(
            self.tr("Sets are looked for in your folder, in the one that {0} names ({1}), and "
                    "where fetched ones go: {2}").format(
                VARIABLE, named or self.tr("not set"), data_sets_folder()
            )
        )  # fmt: skip
        for row in self.rows.values():
            row.refresh()

    @Slot()
    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self, self.tr("Your Folder of Data Sets"),
            self._settings.data_folder or str(Path.home()),
        )  # fmt: skip
        if name:
            self._keep(name)

    @Slot()
    def _clear(self) -> None:
        self._keep("")

    def _keep(self, folder: str) -> None:
        self._settings.data_folder = folder
        save_settings(self._settings)
        self.refresh()


def _rule() -> QFrame:
    rule = QFrame()
    rule.setFrameShape(QFrame.Shape.HLine)
    rule.setForegroundRole(QPalette.ColorRole.Mid)
    return rule
