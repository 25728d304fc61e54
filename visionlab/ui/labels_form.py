"""The question what a network's classes are called."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from visionlab.core.errors import ModelError
from visionlab.deep.card import ModelCard
from visionlab.deep.guess import Guess
from visionlab.deep.labels import read_labels
from visionlab.ui import theme
from visionlab.ui.choice_box import ChoiceBox
from visionlab.ui.parts import ElidedLabel

FILE, NUMBERS = "file", "numbers"
BESIDE = ("labels.txt", "classes.txt", "labels.csv", "classes.csv")
"""Where the labels often lie, in the folder of the weights."""


class LabelsForm(QWidget):
    """From a file, as another model has them, or plain numbers.

    Signals
    -------
    refused(sentence)
        A file holds no labels.
    changed
        Other labels were chosen.
    """

    refused = Signal(str)
    changed = Signal()

    def __init__(self, cards: Sequence[ModelCard], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards = cards
        self._classes = 0
        self._folder = ""
        self._labels: tuple[str, ...] = ()
        self.kind = ChoiceBox(self.tr("Labels"))
        self.choose = QPushButton(self.tr("Choose…"))
        self.choose.setAutoDefault(False)
        self.choose.setAccessibleName(self.tr("Choose a file of labels"))
        self._shown = ElidedLabel(role=QPalette.ColorRole.PlaceholderText)
        row = QHBoxLayout()
        row.setSpacing(theme.GRID // 2)
        row.addWidget(self.kind, 1)
        row.addWidget(self.choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID // 2)
        column.addLayout(row)
        column.addWidget(self._shown)
        self.kind.currentIndexChanged.connect(self._show)
        self.choose.clicked.connect(self._choose)
        self.set_guess(Guess(), Path())

    def set_guess(self, guess: Guess, weights: Path) -> None:
        """Offer what fits the number of classes; a file of labels beside the weights is taken."""
        self._classes, self._folder, self._labels = guess.classes, str(weights.parent), ()
        with QSignalBlocker(self.kind):
            self.kind.clear()
            self.kind.addItem(self.tr("From a file, one a line or CSV"), FILE)
            for card in self._cards:
                if guess.classes == len(card.labels):
                    self.kind.addItem(self.tr('As "{0}"').format(card.name), card.id)
            if guess.classes:
                numbers = self.tr("Numbers 0 to {0}").format(guess.classes - 1)
                self.kind.addItem(numbers, NUMBERS)
        stem = weights.stem
        names = (f"{stem}.txt", f"{stem}.csv", *BESIDE) if stem else ()
        beside = next((p for n in names if (p := weights.with_name(n)).is_file()), None)
        if beside is not None:
            self._read(beside, quiet=True)
        self._show()

    def labels(self) -> tuple[str, ...]:
        """Return the names, or none where no file was chosen yet."""
        kind = self.kind.currentData()
        if kind == NUMBERS:
            return tuple(map(str, range(self._classes)))
        card = next((card for card in self._cards if card.id == kind), None)
        return card.labels if card is not None and kind != FILE else self._labels

    def read(self, path: Path) -> None:
        """Take the labels of a file."""
        if self._read(path, quiet=False):
            self.kind.select(FILE)
            self._show()

    def _read(self, path: Path, *, quiet: bool) -> bool:
        """Take the labels of a file; say whether there were any."""
        try:
            self._labels = read_labels(path)
        except ModelError as error:
            if not quiet:
                self.refused.emit(str(error))
            return False
        self.kind.setItemText(0, self.tr("From {0}").format(path.name))
        return True

    @Slot()
    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("File of Labels"), self._folder,
            self.tr("Labels (*.txt *.csv);;All files (*)"),
        )  # fmt: skip
        if name:
            self.read(Path(name))

    @Slot()
    def _show(self) -> None:
        labels = self.labels()
        self.choose.setVisible(self.kind.currentData() == FILE)
        if labels:
            text = self.tr("{0} labels: {1}").format(f"{len(labels):,}", ", ".join(labels[:12]))
            if self._classes and len(labels) != self._classes:
                text = self.tr("{0} labels, but the file tells {1} classes apart").format(
                    f"{len(labels):,}", f"{self._classes:,}"
                )
        elif self._classes:
            text = self.tr("{0} classes need a name each").format(f"{self._classes:,}")
        else:
            text = self.tr("One name for each class, in the order of the outputs")
        self._shown.setText(text)
        self.changed.emit()
