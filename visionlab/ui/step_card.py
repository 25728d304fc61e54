"""The card of one step: number, title, switch, time, error."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QEnterEvent, QPalette, QPixmap
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from visionlab.core.operation import Operation
from visionlab.core.pipeline import Stage
from visionlab.ui import theme
from visionlab.ui.controls.switch import Switch
from visionlab.ui.parts import ElidedLabel, IconButton, fixed_digits

_BUTTON = 24
_MUTED = QPalette.ColorRole.PlaceholderText
_NOT_RUN = "\N{EN DASH}"


class StepCard(QWidget):
    """Shows the step at a fixed position of the list, whichever step that is.

    Signals
    -------
    toggled(int, bool), duplicated(int), removed(int), mendRequested(int)
        What the person wants done with the step at this position.
    grown(int)
        The card needs another height: an error came or went.
    """

    toggled = Signal(int, bool)
    duplicated = Signal(int)
    removed = Signal(int)
    mendRequested = Signal(int)
    grown = Signal(int)

    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index
        self.operation: Operation | None = None
        self._took, self._working = _NOT_RUN, ""
        self._selected = True  # at first: a tab order is set only among what takes the focus
        self._hovered = False
        self._switch = Switch()
        self._title, self._opencv = ElidedLabel(), ElidedLabel(role=_MUTED)
        self._time = QLabel(_NOT_RUN)
        self._time.setFont(fixed_digits(self.font()))
        self._time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        # A fixed size: a new time is painted and nothing is laid out again.
        width = self._time.fontMetrics().horizontalAdvance("00000 ms") + 4
        self._time.setFixedSize(width, self._time.sizeHint().height())
        self._duplicate = IconButton("copy", self.tr("Duplicate (Ctrl+D)"))
        self._remove = IconButton("trash", self.tr("Delete (Del)"))
        self._error, self._mend = QLabel(), QPushButton()
        self._error.setProperty("role", "error")
        self._error.setWordWrap(True)
        self._lay_out()
        self._switch.toggled.connect(self._on_toggled)
        self._duplicate.clicked.connect(self._on_duplicate)
        self._remove.clicked.connect(self._on_remove)
        self._mend.clicked.connect(self._on_mend)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        for button in (self._duplicate, self._remove):
            button.setFixedSize(_BUTTON, _BUTTON)
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            button.setSizePolicy(policy)
            buttons.addWidget(button)
        grid = QGridLayout(self)
        grid.setContentsMargins(theme.GRID + 2, theme.GRID, theme.GRID, theme.GRID // 2)
        grid.setHorizontalSpacing(theme.GRID)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._switch, 0, 0, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self._title, 0, 1)
        grid.addWidget(self._time, 0, 2)
        grid.addWidget(self._opencv, 1, 1)
        grid.addLayout(buttons, 1, 2, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self._error, 2, 1, 1, 2)
        grid.addWidget(self._mend, 3, 1, 1, 2, Qt.AlignmentFlag.AlignLeft)
        self._error.hide()
        self._mend.hide()

    def set_step(self, operation: Operation, enabled: bool) -> None:
        """Show a step; its time and error are unknown if it is of another operation."""
        if operation is not self.operation:
            self.operation = operation
            self._title.setText(f"{self.index + 1}  {operation.title}")
            self._opencv.setText(operation.opencv or operation.group)
            name = self.tr("{0} on").format(operation.title)
            self._switch.setAccessibleName(name)
            self._switch.setToolTip(self.tr("Switch the step on or off (Space)"))
            self.set_stage(None, "")
        if enabled != self._switch.isChecked():
            self._switch.blockSignals(True)
            self._switch.setChecked(enabled)
            self._switch.blockSignals(False)
        self._title.setEnabled(enabled)

    def set_stage(self, stage: Stage | None, mend_title: str) -> None:
        """Show what became of the step: its time, or its error and the step that mends it."""
        ran = stage is not None and stage.result is not None
        self._took = self.tr("{0} ms").format(milliseconds(stage.ms)) if stage and ran else _NOT_RUN
        self._write_time()
        error = stage.error.message if stage and stage.error else ""
        mend = self.tr("Add \N{LEFT DOUBLE QUOTATION MARK}{0}\N{RIGHT DOUBLE QUOTATION MARK}")
        mend = mend.format(mend_title) if mend_title else ""
        if (error, mend) != (self._error.text(), self._mend.text()):
            self._error.setText(error)
            self._mend.setText(mend)
            self._error.setVisible(bool(error))
            self._mend.setVisible(bool(mend))
            self.grown.emit(self.index)

    def set_working(self, seconds: float | None) -> None:
        """Show for how long the step has been at work, in place of its time; None: it is not."""
        self._working = ""
        if seconds is not None:
            number = f"{seconds:.1f}" if seconds < 100 else f"{seconds:.0f}"
            self._working = self.tr("{0} s …").format(number)
        role = QPalette.ColorRole.Accent if self._working else QPalette.ColorRole.WindowText
        self._time.setForegroundRole(role)
        self._write_time()

    def _write_time(self) -> None:
        text = self._working or self._took
        if text != self._time.text():
            self._time.setText(text)

    def summary(self) -> str:
        """Return the card in words, for screen readers."""
        on = self.tr("on") if self._switch.isChecked() else self.tr("off")
        parts = [self._title.text(), on, self._time.text(), self._error.text()]
        return ", ".join(part for part in parts if part and part != _NOT_RUN)

    def chip(self) -> QPixmap:
        """Return a picture of the title, to be dragged."""
        return self._title.grab()

    def tab_stops(self) -> tuple[QWidget, ...]:
        """Return what the keyboard reaches in the card, in order."""
        return self._switch, self._duplicate, self._remove, self._mend

    def set_selected(self, selected: bool) -> None:
        """Show the buttons of the selected step and let the keyboard reach them."""
        if selected != self._selected:
            self._selected = selected
            self._offer()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the buttons under the mouse."""
        super().enterEvent(event)
        self._hovered = True
        self._offer()

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the buttons again, unless the step is selected."""
        super().leaveEvent(event)
        self._hovered = False
        self._offer()

    def _offer(self) -> None:
        # Only the selected card's buttons are tab stops: one stop leads past the whole list.
        reach = Qt.FocusPolicy.TabFocus if self._selected else Qt.FocusPolicy.NoFocus
        for button in self.tab_stops():
            button.setFocusPolicy(reach)
        for button in (self._duplicate, self._remove):
            button.setVisible(self._selected or self._hovered)

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self.toggled.emit(self.index, on)

    @Slot()
    def _on_duplicate(self) -> None:
        self.duplicated.emit(self.index)

    @Slot()
    def _on_remove(self) -> None:
        self.removed.emit(self.index)

    @Slot()
    def _on_mend(self) -> None:
        self.mendRequested.emit(self.index)


def milliseconds(ms: float) -> str:
    """Return a time with as many digits as matter: 0.24, 2.4, 24, 240."""
    return f"{ms:.2f}" if ms < 1 else f"{ms:.1f}" if ms < 100 else f"{ms:.0f}"
