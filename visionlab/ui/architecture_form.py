"""The question which network a file of weights belongs to."""

import re
from typing import Any

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from visionlab.core.errors import ModelError
from visionlab.deep.families import ONNX, OWN, TITLES, TORCHVISION, extra, needs
from visionlab.deep.guess import Guess
from visionlab.ui import theme
from visionlab.ui.choice_box import ChoiceBox


def missing(architecture: str) -> str:
    """Return the sentence why an architecture cannot be had here, or ''."""
    library = needs(architecture)
    if not library:
        return ""
    return QCoreApplication.translate(
        "ArchitectureForm",
        '{0} needs {1}, which is not installed; install it with pip install "{2}".',
    ).format(TITLES[architecture].split(":")[0], library, extra(library))


class ArchitectureForm(QWidget):
    """One of the families, and the shape of this program's own networks.

    Signals
    -------
    changed
        Another one was chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.family = ChoiceBox(self.tr("Architecture"))
        self.family.addItem(self.tr("Choose…"), "")
        for name in (*OWN, *TORCHVISION, ONNX):
            library = needs(name)
            text = self.tr("{0} (needs {1})").format(TITLES[name], library)
            self.family.addItem(text if library else TITLES[name], name)
            self.family.set_enabled(name, not library, missing(name))
        self.widths = QLineEdit()
        self.widths.setAccessibleName(self.tr("Channels of each stage"))
        self.widths.setPlaceholderText("32, 64, 128")
        self.layers = self._number(self.tr("Layers in each stage"), 16)
        self.stride = self._number(self.tr("Stride of the first layer"), 2)
        self.stride.setToolTip(
            self.tr("1 keeps the full resolution, 2 halves it; the file does not tell which")
        )
        self._inner: list[int] = []  # as the file has it
        self._layers_label, self._stride_label = QLabel(), QLabel(self.tr("first stride"))
        self._own = QWidget()
        row = QHBoxLayout(self._own)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GRID // 2)
        row.addWidget(QLabel(self.tr("Channels")))
        row.addWidget(self.widths, 1)
        for label, box in ((self._layers_label, self.layers), (self._stride_label, self.stride)):
            row.addWidget(label)
            row.addWidget(box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID // 2)
        column.addWidget(self.family)
        column.addWidget(self._own)
        self.family.currentIndexChanged.connect(self._show_own)
        self._show_own()

    def _number(self, name: str, largest: int) -> QSpinBox:
        box = QSpinBox()
        box.setRange(1, largest)
        box.setAccessibleName(name)
        return box

    def set_guess(self, guess: Guess, onnx: bool) -> None:
        """Choose what the file tells; of an ONNX file there is no choice."""
        for name in (*OWN, *TORCHVISION):
            self.family.set_enabled(name, not (onnx or needs(name)), missing(name))
        reason = missing(ONNX) or ("" if onnx else self.tr("For files that end in .onnx"))
        self.family.set_enabled(ONNX, onnx and not needs(ONNX), reason)
        with QSignalBlocker(self.family):
            self.family.select(ONNX if onnx else guess.architecture)
        self.widths.setText(", ".join(map(str, guess.arguments.get("widths", ()))))
        self.layers.setValue(guess.arguments.get("blocks", guess.arguments.get("convs", 2)))
        self.stride.setValue(guess.arguments.get("stem_stride", 1))
        self._inner = guess.arguments.get("inner", [])
        self._show_own()

    def architecture(self) -> str:
        """Return what is chosen, or ''."""
        return str(self.family.currentData())

    def arguments(self) -> dict[str, Any]:
        """Return what the architecture is built with, but for channels and classes.

        Raises
        ------
        ModelError
            The channels are no whole numbers.
        """
        architecture = self.architecture()
        if architecture not in OWN:
            return {}
        parts = [part for part in re.split(r"[,;\s]+", self.widths.text().strip()) if part]
        if not parts or not all(part.isascii() and part.isdigit() for part in parts):
            raise ModelError(
                self.tr(
                    'Channels need whole numbers, one for each stage, such as "32, 64, 128"; '
                    '"{0}" is something else.'
                ).format(self.widths.text().strip())
            )
        widths = [int(part) for part in parts]
        if architecture == "plain":
            return {"widths": widths, "convs": self.layers.value()}
        own = {"widths": widths, "blocks": self.layers.value(), "stem_stride": self.stride.value()}
        return own | ({"inner": self._inner} if self._inner else {})

    @Slot()
    def _show_own(self) -> None:
        architecture = self.architecture()
        self._own.setVisible(architecture in OWN)
        residual = architecture == "residual"
        self._layers_label.setText(self.tr("blocks") if residual else self.tr("convolutions"))
        self._stride_label.setVisible(residual)
        self.stride.setVisible(residual)
        self.changed.emit()
