"""Asks once for all that a model's card needs, checks the weights, and keeps both."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from visionlab.core.errors import ModelError
from visionlab.deep.card import ModelCard
from visionlab.deep.families import ONNX, SUFFIXES, TITLES, TORCHVISION, needs
from visionlab.deep.guess import Guess, feeding
from visionlab.deep.shelf import Shelved
from visionlab.runtime.own_models import Wanted, adding, fetching, looking_at
from visionlab.ui import theme
from visionlab.ui.architecture_form import ArchitectureForm, missing
from visionlab.ui.choice_box import ChoiceBox
from visionlab.ui.controls.choice import Segment
from visionlab.ui.labels_form import LabelsForm
from visionlab.ui.parts import ElidedLabel
from visionlab.ui.preprocess_form import PreprocessForm
from visionlab.ui.task_line import TaskLine


class AddModelDialog(QDialog):
    """A file of weights, or a network of torchvision that is fetched.

    Parameters
    ----------
    cards : sequence of ModelCard
        The models that there are; their labels are offered where the number fits.
    parent : QWidget, optional

    Signals
    -------
    added(Shelved)
        A model was checked and kept.
    """

    added = Signal(object)

    def __init__(self, cards: Sequence[ModelCard], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Add Model"))
        self._weights: Path | None = None
        self._guess: Guess | None = None
        self.from_file, self.from_web = Segment(), Segment()
        self.file = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.choose = QPushButton(self.tr("Choose…"))
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self.choose_file)
        self.found = QLabel()
        self.found.setWordWrap(True)
        self.found.setProperty("role", "muted")
        self.name = QLineEdit()
        self.name.setMaxLength(60)
        self.architecture = ArchitectureForm()
        self.labels = LabelsForm(cards)
        self.preprocess = PreprocessForm()
        self.network = ChoiceBox(self.tr("Network"))
        self.network.fill([(TITLES[name], name) for name in TORCHVISION])
        self.line = TaskLine()
        self.line.ended.connect(self._show_state)
        self.labels.refused.connect(self.line.refuse)
        self.labels.changed.connect(self._show_state)
        self.architecture.changed.connect(self._show_state)
        self._arrange()
        self._show_file()
        self._show_state()

    # Building

    def _arrange(self) -> None:
        self._file_page, self._web_page = self._make_file_page(), self._make_web_page()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.add = self.buttons.addButton(self.tr("Add"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        self.add.setDefault(True)
        self.add.clicked.connect(self._add)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[2 * theme.GRID] * 4)
        column.setSpacing(2 * theme.GRID)
        column.addLayout(self._make_switch())
        column.addWidget(self._file_page)
        column.addWidget(self._web_page)
        column.addStretch()
        column.addWidget(self.line)
        column.addWidget(self.buttons)
        self.setFixedWidth(70 * theme.GRID)

    def _make_switch(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        row.setContentsMargins(1, 0, 0, 0)  # a Segment's border begins a pixel further left
        group = QButtonGroup(self)
        for button, text in (
            (self.from_file, self.tr("From a File")),
            (self.from_web, self.tr("Download")),
        ):
            button.setText(text)
            button.setAccessibleName(text)
            button.setCheckable(True)
            group.addButton(button)
            row.addWidget(button)
        row.addStretch()
        self.from_file.setChecked(True)
        group.buttonToggled.connect(self._show_state)
        return row

    def _make_file_page(self) -> QWidget:
        page = QWidget()
        self._form = _form(page)
        row = QHBoxLayout()
        row.addWidget(self.file, 1)
        row.addWidget(self.choose)
        self._rule = QFrame()
        self._rule.setFrameShape(QFrame.Shape.HLine)
        self._rule.setForegroundRole(QPalette.ColorRole.Mid)
        self._form.addRow(self.tr("Weights"), row)
        self._form.addRow("", self.found)
        self._form.addRow(self.tr("Name"), self.name)
        self._form.addRow(self.tr("Architecture"), self.architecture)
        self._form.addRow(self.tr("Labels"), self.labels)
        self._form.addRow(self._rule)
        self._form.addRow(self.tr("Pictures"), self.preprocess)
        return page

    def _make_web_page(self) -> QWidget:
        page = QWidget()
        form = _form(page)
        about = QLabel(
            self.tr(
                "A network of torchvision, trained on the 1,000 classes of ImageNet. The weights "
                "are fetched from PyTorch's site (5 to 530 MB) and kept on this computer; labels "
                "and preprocessing come with them."
            )
        )
        about.setWordWrap(True)
        about.setProperty("role", "muted")
        form.addRow(self.tr("Network"), self.network)
        form.addRow("", about)
        return page

    # The file

    @Slot()
    def choose_file(self) -> None:
        """Ask for a file of weights."""
        name, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("File of Weights"),
            str(self._weights.parent if self._weights else Path.home()),
            self.tr("Weights ({0});;All files (*)").format(" ".join(f"*{s}" for s in SUFFIXES)),
        )
        if name:
            self.look_at(Path(name))

    def look_at(self, weights: Path) -> None:
        """Find out in the background what a file is, and propose answers."""
        if self.line.running:
            return
        self.from_file.setChecked(True)
        self._weights, self._guess = weights, None
        self._show_file()
        self.line.start("look at weights", looking_at(weights), self._take_guess)
        self._show_state()

    def _take_guess(self, guess: Guess) -> None:
        assert self._weights is not None
        self._guess = guess
        onnx = self._weights.suffix.lower() == ".onnx"
        self.name.setText(guess.card.name if guess.card else self._weights.stem[:60])
        self.architecture.set_guess(guess, onnx)
        self.labels.set_guess(guess, self._weights)
        self.preprocess.set_value(feeding(guess))
        self._show_file()

    def _show_file(self) -> None:
        """Show the questions that are still open about the file."""
        guess = self._guess
        self.file.setText(str(self._weights) if self._weights else self.tr("None chosen yet"))
        self.found.setText(self._describe(guess) if guess else self.tr(
            "A state dict (.safetensors, .pt, .pth) or an ONNX model; nothing in it is run."
        ))  # fmt: skip
        asked = guess is not None and guess.card is None
        for row in (self.architecture, self.labels, self._rule, self.preprocess):
            self._form.setRowVisible(row, asked)
        self._form.setRowVisible(self.name, guess is not None)
        self.adjustSize()

    def _describe(self, guess: Guess) -> str:
        if guess.origin == "card":
            return self.tr("Its card lies beside it: labels and preprocessing are known.")
        if guess.origin == "torchvision":
            return self.tr(
                "{0} with torchvision's own weights: labels and preprocessing come with them."
            ).format(TITLES[guess.architecture])
        if not guess.architecture:
            return self.tr("Its architecture could not be told; choose it below.")
        title = TITLES[guess.architecture].split(":")[0]
        onnx = guess.architecture == ONNX
        parts = [self.tr("An ONNX model") if onnx else self.tr("Looks like {0}").format(title)]
        if guess.classes:
            parts.append(self.tr("{0} classes").format(f"{guess.classes:,}"))
        if guess.channels:
            parts.append(self.tr("grey") if guess.channels == 1 else self.tr("colour"))
        return ", ".join(parts) + "."

    # State and acting

    @Slot()
    def _show_state(self) -> None:
        """Offer what can be done now, and say why where nothing can."""
        web, running = self.from_web.isChecked(), self.line.running
        self._file_page.setVisible(not web)
        self._web_page.setVisible(web)
        for widget in (self._file_page, self._web_page, self.from_file, self.from_web):
            widget.setEnabled(not running)
        wanted = self.network.currentData() if web else self._architecture()
        reason = missing(wanted) if wanted else ""
        self.network.setEnabled(not needs(self.network.currentData()))
        self.add.setEnabled(not running and not reason and (web or self._guess is not None))
        self.add.setText(self.tr("Download and Add") if web else self.tr("Add"))
        if reason and not running:
            self.line.refuse(reason)
        elif self.sender() in (self.architecture, self.labels, self.from_web.group()):
            self.line.tell("")
        self.adjustSize()

    def _architecture(self) -> str:
        guess = self._guess
        if guess is None:
            return ""
        return guess.architecture if guess.card else self.architecture.architecture()

    @Slot()
    def _add(self) -> None:
        if self.from_web.isChecked():
            work = fetching(self.network.currentData())
        else:
            try:
                work = adding(self._wanted())
            except ModelError as error:
                self.line.refuse(str(error))
                return
        self.line.start("add model", work, self._finish)
        self._show_state()

    def _wanted(self) -> Wanted:
        """Return what was answered.

        Raises
        ------
        ModelError
            An answer is missing or cannot be used.
        """
        assert self._weights is not None
        assert self._guess is not None
        name = self.name.text().strip() or self._weights.stem
        if self._guess.card is not None:
            return Wanted(self._weights, card=replace(self._guess.card, name=name))
        architecture = self.architecture.architecture()
        if not architecture:
            raise ModelError(self.tr("Choose the architecture that the weights belong to."))
        labels = self.labels.labels()
        if not labels:
            raise ModelError(
                self.tr("Choose a file with the classes' names, or call them by numbers.")
            )
        how = self.preprocess.value()
        if self._guess.channels not in (0, how.channels):
            raise ModelError(
                self.tr("The file's network takes grey pictures; choose Grey as the colours.")
                if self._guess.channels == 1
                else self.tr(
                    "The file's network takes pictures in colour; choose red, green and blue."
                )
            )
        return Wanted(self._weights, name, architecture, self.architecture.arguments(), labels, how)

    def _finish(self, model: Shelved) -> None:
        self.added.emit(model)
        self.accept()

    def reject(self) -> None:
        """Stop what runs; where nothing does, leave."""
        if self.line.running:
            self.line.cancel()
        else:
            super().reject()


def _form(page: QWidget) -> QFormLayout:
    form = QFormLayout(page)
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(2 * theme.GRID)
    form.setVerticalSpacing(theme.GRID)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form
