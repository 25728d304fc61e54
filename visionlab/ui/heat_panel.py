"""The panel that says why: method, class and layer, and what the colours of the heatmap mean."""

import inspect
from collections.abc import Sequence
from typing import Annotated, Any, Literal, get_type_hints

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from visionlab.core.image import Display
from visionlab.core.params import Range, When, read_param
from visionlab.deep.explain import catalogue
from visionlab.deep.explain.explainer import Explainer
from visionlab.runtime.explaining import Possible
from visionlab.ui import theme
from visionlab.ui.choice_box import ChoiceBox
from visionlab.ui.colour_bar import ColourBar
from visionlab.ui.form import Form, Row
from visionlab.ui.numbers import short
from visionlab.ui.parts import ElidedLabel, Hint, MenuButton, WrappedLabel, fixed_digits

FIRST = "grad_cam"


def _view(
    *,
    show: Literal["blend", "mask", "contours", "beside"] = "blend",
    opacity: Annotated[float, Range(0, 1, step=0.05), When("show", "blend", "mask")] = 0.6,
    threshold: Annotated[float, Range(0, 1, step=0.05), When("show", "mask")] = 0.5,
    largest: Annotated[bool, "Largest region alone", When("show", "mask")] = False,
    colours: Annotated[
        Literal["automatic", "dark to light", "grey"], When("show", "blend", "beside")
    ] = "automatic",
    budget: Annotated[int, Range(20, 2000, step=10, unit="ms"), "Time for a moving picture"] = 100,
) -> None:
    """How the map is shown; a signature, as everything that has controls."""


def view_params() -> dict[str, Any]:
    """Return the view's values at first."""
    return {name: p.default for name, p in inspect.signature(_view).parameters.items()}


