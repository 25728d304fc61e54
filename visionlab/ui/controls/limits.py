"""The ends of a slider, shown small; a double click lets a person choose nearer ones."""

from PySide6.QtCore import QCoreApplication, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from visionlab.core.params import Range
from visionlab.ui import theme
from visionlab.ui.controls.field import Field
from visionlab.ui.controls.scale import Scale
from visionlab.ui.numbers import short
from visionlab.ui.parts import ElidedLabel


class Limits(ElidedLabel):
    """Where the slider begins and ends, within what its parameter allows.

    Signals
    -------
    changed(float, float)
        The person wants the slider between these values.
    """

    changed = Signal(float, float)

    def __init__(self, limits: Range, *, whole: bool) -> None:
        super().__init__(role=QPalette.ColorRole.PlaceholderText)
        self.scale = Scale.of(limits, whole=whole)
        self.ends = (self.scale.low, self.scale.high)
        font = self.font()
        font.setPointSizeF(0.9 * font.pointSizeF())
        self.setFont(font)
        self._write()

    def set_ends(self, low: float, high: float) -> None:
        """Take the nearest values that the parameter allows; ends that meet change nothing."""
        ends = (self.scale.snap(low), self.scale.snap(high))
        if ends[0] < ends[1] and ends != self.ends:
            self.ends = ends
            self._write()
            self.changed.emit(*ends)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Let the ends be typed."""
        if event.button() == Qt.MouseButton.LeftButton and self.isEnabled():
            box = LimitsBox(self, at_high=event.position().x() > self.width() / 2)
            box.adjustSize()
            box.move(self.mapToGlobal(QPoint(self.width() - box.width(), self.height())))
            box.show()

    def _write(self) -> None:
        self.setText(_span(*self.ends))
        self.updateGeometry()

    def _explain(self) -> None:
        self.setToolTip(self.tr("The slider's ends; double-click to change them"))


class LimitsBox(QFrame):
    """Two numbers to type; a click beside it, Enter or Escape ends it."""

    def __init__(self, limits: Limits, *, at_high: bool) -> None:
        super().__init__(limits, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._limits = limits
        self.low, self.high = Field(limits.scale), Field(limits.scale)
        for field, value, name in (
            (self.low, limits.ends[0], self.tr("Beginning of the slider")),
            (self.high, limits.ends[1], self.tr("End of the slider")),
        ):
            field.setValue(value)
            field.setAccessibleName(name)
            field.valueChanged.connect(self._take)
        self.whole = QPushButton(
            self.tr("All: {0}").format(_span(limits.scale.low, limits.scale.high))
        )
        self.whole.clicked.connect(self._take_all)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GRID, theme.GRID, theme.GRID, theme.GRID)
        row.setSpacing(theme.GRID // 2)
        for widget in (QLabel(self.tr("Slider from")), self.low, QLabel(self.tr("to")),
                       self.high, self.whole):  # fmt: skip
            row.addWidget(widget)
        first: QWidget = self.high if at_high else self.low
        first.setFocus()
        (self.high if at_high else self.low).selectAll()

    @Slot()
    def _take(self) -> None:
        self._limits.set_ends(self.low.value(), self.high.value())

    @Slot()
    def _take_all(self) -> None:
        self._limits.set_ends(self._limits.scale.low, self._limits.scale.high)
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close; Enter has taken the number by now."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.close()
        else:
            super().keyPressEvent(event)


def _span(low: float, high: float) -> str:
    text = QCoreApplication.translate("Limits", "{0} to {1}")
    return text.format(short(low), short(high))
