"""The box in which a number is typed."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QWidget

from visionlab.ui.controls.scale import Scale
from visionlab.ui.parts import asks_undo


class Field(QDoubleSpinBox):
    """A typed number; arrows step it, Shift or Page Up / Down step it by ten."""

    def __init__(self, scale: Scale, unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)  # a number counts when it is typed, not digit by digit
        self._point = self.locale().decimalPoint()
        self._decimals = 0 if scale.whole else scale.decimals + 2
        self.setDecimals(self._decimals)
        self.setRange(scale.low, scale.high)
        self.setSingleStep(scale.step)
        if scale.offset is not None:
            self.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        if unit:
            self.setSuffix(f"\N{NO-BREAK SPACE}{unit}")
        ends = (scale.low, scale.high, scale.snap(scale.high - scale.step))
        text = max((self.textFromValue(end) for end in ends), key=len) + self.suffix()
        self.setFixedWidth(self.fontMetrics().horizontalAdvance(text) + 20)

    def textFromValue(self, value: float) -> str:
        """Return `value` without zeros at the end of its decimals."""
        text = f"{value:.{self._decimals}f}"
        if "." not in text:
            return text
        return text.rstrip("0").removesuffix(".").replace(".", self._point)

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window: the number is part of a recipe, not a text."""
        if asks_undo(event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by ten on Shift with an arrow."""
        arrows = {Qt.Key.Key_Up: 10, Qt.Key.Key_Down: -10}
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and event.key() in arrows:
            self.stepBy(arrows[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn the number only where it has the focus; else the panel scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