class HeatPanel(QWidget):
    """Everything about the heatmap but the map, which lies on the picture.

    Signals
    -------
    changed
        Another method, class, layer or value was chosen.
    viewChanged
        The map is to be shown in another way.
    pageChanged
        Another page is open.
    """

    changed = Signal()
    viewChanged = Signal()
    pageChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view: dict[str, Any] = view_params()
        self._values: dict[str, dict[str, Any]] = {}
        self._possible: Possible | None = None
        self._labels: tuple[str, ...] = ()
        self._rows: list[Row] = []
        self._make_choices()
        self.state = ElidedLabel(role=QPalette.ColorRole.PlaceholderText)
        self.here = QLabel()
        self.here.setFont(fixed_digits(self.here.font()))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(theme.GRID // 2)
        self.progress.setRange(0, 1000)
        self.legend = ColourBar()
        self.meaning = WrappedLabel()
        self.problem = WrappedLabel(role="error")
        self.numbers = WrappedLabel(role="muted")
        self.export = MenuButton("", self.tr("Save the map"), self.tr("Save"))
        self.form = Form()
        self.form.valueChanged.connect(self._set_value)
        self.form.resetRequested.connect(self._reset)
        self._content = self._lay_out()
        self._empty = Hint(
            self.tr("Why did the network say that? Switch on Explain (E) to see it on the picture.")
        )
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self._show_method()

    def sizeHint(self) -> QSize:
        """Ask for the room of a column."""
        return QSize(312, 480)

    # Making

    def _make_choices(self) -> None:
        self.method = ChoiceBox(self.tr("Method"))
        for group, explainers in catalogue().groups().items():
            if self.method.count():
                self.method.insertSeparator(self.method.count())
            for explainer in explainers:
                self.method.addItem(explainer.title, explainer.id)
                tip = f"{group}: {explainer.summary}"
                index = self.method.count() - 1
                self.method.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)
        self.method.select(FIRST)
        self.target = ChoiceBox(self.tr("Class"))
        self.minus = ChoiceBox(self.tr("Rather than"))
        self.layer = ChoiceBox(self.tr("Layer"))
        self.set_labels(())
        self.method.currentIndexChanged.connect(self._choose_method)
        for box in (self.target, self.minus, self.layer):
            box.currentIndexChanged.connect(self.changed)

    def _lay_out(self) -> QWidget:
        content = QWidget()
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.GRID)
        grid.setVerticalSpacing(theme.GRID // 2)
        self._names: dict[ChoiceBox, QLabel] = {}
        for number, box in enumerate((self.method, self.target, self.minus, self.layer)):
            self._names[box] = QLabel(box.accessibleName())
            self._names[box].setBuddy(box)
            grid.addWidget(self._names[box], number, 0)
            grid.addWidget(box, number, 1)
        grid.setColumnStretch(1, 1)
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setDocumentMode(True)
        self._tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self._stack = QStackedWidget()
        self.add_page(self.tr("Method"), self.form)
        self.add_page(self.tr("View"), self._view_page())
        self._tabs.currentChanged.connect(self._turn)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, theme.GRID, 0, 0)
        column.setSpacing(theme.GRID // 2)
        head = QVBoxLayout()
        head.setContentsMargins(2 * theme.GRID, 0, theme.GRID, 0)
        head.setSpacing(theme.GRID // 2)
        head.addLayout(grid)
        head.addSpacing(theme.GRID // 2)
        head.addWidget(self.progress)
        line = QHBoxLayout()
        line.addWidget(self.state, 1)
        line.addWidget(self.here)
        head.addLayout(line)
        head.addWidget(self.legend)
        for label in (self.meaning, self.problem, self.numbers):
            head.addWidget(label)
        column.addLayout(head)
        column.addWidget(self._tabs)
        column.addWidget(self._stack, 1)
        return content

    def _view_page(self) -> QWidget:
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(2 * theme.GRID, theme.GRID // 2, theme.GRID, theme.GRID)
        layout.setSpacing(theme.GRID)
        hints = get_type_hints(_view, include_extras=True)
        for name, parameter in inspect.signature(_view).parameters.items():
            row = Row(read_param(name, parameter, hints[name], ""))
            row.valueChanged.connect(self._set_view)
            layout.addWidget(row)
            self._rows.append(row)
        self._refresh_view()
        layout.addWidget(self.export, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch()
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        return area

    def add_page(self, title: str, page: QWidget) -> None:
        """Add a page below the legend."""
        self._stack.addWidget(page)
        self._tabs.addTab(title)

    def page(self) -> QWidget | None:
        """Return the page that is open."""
        return self._stack.currentWidget()

    @Slot(int)
    def _turn(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self.pageChanged.emit()

    # What is chosen

    @property
    def explainer(self) -> Explainer:
        """The method."""
        return catalogue()[self.method.currentData()]

    @property
    def params(self) -> dict[str, Any]:
        """The values of the method's parameters that are not their defaults."""
        return dict(self._values.get(self.explainer.id, {}))

    def choose_class(self, index: int | None) -> None:
        """Explain this class, or the most probable one."""
        self.target.setCurrentIndex(max(self.target.index_of(index), 0))

    @Slot()
    def _choose_method(self) -> None:
        self._show_method()
        self.changed.emit()

    @Slot(str, object)
    def _set_value(self, name: str, value: object) -> None:
        self._values.setdefault(self.explainer.id, {})[name] = value
        self.changed.emit()

    @Slot()
    def _reset(self) -> None:
        self._values.pop(self.explainer.id, None)
        self.form.set_values({})
        self.changed.emit()

    @Slot(str, object)
    def _set_view(self, name: str, value: object) -> None:
        self.view[name] = value
        self._refresh_view()
        (self.changed if name == "budget" else self.viewChanged).emit()

    def _refresh_view(self) -> None:
        for row in self._rows:
            row.set_active(row.param.active(self.view))

    def _show_method(self) -> None:
        explainer = self.explainer
        self.form.set_operation(explainer, self.params)
        for part in (self.layer, self._names[self.layer]):
            part.setVisible(explainer.takes_layer)

    # What is shown

    def set_on(self, on: bool) -> None:
        """Show the choices, or what they are for."""
        self._pages.setCurrentWidget(self._content if on else self._empty)

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """Offer a network's classes; one of the same name stays chosen."""
        if labels == self._labels and self.target.count():
            return
        former, self._labels = self._labels, labels
        named: list[tuple[str, object]] = sorted((label, i) for i, label in enumerate(labels))
        changed = False
        for box, none in (
            (self.target, self.tr("The most probable")), (self.minus, self.tr("Nothing")),
        ):  # fmt: skip
            index = box.currentData()
            known = index is not None and former[index] in labels
            box.fill([(none, None), *named])
            box.select(labels.index(former[index]) if known else None)
            changed = changed or box.currentData() != index
        if changed:
            self.changed.emit()

    def set_possible(self, possible: Possible) -> None:
        """Offer what can be had of a network."""
        if possible is self._possible:
            return
        former, self._possible = self._possible, possible
        for explainer in catalogue():
            reason = possible.reasons.get(explainer.id, "")
            self.method.set_enabled(explainer.id, not reason, reason or explainer.summary)
        if former is None or possible.layers != former.layers:
            chosen = self.layer.currentData()
            self.layer.fill(_layer_items(possible.layers, self.tr("The last")))
            if self.layer.currentData() != chosen:
                self.changed.emit()

    def set_legend(self, display: Display | None, meaning: str, problem: str = "") -> None:
        """Say what the colours mean, or why there is no map."""
        self.legend.set_display(display)
        self.meaning.write(meaning)
        self.problem.write(problem)

    def set_here(self, value: float | None) -> None:
        """Show the map's value under the cursor; None beside it."""
        self.here.setText("" if value is None else self.tr("Here {0}").format(short(value)))

    def set_state(self, text: str, progress: float, numbers: str = "") -> None:
        """Say how far the map is, and what was found on the way."""
        self.state.setText(text)
        self.progress.setValue(round(1000 * progress))
        self.numbers.write(numbers)


def _layer_items(layers: Sequence[tuple[str, str]], last: str) -> list[tuple[str, object]]:
    named = [(f"{name}  ({shape})", name) for name, shape in layers]
    return [(last, ""), *named]
