"""The gallery of kept answers, as a window of its own."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QImageReader, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from visionlab.core.errors import VisionLabError
from visionlab.runtime.kept import Kept, discard, kept_in, set_truth
from visionlab.ui import theme
from visionlab.ui.class_bars import percent
from visionlab.ui.parts import Hint

_THUMBNAIL = QSize(128, 96)


class KeptDialog(QDialog):
    """Thumbnails on the left; the chosen answer and what it really is on the right.

    Parameters
    ----------
    folder : Path
        Where the answers are kept.
    parent : QWidget, optional

    Signals
    -------
    openRequested(path)
        The picture is wanted as the source.
    refused(sentence)
        Something could not be written.
    """

    openRequested = Signal(str)
    refused = Signal(str)

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Kept Answers"))
        self.resize(100 * theme.GRID, 60 * theme.GRID)
        self._folder = folder
        self._kept: list[Kept] = []
        self.list = QListWidget()
        self.list.setViewMode(QListWidget.ViewMode.IconMode)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setMovement(QListWidget.Movement.Static)
        self.list.setIconSize(_THUMBNAIL)
        self.list.setSpacing(theme.GRID)
        self.list.setWordWrap(True)
        self.list.setAccessibleName(self.tr("Kept answers"))
        self.list.currentRowChanged.connect(self._show)
        self.list.itemActivated.connect(self._open)
        self.answer = QLabel()
        self.answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.answer.setTextFormat(Qt.TextFormat.PlainText)
        self.answer.setWordWrap(True)
        self.heat = QLabel()
        self.meaning = QLabel()
        self.meaning.setWordWrap(True)
        self.meaning.setTextFormat(Qt.TextFormat.PlainText)
        self.meaning.setProperty("role", "muted")
        self.truth = QLineEdit()
        self.truth.setPlaceholderText(self.tr("A note to yourself"))
        self.truth.setAccessibleName(self.tr("What it really is"))
        self.truth.editingFinished.connect(self._set_truth)
        self.open_button = self._button(self.tr("Open as Picture"), self._open)
        self.delete_button = self._button(self.tr("Delete"), self._discard)
        self._arrange()
        self.refresh()

    def _button(self, text: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _arrange(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(theme.GRID)
        side.addWidget(self.answer)
        side.addWidget(self.heat)
        side.addWidget(self.meaning)
        truth = QLabel(self.tr("What it really is"))
        truth.setBuddy(self.truth)
        side.addWidget(truth)
        side.addWidget(self.truth)
        side.addStretch()
        side.addWidget(self.open_button)
        side.addWidget(self.delete_button)
        content = QWidget()
        row = QHBoxLayout(content)
        row.addWidget(self.list, 1)
        right = QWidget()
        right.setFixedWidth(30 * theme.GRID)
        right.setLayout(side)
        row.addWidget(right)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(
            Hint(
                self.tr(
                    "Nothing kept yet. Press K while the network is wrong (or right): picture and "
                    "answer are kept here."
                )
            )
        )
        self._pages.addWidget(content)

    def refresh(self) -> None:
        """Read the folder again."""
        self._kept = kept_in(self._folder)
        self.list.clear()
        for kept in self._kept:
            best = kept.top[0] if kept.top else None
            text = f"{best.label}\n{percent(best.probability, 0)}" if best else ""
            self.list.addItem(QListWidgetItem(_thumbnail(self._folder / kept.picture), text))
        self._pages.setCurrentIndex(1 if self._kept else 0)
        if self._kept:
            self.list.setCurrentRow(0)

    def chosen(self) -> Kept | None:
        """Return the answer that is chosen."""
        row = self.list.currentRow()
        return self._kept[row] if 0 <= row < len(self._kept) else None

    @Slot()
    def _show(self) -> None:
        kept = self.chosen()
        if kept is None:
            return
        lines = [f"{c.label}: {percent(c.probability)}" for c in kept.top[:5]]
        taken = kept.taken[:16].replace("T", " ")
        lines += [
            "",
            self.tr("Picture: {0}").format(kept.source),
            self.tr("Model: {0}").format(kept.model),
            self.tr("Kept: {0}").format(taken),
        ]
        self.answer.setText("\n".join(lines))
        self.truth.setText(kept.truth)
        first = kept.heats[0] if kept.heats else None
        self.heat.setVisible(first is not None)
        self.meaning.setVisible(first is not None)
        if first is not None:
            self.heat.setPixmap(_enlarged(self._folder / first.picture))
            self.meaning.setText(first.meaning)

    @Slot()
    def _set_truth(self) -> None:
        kept = self.chosen()
        if kept is not None and self.truth.text().strip() != kept.truth:
            try:
                self._kept[self.list.currentRow()] = set_truth(
                    self._folder, kept, self.truth.text()
                )
            except VisionLabError as error:
                self.refused.emit(str(error))

    @Slot()
    def _open(self) -> None:
        kept = self.chosen()
        if kept is not None:
            self.openRequested.emit(str(self._folder / kept.picture))
            self.accept()

    @Slot()
    def _discard(self) -> None:
        kept = self.chosen()
        if kept is not None:
            try:
                discard(self._folder, kept)
            except OSError as error:
                self.refused.emit(
                    self.tr("{0} cannot be deleted: {1}.").format(kept.picture, error.strerror)
                )
            self.refresh()


def _enlarged(path: Path) -> QPixmap:
    """Return the picture of a heatmap, as wide as its column."""
    side = 24 * theme.GRID
    reader = QImageReader(str(path))
    reader.setScaledSize(reader.size().scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio))
    return QPixmap.fromImage(reader.read())


def _thumbnail(path: Path) -> QIcon:
    """Return a small picture, scaled while it is read."""
    reader = QImageReader(str(path))
    size = reader.size().scaled(_THUMBNAIL * 2, Qt.AspectRatioMode.KeepAspectRatio)
    reader.setScaledSize(size)
    return QIcon(QPixmap.fromImage(reader.read()))
