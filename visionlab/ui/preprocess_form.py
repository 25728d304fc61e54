"""The questions how a network's pictures were prepared when it was trained."""

import re
from typing import Literal

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from visionlab.core.errors import ModelError
from visionlab.deep.card import Preprocess
from visionlab.deep.guess import IMAGENET, MNIST, Values
from visionlab.ui import theme
from visionlab.ui.choice_box import ChoiceBox

PLAIN: dict[int, Values] = {1: ((0.0,), (1.0,)), 3: ((0.0,) * 3, (1.0,) * 3)}
SIGNED: dict[int, Values] = {1: ((0.5,), (0.5,)), 3: ((0.5,) * 3, (0.5,) * 3)}
OWN = "own"


class PreprocessForm(QWidget):
    """Size, channels, fit and normalisation; `value` is the card's Preprocess."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.channels = ChoiceBox(self.tr("Colours"))
        self.channels.fill([(self.tr("Red, green and blue"), 3), (self.tr("Grey"), 1)])
        self.size_box = self._pixels(self.tr("Size"))
        self.fit = ChoiceBox(self.tr("Not square"))
        self.fit.fill([
            (self.tr("Crop: cut out the middle"), "crop"),
            (self.tr("Stretch to a square"), "stretch"),
            (self.tr("Pad with a border"), "pad"),
        ])  # fmt: skip
        self.resize_box = self._pixels(self.tr("Shorter side first to"))
        self.resize_box.setToolTip(
            self.tr("Before the middle is cut out; many networks take 224 out of 256 pixels")
        )
        self.values = ChoiceBox(self.tr("Values"))
        self.mean = self._numbers(self.tr("Mean"))
        self.std = self._numbers(self.tr("Standard deviation"))
        self.drawing = QCheckBox(self.tr("Prepare drawings as MNIST does"))
        self.drawing.setToolTip(
            self.tr("Light on dark, and what is drawn is centred at 5/7 of the size")
        )
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(2 * theme.GRID)
        self._form.setVerticalSpacing(theme.GRID // 2)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for field in (self.channels, self.size_box, self.fit, self.resize_box, self.values,
                      self.mean, self.std):  # fmt: skip
            self._form.addRow(field.accessibleName(), field)
        self._form.addRow("", self.drawing)
        self.channels.currentIndexChanged.connect(self._offer_values)
        self.fit.currentIndexChanged.connect(self._show_rows)
        self.size_box.valueChanged.connect(self._keep_order)
        self.values.currentIndexChanged.connect(self._fill_numbers)
        for edit in (self.mean, self.std):
            edit.textEdited.connect(self._note_own)
        self._offer_values()

    def _pixels(self, name: str) -> QSpinBox:
        box = QSpinBox()
        box.setRange(1, 4096)
        box.setValue(64)
        box.setSuffix(self.tr(" pixels"))
        box.setAccessibleName(name)
        return box

    def _numbers(self, name: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setAccessibleName(name)
        edit.setToolTip(
            self.tr("For values 0 to 1, one number for each colour: (value - mean) / deviation")
        )
        return edit

    def value(self) -> Preprocess:
        """Return what was answered.

        Raises
        ------
        ModelError
            The numbers cannot be used.
        """
        channels = self._channels()
        crop = self.fit.currentData() == "crop"
        size, resize = self.size_box.value(), self.resize_box.value()
        if crop and resize < size:
            raise ModelError(
                self.tr("The shorter side must have {0} pixels at least, as the input has.").format(
                    size
                )
            )
        mean = self._parsed(self.mean, channels)
        std = self._parsed(self.std, channels)
        if min(std) <= 0:
            raise ModelError(self.tr("Each number of the standard deviation must be above 0."))
        drawing = channels == 1 and self.drawing.isChecked()
        return Preprocess(
            size, channels, mean, std, resize if crop else size, self.fit.currentData(),
            dark_ground=drawing, centre=drawing,
        )  # fmt: skip

    def set_value(self, how: Preprocess) -> None:
        """Show answers."""
        self.channels.select(how.channels)
        self._offer_values()
        self.size_box.setValue(how.size)
        self.fit.select(how.fit)
        self.resize_box.setValue(how.resize)
        known = next((i for i in range(self.values.count() - 1)
                      if self.values.itemData(i) == (how.mean, how.std)), -1)  # fmt: skip
        self.values.setCurrentIndex(known if known >= 0 else self.values.count() - 1)
        self.mean.setText(_text(how.mean))
        self.std.setText(_text(how.std))
        self.drawing.setChecked(how.dark_ground and how.centre)
        self._show_rows()

    def _channels(self) -> Literal[1, 3]:
        return 1 if self.channels.currentData() == 1 else 3

    def _parsed(self, edit: QLineEdit, count: int) -> tuple[float, ...]:
        parts = [part for part in re.split(r"[,;\s]+", edit.text().strip()) if part]
        try:
            numbers = tuple(float(part) for part in parts)
        except ValueError:
            numbers = ()
        if len(numbers) != count or not all(abs(number) < 1e6 for number in numbers):
            raise ModelError(
                self.tr('{0} needs {1}, such as "{2}"; "{3}" is something else.').format(
                    edit.accessibleName(),
                    self.tr("one number") if count == 1 else self.tr("three numbers"),
                    _text(MNIST[0] if count == 1 else IMAGENET[0]),
                    edit.text().strip(),
                )
            )
        return numbers

    @Slot()
    def _offer_values(self) -> None:
        """Offer what is common for this number of colours."""
        channels = self._channels()
        known = (
            (self.tr("As ImageNet's networks"), IMAGENET)
            if channels == 3
            else (self.tr("As MNIST's networks"), MNIST)
        )
        with QSignalBlocker(self.values):
            self.values.clear()
            for text, numbers in (
                known, (self.tr("0 to 1"), PLAIN[channels]), (self.tr("-1 to 1"), SIGNED[channels]),
                (self.tr("Own numbers"), OWN),
            ):  # fmt: skip
                self.values.addItem(text, numbers)
        self._fill_numbers()
        self._show_rows()

    @Slot()
    def _fill_numbers(self) -> None:
        numbers = self.values.currentData()
        if numbers != OWN:
            self.mean.setText(_text(numbers[0]))
            self.std.setText(_text(numbers[1]))

    @Slot()
    def _note_own(self) -> None:
        self.values.select(OWN)

    @Slot()
    def _show_rows(self) -> None:
        self._form.setRowVisible(self.resize_box, self.fit.currentData() == "crop")
        self._form.setRowVisible(self.drawing, self._channels() == 1)

    @Slot(int)
    def _keep_order(self, size: int) -> None:
        """Let the shorter side follow where the input outgrows it."""
        if self.resize_box.value() < size:
            self.resize_box.setValue(size)


def _text(numbers: tuple[float, ...]) -> str:
    return ", ".join(f"{number:g}" for number in numbers)
