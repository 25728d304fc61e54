"""The form of an operation or an explainer: a control for each parameter of its signature."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from html import escape
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from visionlab.core.operation import Operation
from visionlab.core.params import Param
from visionlab.deep.explain.explainer import Explainer
from visionlab.ui import theme
from visionlab.ui.controls import make_control
from visionlab.ui.controls.base import tool_tip
from visionlab.ui.controls.interval import ColourRangeControl
from visionlab.ui.help_text import HelpView, help_html
from visionlab.ui.parts import Hint, IconButton
from visionlab.ui.turns import Turns

_SIDE = 24


class _Wrapped(QLabel):
    """A text as high as its lines need at the width that there is."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


class Row(QWidget):
    """A parameter's label, its reset button and its control.

    Signals
    -------
    valueChanged(str, object)
        The parameter's name and its new value.
    """

    valueChanged = Signal(str, object)

    def __init__(self, param: Param) -> None:
        super().__init__()
        self.param = param
        self.control = make_control(param)
        self._label = _Wrapped()
        self._label.setText(param.label)
        self._label.setToolTip(tool_tip(param))
        self._label.setMinimumHeight(_SIDE)
        self._reset: IconButton | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._top = QHBoxLayout()
        self._top.setSpacing(theme.GRID // 2)
        self._top.addWidget(self._label, 1)
        if limits := self.control.limits():
            self._top.addWidget(limits)
        layout.addLayout(self._top)
        (self._top if self.control.inline else layout).addWidget(self.control)
        self.control.valueChanged.connect(self._change)

    def set_value(self, value: Any) -> None:
        """Show `value`, without a signal."""
        self.control.set_value(value)
        self._offer_reset()

    def set_active(self, active: bool) -> None:
        """Grey the row while its parameter does not matter."""
        self._label.setEnabled(active)
        if limits := self.control.limits():
            limits.setEnabled(active)
        self.control.setEnabled(active)

    @Slot()
    def reset(self) -> None:
        """Go back to the default, as an edit of its own."""
        if self.control.value() == self.param.default:
            return
        if self._reset and self._reset.hasFocus():
            self.control.setFocus()
        self.control.finish()
        self.set_value(self.param.default)
        self.valueChanged.emit(self.param.name, self.param.default)
        self.control.editingFinished.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let a click on a switch's label turn the switch."""
        over_label = self._label.geometry().contains(event.position().toPoint())
        if self.control.inline and over_label and self.control.isEnabled():
            self.control.click()

    @Slot(object)
    def _change(self, value: object) -> None:
        self._offer_reset()
        self.valueChanged.emit(self.param.name, value)

    def _offer_reset(self) -> None:
        differs = self.control.value() != self.param.default
        if differs and self._reset is None:
            # Made when first needed: most rows never need one, and a form must come at once.
            self._reset = IconButton(
                "arrow-counter-clockwise", self.tr("Reset {0}").format(self.param.label)
            )
            self._reset.setFixedSize(_SIDE, _SIDE)
            self._top.insertWidget(1, self._reset)
            self.setTabOrder(self.control, self._reset)
            self._reset.clicked.connect(self.reset)
        if self._reset:
            self._reset.setVisible(differs)


class _Body(QWidget):
    """The rows of an operation, and its help below them; hidden until all are there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: dict[str, Row] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(2 * theme.GRID, theme.GRID // 2, theme.GRID, 2 * theme.GRID)
        self._layout.setSpacing(theme.GRID)

    def add(self, param: Param) -> Row:
        """Make the row of `param` and give it the style, which takes as long as making it."""
        row = self.rows[param.name] = Row(param)
        self._layout.addWidget(row)
        for part in (row, *row.findChildren(QWidget)):
            if part.window() is self.window():  # not lists that open as windows of their own
                part.ensurePolished()
        return row

    def end(self, text: QWidget) -> None:
        """Put the help below the rows."""
        self._layout.addSpacing(theme.GRID)
        self._layout.addWidget(text)
        self._layout.addStretch()


class Form(QWidget):
    """The controls of the selected step, and its help below them.

    The controls of another operation are made one in each turn of the event loop, and take the
    former ones' place when all are there: together they would hold the window up.

    Signals
    -------
    valueChanged(str, object)
        The person changed a parameter; live while dragging.
    editingFinished()
        A drag was released, a number typed, keys came to rest: what follows is another edit.
    pickRequested(str, str)
        Take a colour range from the picture: parameter, named view.
    resetRequested()
        Set every parameter to its default, as one edit.
    """

    valueChanged = Signal(str, object)
    editingFinished = Signal()
    pickRequested = Signal(str, str)
    resetRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.operation: Operation | Explainer | None = None
        self._rows: dict[str, Row] = {}
        self._turns = Turns(self)
        self._coming: _Body | None = None
        self._values: dict[str, Any] = {}
        self._ends: dict[str, dict[str, tuple[float, float]]] = {}
        """Where the person let sliders begin and end, by operation and parameter."""
        self._title, self._help = _Wrapped(), HelpView()
        self._title.setTextFormat(Qt.TextFormat.RichText)
        self._reset_all = IconButton("arrow-counter-clockwise", self.tr("Reset all"))
        self._reset_all.setText(self.tr("Reset all"))
        self._reset_all.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._reset_all.clicked.connect(self.resetRequested)
        self._header = QWidget()
        header = QHBoxLayout(self._header)
        header.setContentsMargins(2 * theme.GRID, theme.GRID, theme.GRID, theme.GRID // 2)
        header.addWidget(self._title, 1)
        header.addWidget(self._reset_all, 0, Qt.AlignmentFlag.AlignTop)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(self._area, 1)
        self._area.setWidget(QWidget())
        self._show_hint()

    def set_operation(
        self, operation: Operation | Explainer | None, values: Mapping[str, Any]
    ) -> None:
        """Show the controls of `operation` at `values`, defaults for the rest."""
        if operation is not self.operation:
            self._leave()
            self.operation = operation
            self._turns.begin(self._pieces())
        self.set_values(values)

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show `values` without a signal; a control that shows its value already is not touched."""
        params = self.operation.params if self.operation else ()
        self._values = {p.name: values.get(p.name, p.default) for p in params}
        if self.ready():
            self._show_values()

    def ready(self) -> bool:
        """Whether the controls on view are those of `operation`."""
        return self._turns.idle()

    def values(self) -> dict[str, Any]:
        """Return every parameter's present value."""
        return dict(self._values)

    def _leave(self) -> None:
        """End the edits of the controls on view; they stay to be seen until others are there."""
        self._keep_ends()
        for row in self._rows.values():
            row.control.finish()
            row.control.blockSignals(True)
            row.blockSignals(True)
        self._rows = {}
        if self._coming:
            self._coming.deleteLater()
            self._coming = None

    def _pieces(self) -> Iterator[Callable[[], None]]:
        """Yield the pieces of work that bring the controls of `operation`."""
        if self.operation is None:
            yield self._show_hint
            return
        body = self._coming = _Body(self._area.viewport())
        for param in self.operation.params:
            yield partial(self._make, body, param)
        yield partial(self._show, body)

    def _make(self, body: "_Body", param: Param) -> None:
        row = body.add(param)
        row.valueChanged.connect(self._change)
        row.control.editingFinished.connect(self.editingFinished)
        if isinstance(row.control, ColourRangeControl):
            row.control.pickRequested.connect(self.pickRequested)

    def _show(self, body: "_Body") -> None:
        """Put `body` in the place of what is on view."""
        self._coming = None
        self._rows = body.rows
        self._restore_ends()
        self._show_values()
        self._reset_all.setVisible(bool(body.rows))
        self._write_texts()
        body.end(self._help)
        self._exchange(body)

    def _show_hint(self) -> None:
        self._help.setParent(None)
        self._exchange(Hint(self.tr("Select a step to see its controls.")))

    def _exchange(self, body: QWidget) -> None:
        # A control may be asking for this very change: it must outlive its own signal.
        self._area.takeWidget().deleteLater()
        self._header.setVisible(self.operation is not None)
        self._area.setWidget(body)

    def _keep_ends(self) -> None:
        if self.operation and self._rows:
            limits = ((name, row.control.limits()) for name, row in self._rows.items())
            self._ends[self.operation.id] = {name: one.ends for name, one in limits if one}

    def _restore_ends(self) -> None:
        kept = self._ends.get(self.operation.id, {}) if self.operation else {}
        for name, row in self._rows.items():
            if name in kept and (limits := row.control.limits()):
                limits.set_ends(*kept[name])

    def _write_texts(self) -> None:
        operation, muted = self.operation, theme.colour("muted").name()
        if operation is None:
            return
        # A name too long for the narrow panel may break before a capital.
        opencv = operation.opencv if isinstance(operation, Operation) else ""
        broken = re.sub(r"(\w{20,}?)(?=[A-Z])", "\\1\N{ZERO WIDTH SPACE}", opencv)
        beside = f"&nbsp; <span style='color:{muted}'>{escape(broken)}</span>"
        title = f"<b>{escape(operation.title)}</b>{beside if opencv else ''}"
        self._title.setText(title)
        labels = {p.name: p.label for p in operation.params}
        self._help.show_html(help_html(operation.doc, labels, muted))

    def _show_values(self) -> None:
        for name, row in self._rows.items():
            row.set_value(self._values[name])
        self._refresh()

    def _refresh(self) -> None:
        """Grey what does not matter, and offer to reset what differs."""
        for row in self._rows.values():
            row.set_active(row.param.active(self._values))
            row.control.set_context(self._values)
        self._reset_all.setEnabled(
            any(self._values[n] != r.param.default for n, r in self._rows.items())
        )

    @Slot(str, object)
    def _change(self, name: str, value: object) -> None:
        self._values[name] = value
        self._refresh()
        self.valueChanged.emit(name, value)

    def changeEvent(self, event: QEvent) -> None:
        """Write the texts in the new scheme's colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._write_texts()
