"""What every control of a parameter has in common."""

from collections.abc import Mapping
from html import escape
from typing import Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from visionlab.core.params import Param
from visionlab.ui.controls.limits import Limits

SETTLE_MS = 500
"""Key presses and wheel turns closer together than this are one edit."""


class Control(QWidget):
    """A parameter's control: a value, shown and changed.

    Signals
    -------
    valueChanged(object)
        The person changed the value; live while dragging.
    editingFinished()
        A drag was released, a number was typed, or a series of keys came to rest.
    """

    valueChanged = Signal(object)
    editingFinished = Signal()

    inline = False
    """Whether the control stands on the same line as its label."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.param = param
        self._value = param.default
        self._unfinished = False
        self._dragging = False
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self.finish)

    def value(self) -> Any:
        """Return the present value, as the parameter's kind has it."""
        return self._value

    def set_value(self, value: Any) -> None:
        """Show `value` without a signal; nothing moves when it is shown already."""
        if value != self._value:
            self._value = value
            self._show(value)

    def click(self) -> None:
        """Do what a click on the label means; only an inline control answers."""

    def set_context(self, values: Mapping[str, Any]) -> None:
        """Take notice of all parameters' values; most controls need only their own."""

    def limits(self) -> Limits | None:
        """Return the ends of the control's slider, to be shown beside the label, if it has one."""
        return None

    def _show(self, value: Any) -> None:
        """Bring the widgets in line with `value`, without signals; each kind has its own way."""

    def _edit(self, value: Any) -> None:
        """Take a value from the person."""
        if value == self._value:
            return
        self._value = value
        self._unfinished = True
        if self._dragging:
            self._settle.stop()
        else:
            self._settle.start()
        self.valueChanged.emit(value)

    def _edit_once(self, value: Any) -> None:
        """Take a value that is an edit of its own: a click, not a drag."""
        self._edit(value)
        self.finish()

    @Slot()
    def _press(self) -> None:
        self.finish()
        self._dragging = True

    @Slot()
    def _release(self) -> None:
        self._dragging = False
        self.finish()

    @Slot()
    def finish(self) -> None:
        """End the edit that is under way, if there is one."""
        self._settle.stop()
        if self._unfinished:
            self._unfinished = False
            self.editingFinished.emit()

    def _name(self, widget: QWidget, part: str = "") -> None:
        """Give `widget` the parameter's name and help for tool tips and screen readers."""
        label = self.param.label
        widget.setAccessibleName(f"{label}, {part}" if part else label)
        widget.setAccessibleDescription(self.param.doc)
        widget.setToolTip(tool_tip(self.param))


def tool_tip(param: Param) -> str:
    """Return the parameter's help as rich text, which wraps."""
    return f"<p><b>{escape(param.label)}</b> {escape(param.doc)}</p>"
